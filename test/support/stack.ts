import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { TerraformStack, TerraformVariable, Testing, type App } from 'cdktf';
import { HealthWorkspace, LakeIdentity, LakeStorage, type ResourceGroupReference } from '../../constructs';

export const RESOURCE_GROUP: ResourceGroupReference = {
  id: '/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/imaging',
  name: 'imaging',
  location: 'westeurope',
};

/** An empty stack that Terraform would accept. */
export function emptyStack(context: Readonly<Record<string, unknown>> = {}): TerraformStack {
  return stackIn(Testing.app({ context }), 'test');
}

/** An empty stack among others of an application. */
export function stackIn(app: App, id: string): TerraformStack {
  const stack = new TerraformStack(app, id);
  new AzurermProvider(stack, 'AzureRM', { features: [{}] });
  return stack;
}

/** A string that only Terraform knows. */
export function unknownString(stack: TerraformStack, name = 'unknown'): string {
  return new TerraformVariable(stack, name, { type: 'string' }).stringValue;
}

/** A number that only Terraform knows. */
export function unknownNumber(stack: TerraformStack, name = 'unknown'): number {
  return new TerraformVariable(stack, name, { type: 'number' }).numberValue;
}

/** What a DICOM service needs, with names that fit together. */
export function surroundings(stack: TerraformStack) {
  const resourceGroup = RESOURCE_GROUP;
  return {
    workspace: new HealthWorkspace(stack, 'Workspace', { resourceGroup, workspaceName: 'demohealth' }),
    lake: new LakeStorage(stack, 'Lake', { resourceGroup, storageAccountName: 'demolake' }),
    identity: new LakeIdentity(stack, 'Identity', { resourceGroup, identityName: 'demo-images' }),
  };
}
