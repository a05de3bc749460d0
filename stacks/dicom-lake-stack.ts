import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { Lazy, AzurermBackend, TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import {
  AZURERM_MAJOR_CONTEXT,
  azurermMajor,
  DicomLake,
  VerificationJob,
  type AzurermMajor,
  type DeploymentTarget,
  type DicomLakeProps,
  type PlacementProps,
  type VerificationJobOptions,
} from '../constructs';
import type { DeploymentManifest } from '../contract';

/** A storage account that keeps Terraform's state. Whoever deploys needs Storage Blob Data Contributor on it. */
export interface RemoteState {
  readonly resourceGroupName: string;
  readonly storageAccountName: string;
  readonly containerName: string;
  /**
   * Blob that holds the state of this stack.
   *
   * @default - `{stack}.tfstate`
   */
  readonly key?: string | undefined;
  /**
   * Subscription of the storage account.
   *
   * @default - that of the deployment
   */
  readonly subscriptionId?: string | undefined;
}

/** What a stack is told once it is there. */
export type StackParts = Partial<DicomLakeProps> & Pick<DicomLakeStackProps, 'verificationJob'>;

export interface DicomLakeStackProps extends Omit<DicomLakeProps, 'resourceGroup'>, DeploymentTarget {
  /** Replacement: everything in the group is replaced with it. */
  readonly resourceGroupName: string;
  /**
   * Azure region such as `westeurope`.
   *
   * Replacement: everything in the group is replaced with it.
   */
  readonly location: string;
  /**
   * Makes what the lake uses and is no part of it: parts that exist already, or resources of the provider beside it.
   * What it returns counts before the other props.
   *
   * @default - the lake uses nothing else
   */
  readonly parts?: ((stack: TerraformStack, group: ResourceGroup) => StackParts) | undefined;
  /**
   * Verifies the deployment again and again, from within Azure; an alert fires where a run does not pass.
   *
   * @default - nothing runs; whoever deployed verifies
   */
  readonly verificationJob?: VerificationJobOptions | undefined;
  /**
   * Major version of the azurerm provider: 4 runs on the one version that cdktf was built for, 5 on any from 5.1.
   *
   * @default - what the context `dicom-lake:azurerm-major` says, as in cdktf.json, or else 4
   */
  readonly azurermMajor?: AzurermMajor | undefined;
  /**
   * Where Terraform keeps the state.
   *
   * @default - in a file on this machine
   */
  readonly state?: RemoteState | undefined;
}

/** A resource group with one lake; its one output, `manifest`, is what a verification starts from. */
export class DicomLakeStack extends TerraformStack {
  readonly dicomLake: DicomLake;
  readonly verificationJob: VerificationJob | undefined;

  constructor(scope: Construct, id: string, props: DicomLakeStackProps) {
    super(scope, id);
    const { subscriptionId, tenantId, resourceGroupName, location, tags } = props;
    const provider = this.#useProvider(props);
    if (props.state !== undefined) this.#keepState(id, props, props.state);
    const resourceGroup = new ResourceGroup(this, 'ResourceGroup', {
      name: resourceGroupName,
      location,
      ...(tags === undefined ? {} : { tags: { ...tags } }),
    });
    const { verificationJob, ...lakeProps } = {
      ...props,
      ...props.parts?.(this, resourceGroup),
      resourceGroup,
    };
    this.dicomLake = new DicomLake(this, 'DicomLake', lakeProps);
    const manifest = (): DeploymentManifest => this.dicomLake.manifest({ tenantId, subscriptionId });
    // At once for what is wrong with it, and at the end for the grants and rules that come later.
    manifest();
    new TerraformOutput(this, 'manifest', {
      value: Lazy.anyValue({ produce: manifest }),
      description: 'What dicom-lake verify has to know about this deployment; holds no secret',
    });
    this.verificationJob =
      verificationJob === undefined ? undefined : this.#verifyAgain(verificationJob, lakeProps, manifest());
    if (verificationJob !== undefined)
      provider.resourceProvidersToRegister = [
        ...SAME_ON_4_AND_5.resourceProvidersToRegister,
        'Microsoft.App',
      ];
  }

  #verifyAgain(
    options: VerificationJobOptions,
    placement: PlacementProps,
    manifest: DeploymentManifest,
  ): VerificationJob {
    const { dicomService, monitoring } = this.dicomLake;
    const { resourceGroup, location, tags } = placement;
    return new VerificationJob(this, 'VerificationJob', {
      ...options,
      resourceGroup,
      location,
      tags,
      dicomService,
      monitoring,
      manifest,
    });
  }

  #useProvider({ azurermMajor: chosen, subscriptionId, tenantId }: DicomLakeStackProps): AzurermProvider {
    if (chosen !== undefined) this.node.setContext(AZURERM_MAJOR_CONTEXT, chosen);
    const provider = new AzurermProvider(this, 'AzureRM', {
      ...SAME_ON_4_AND_5,
      // Waiting for the data plane fails behind a closed firewall, and nothing here needs it.
      features: [{ storage: [{ dataPlaneAvailable: false }] }],
      subscriptionId,
      tenantId,
    });
    // Before 5.1 the id of a container was a URL of the data plane, on which no role can be assigned.
    if (azurermMajor(this) === 5)
      this.addOverride('terraform.required_providers.azurerm.version', '>= 5.1.0, < 6.0.0');
    return provider;
  }

  #keepState(id: string, { subscriptionId, tenantId }: DicomLakeStackProps, state: RemoteState): void {
    new AzurermBackend(this, {
      resourceGroupName: state.resourceGroupName,
      storageAccountName: state.storageAccountName,
      containerName: state.containerName,
      key: state.key ?? `${id}.tfstate`,
      subscriptionId: state.subscriptionId ?? subscriptionId,
      tenantId,
      useAzureadAuth: true,
    });
  }
}

/** Defaults that differ between the majors 4 and 5 of the provider, said outright. */
const SAME_ON_4_AND_5 = {
  resourceProviderRegistrations: 'none',
  resourceProvidersToRegister: [
    'Microsoft.Authorization',
    'Microsoft.HealthcareApis',
    'microsoft.insights',
    'Microsoft.KeyVault',
    'Microsoft.ManagedIdentity',
    'Microsoft.Network',
    'Microsoft.OperationalInsights',
    'Microsoft.ResourceHealth',
    'Microsoft.Storage',
  ],
  storageUseAzuread: true,
};
