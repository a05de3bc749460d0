import { Testing } from 'cdktf';
import { Grantee } from '../../constructs';
import { parseDeploymentManifest } from '../../contract';
import { DicomLakeStack, type DicomLakeStackProps } from '../../stacks/dicom-lake-stack';
import { onlyResource, synth } from '../support/synth';

const PROPS: DicomLakeStackProps = {
  tenantId: '11111111-1111-1111-1111-111111111111',
  subscriptionId: '44444444-4444-4444-4444-444444444444',
  resourceGroupName: 'imaging',
  location: 'westeurope',
  workspaceName: 'demohealth',
  dicomServiceName: 'images',
  storageAccountName: 'demolake',
};

function stackWith(props: Partial<DicomLakeStackProps> = {}): DicomLakeStack {
  return new DicomLakeStack(Testing.app(), 'imaging', { ...PROPS, ...props });
}

test('the provider needs no data plane, no keys and no defaults that differ between its majors', () => {
  expect(synth(stackWith()).provider).toEqual({
    azurerm: [
      {
        tenant_id: PROPS.tenantId,
        subscription_id: PROPS.subscriptionId,
        features: [{ storage: [{ data_plane_available: false }] }],
        storage_use_azuread: true,
        resource_provider_registrations: 'none',
        resource_providers_to_register: [
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
      },
    ],
  });
});

test('the stack pins the provider that its constructs were generated for', () => {
  expect(synth(stackWith()).terraform['required_providers']).toEqual({
    azurerm: { source: 'azurerm', version: '4.55.0' },
  });
});

test('the resource group takes name, region and tags from the stack', () => {
  const synthesized = synth(stackWith({ tags: { costs: 'imaging' } }));
  expect(onlyResource(synthesized, 'azurerm_resource_group')).toEqual({
    name: 'imaging',
    location: 'westeurope',
    tags: { costs: 'imaging' },
  });
});

test('the one output is the manifest', () => {
  expect(Object.keys(synth(stackWith()).output ?? {})).toEqual(['manifest']);
});

test.each<[string, Partial<DicomLakeStackProps>]>([
  ['with nothing optional', {}],
  [
    'that is locked, watched, verified and analysed',
    {
      deleteLock: true,
      verifier: Grantee.servicePrincipal('77777777-7777-7777-7777-777777777777'),
      network: { access: 'selected', ipRanges: ['203.0.113.7'] },
      analytics: [
        {
          engine: 'fabric',
          principal: Grantee.servicePrincipal('55555555-5555-5555-5555-555555555555'),
          fabricWorkspaceId: '66666666-6666-6666-6666-666666666666',
        },
      ],
    },
  ],
  [
    'with partitions, tier rules and without soft delete',
    {
      partitions: ['ward-7'],
      tiering: [{ name: 'Old', basis: 'creation', coldAfterDays: 365 }],
      deletedFileRetentionDays: 0,
    },
  ],
])('the verifier can read the manifest of a deployment %s', (_, props) => {
  const template = synth(stackWith(props)).output?.['manifest']?.value;
  const manifest = JSON.parse(asDeployed(JSON.stringify(template))) as unknown;
  expect(parseDeploymentManifest(manifest)).toEqual({ ok: true, manifest });
});

const GROUP = `/subscriptions/${PROPS.subscriptionId}/resourceGroups/imaging`;
const WORKSPACE = `${GROUP}/providers/Microsoft.HealthcareApis/workspaces/demohealth`;

/** Attributes as the provider reports them after a deployment. */
const DEPLOYED: Readonly<Record<string, string>> = {
  'azurerm_resource_group.name': 'imaging',
  'azurerm_healthcare_workspace.id': WORKSPACE,
  'azurerm_healthcare_dicom_service.id': `${WORKSPACE}/dicomServices/images`,
  'azurerm_healthcare_dicom_service.service_url': 'https://demohealth-images.dicom.azurehealthcareapis.com',
  'azurerm_user_assigned_identity.principal_id': '99999999-9999-9999-9999-999999999999',
  'azurerm_storage_account.id': `${GROUP}/providers/Microsoft.Storage/storageAccounts/demolake`,
  'azurerm_storage_container.id': `${GROUP}/providers/Microsoft.Storage/storageAccounts/demolake/blobServices/default/containers/dicom`,
  'azurerm_monitor_activity_log_alert.id': `${GROUP}/providers/Microsoft.Insights/activityLogAlerts/health`,
  'azurerm_monitor_scheduled_query_rules_alert_v2.id': `${GROUP}/providers/Microsoft.Insights/scheduledQueryRules/silent`,
  'azurerm_storage_account.primary_blob_endpoint': 'https://demolake.blob.core.windows.net/',
  'azurerm_storage_account.primary_dfs_endpoint': 'https://demolake.dfs.core.windows.net/',
};

function asDeployed(text: string): string {
  return text.replaceAll(
    /\$\{(\w+)\.[\w-]+\.(\w+)\}/g,
    (reference, type: string, attribute: string) => DEPLOYED[`${type}.${attribute}`] ?? reference,
  );
}
