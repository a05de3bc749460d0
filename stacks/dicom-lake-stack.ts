import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { DicomLake, type DeploymentTarget, type DicomLakeProps } from '../constructs';
import type { DeploymentManifest } from '../contract';

export interface DicomLakeStackProps extends Omit<DicomLakeProps, 'resourceGroup'>, DeploymentTarget {
  /** Replacement: everything in the group is replaced with it. */
  readonly resourceGroupName: string;
  /**
   * Azure region such as `westeurope`.
   *
   * Replacement: everything in the group is replaced with it.
   */
  readonly location: string;
}

/** A resource group with one lake; its one output, `manifest`, is what a verification starts from. */
export class DicomLakeStack extends TerraformStack {
  readonly dicomLake: DicomLake;

  constructor(scope: Construct, id: string, props: DicomLakeStackProps) {
    super(scope, id);
    const { subscriptionId, tenantId, resourceGroupName, location, tags } = props;
    new AzurermProvider(this, 'AzureRM', {
      ...SAME_ON_4_AND_5,
      // Waiting for the data plane fails behind a closed firewall, and nothing here needs it.
      features: [{ storage: [{ dataPlaneAvailable: false }] }],
      subscriptionId,
      tenantId,
    });
    const resourceGroup = new ResourceGroup(this, 'ResourceGroup', {
      name: resourceGroupName,
      location,
      ...(tags === undefined ? {} : { tags: { ...tags } }),
    });
    this.dicomLake = new DicomLake(this, 'DicomLake', { ...props, resourceGroup });
    const manifest: DeploymentManifest = this.dicomLake.manifest({ tenantId, subscriptionId });
    new TerraformOutput(this, 'manifest', {
      value: manifest,
      description: 'What dicom-lake verify has to know about this deployment; holds no secret',
    });
  }
}

/** Defaults that differ between the majors 4 and 5 of the provider, said outright. */
const SAME_ON_4_AND_5 = {
  resourceProviderRegistrations: 'none',
  resourceProvidersToRegister: ['Microsoft.HealthcareApis', 'Microsoft.ManagedIdentity', 'Microsoft.Storage'],
  storageUseAzuread: true,
};
