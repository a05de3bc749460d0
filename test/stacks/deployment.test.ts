import { readFileSync } from 'node:fs';
import { TerraformStack, Testing, type App } from 'cdktf';
import { addDeployments } from '../../stacks/deployment';
import { readSettings } from '../../stacks/settings-file';
import { addressesOf, onlyResource, predecessorsOf, resourcesOf, synth } from '../support/synth';

const GROUP = '/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/shared';
const PLACE = `
  tenantId: 11111111-1111-1111-1111-111111111111
  subscriptionId: 44444444-4444-4444-4444-444444444444
  resourceGroupName: imaging
  location: westeurope`;

function appOf(text: string): { readonly app: App; readonly refusals: readonly string[] } {
  const result = readSettings(text, 'lake.yaml');
  if (!result.ok) throw new Error(result.problems.join('\n'));
  const app = Testing.app();
  return { app, refusals: addDeployments(app, result.deployments) };
}

function stackOf(app: App, name: string): TerraformStack {
  const stack = app.node.children
    .filter((child) => child instanceof TerraformStack)
    .find(({ node }) => node.id === name);
  if (stack === undefined) throw new Error(`there is no stack ${name}`);
  return stack;
}

test('the settings file of the examples makes a stack of each deployment', () => {
  const { app, refusals } = appOf(readFileSync('examples/dicom-lake.yaml', 'utf8'));
  expect(refusals).toEqual([]);
  const [testing, production] = ['test', 'production'].map((name) => synth(stackOf(app, name)));
  if (testing === undefined || production === undefined) throw new Error('a stack is missing');
  expect(onlyResource(testing, 'azurerm_storage_account')).toMatchObject({
    name: 'hospitaltestlake',
    account_replication_type: 'LRS',
    network_rules: { default_action: 'Allow' },
    tags: { owner: 'imaging' },
  });
  expect(onlyResource(production, 'azurerm_storage_account')).toMatchObject({
    name: 'hospitallake',
    account_replication_type: 'GZRS',
    network_rules: { default_action: 'Deny', ip_rules: ['203.0.113.0/24'] },
  });
  expect(production.output?.['manifest']?.value).toMatchObject({
    dicomService: { partitions: ['radiology', 'cardiology'] },
    tiering: { rules: [{ name: 'IdleImages' }] },
  });
});

test('adopted parts are used and not made', () => {
  const { app, refusals } = appOf(`
defaults:${PLACE}
deployments:
  adopt:
    profile: minimal
    dicomServiceName: images
    workspace:
      workspaceId: ${GROUP}/providers/Microsoft.HealthcareApis/workspaces/oldhealth
      workspaceName: oldhealth
      location: westeurope
    lake:
      storageAccountId: ${GROUP}/providers/Microsoft.Storage/storageAccounts/oldlake
      storageAccountName: oldlake
      containerName: dicom
      deletedFileRetentionDays: 7
      lastAccessTracking: true
      networkAccess: selected
    identity:
      identityId: ${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/writer
      principalId: 88888888-8888-8888-8888-888888888888
`);
  expect(refusals).toEqual([]);
  const synthesized = synth(stackOf(app, 'adopt'));
  expect(addressesOf(synthesized).map((address) => address.split('.')[0])).toEqual([
    'azurerm_healthcare_dicom_service',
    'azurerm_resource_group',
    'azurerm_role_assignment',
  ]);
  const [service = ''] = addressesOf(synthesized);
  expect([...predecessorsOf(synthesized, service)]).toContainEqual(
    expect.stringMatching(/^azurerm_role_assignment\./),
  );
  expect(onlyResource(synthesized, 'azurerm_role_assignment')).toMatchObject({
    scope: `${GROUP}/providers/Microsoft.Storage/storageAccounts/oldlake/blobServices/default/containers/dicom`,
    principal_id: '88888888-8888-8888-8888-888888888888',
  });
});

test('keys, readers and the verifier reach the constructs', () => {
  const vault = `${GROUP}/providers/Microsoft.KeyVault/vaults/keys`;
  const { app, refusals } = appOf(`
defaults:${PLACE}
deployments:
  full:
    workspaceName: demohealth
    dicomServiceName: images
    storageAccountName: demolake
    encryption:
      lakeKey: { keyVaultId: ${vault}, keyUrl: https://keys.vault.azure.net/keys/lake/00000000000000000000000000000001 }
      dicomServiceKey:
        keyVaultId: ${vault}
        keyUrl: https://keys.vault.azure.net/keys/dicom/00000000000000000000000000000002
        serviceExists: true
    analytics:
      - engine: fabric
        principalId: 55555555-5555-5555-5555-555555555555
        name: Fabric
        fabricWorkspaceId: 66666666-6666-6666-6666-666666666666
      - engine: synapse
        principalId: 55555555-5555-5555-5555-555555555556
        resourceId: ${GROUP}/providers/Microsoft.Synapse/workspaces/analytics
    verifier: { principalId: 77777777-7777-7777-7777-777777777777, type: Group, name: Verifiers, deepProbes: true }
`);
  expect(refusals).toEqual([]);
  const synthesized = synth(stackOf(app, 'full'));
  expect(onlyResource(synthesized, 'azurerm_healthcare_dicom_service')['encryption_key_url']).toBe(
    'https://keys.vault.azure.net/keys/dicom/00000000000000000000000000000002',
  );
  expect(onlyResource(synthesized, 'azurerm_storage_account')).toMatchObject({
    customer_managed_key: { key_vault_key_id: 'https://keys.vault.azure.net/keys/lake' },
    network_rules: {
      private_link_access: [
        {
          endpoint_resource_id: expect.stringMatching(
            /^\$\{azurerm_healthcare_workspace\.\w+\.id\}$/,
          ) as string,
        },
        { endpoint_resource_id: expect.stringMatching(/Microsoft\.Fabric\/workspaces\/6{8}-/) as string },
        { endpoint_resource_id: `${GROUP}/providers/Microsoft.Synapse/workspaces/analytics` },
      ],
    },
  });
  const groups = resourcesOf(synthesized, 'azurerm_role_assignment').filter(
    ({ principal_type: type }) => type === 'Group',
  );
  expect(groups.map(({ role_definition_name: role }) => role).sort()).toEqual([
    'DICOM Data Owner',
    // Workspace, account, and four alert rules.
    ...Array.from({ length: 6 }, () => 'Reader'),
    'Storage Blob Data Contributor',
  ]);
});

test('what the constructs refuse is said for every deployment', () => {
  const { refusals } = appOf(`
defaults:${PLACE}
deployments:
  one: { dicomServiceName: x, workspaceName: demohealth, storageAccountName: demolake }
  two: { dicomServiceName: images, workspaceName: Demo }
`);
  expect(refusals).toEqual([
    "deployments.one: 'dicomServiceName' must be 3 to 24 letters, digits or dashes, starting and ending with a letter or digit, got 'x'",
    "deployments.two: 'storageAccountName' must be given to make one, or 'lake' to use one that exists; got neither",
    "deployments.two: 'workspaceName' must be 3 to 24 lower-case letters or digits, got 'Demo'",
  ]);
});

test('a verification job reaches its construct, and the provider may register what it needs', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const { app, refusals } = appOf(`
defaults:${PLACE}
deployments:
  verified:
    profile: minimal
    workspaceName: demohealth
    dicomServiceName: images
    storageAccountName: demolake
    tags: { owner: imaging }
    verificationJob:
      image: demo.azurecr.io/dicom-lake@${digest}
      containerRegistryId: ${GROUP}/providers/Microsoft.ContainerRegistry/registries/demo
      schedule: 5 */2 * * *
      profile: quick
      subnetId: ${GROUP}/providers/Microsoft.Network/virtualNetworks/hub/subnets/jobs
      jobName: nightly
`);
  expect(refusals).toEqual([]);
  const synthesized = synth(stackOf(app, 'verified'));
  expect(onlyResource(synthesized, 'azurerm_container_app_job')).toMatchObject({
    name: 'nightly',
    tags: { owner: 'imaging' },
    replica_timeout_in_seconds: 360,
    schedule_trigger_config: { cron_expression: '5 */2 * * *' },
    template: { container: [{ image: `demo.azurecr.io/dicom-lake@${digest}` }] },
    registry: [{ server: 'demo.azurecr.io' }],
  });
  expect(onlyResource(synthesized, 'azurerm_container_app_environment')).toMatchObject({
    infrastructure_subnet_id: `${GROUP}/providers/Microsoft.Network/virtualNetworks/hub/subnets/jobs`,
  });
  expect(synthesized.provider?.['azurerm']?.[0]?.['resource_providers_to_register']).toContain(
    'Microsoft.App',
  );
});

test('what is wrong with a verification job is named with its deployment', () => {
  const { refusals } = appOf(`
defaults:${PLACE}
deployments:
  wrong:
    profile: minimal
    workspaceName: demohealth
    dicomServiceName: images
    storageAccountName: demolake
    verificationJob: { image: dicom-lake, schedule: 0 6 * * 1-5 }
`);
  expect(refusals).toEqual([
    expect.stringMatching(/^deployments\.wrong: 'image' must name a registry, an image and a digest/),
    expect.stringMatching(/^deployments\.wrong: 'schedule' must come round every day/),
  ]);
});

test('remote state is kept without a key of the account', () => {
  const { app } = appOf(`
defaults:${PLACE}
deployments:
  remote:
    workspaceName: demohealth
    dicomServiceName: images
    storageAccountName: demolake
    state: { resourceGroupName: states, storageAccountName: terraformstates, containerName: imaging }
`);
  expect(synth(stackOf(app, 'remote')).terraform['backend']).toEqual({
    azurerm: {
      resource_group_name: 'states',
      storage_account_name: 'terraformstates',
      container_name: 'imaging',
      key: 'remote.tfstate',
      subscription_id: '44444444-4444-4444-4444-444444444444',
      tenant_id: '11111111-1111-1111-1111-111111111111',
      use_azuread_auth: true,
    },
  });
});

test.each([
  [4, '4.55.0'],
  [5, '>= 5.1.0, < 6.0.0'],
])('one setting chooses major %s of the provider', (major, version) => {
  const { app } = appOf(`
defaults:${PLACE}
deployments:
  major:
    azurermMajor: ${major}
    workspaceName: demohealth
    dicomServiceName: images
    storageAccountName: demolake
`);
  expect(synth(stackOf(app, 'major')).terraform['required_providers']).toMatchObject({
    azurerm: { version },
  });
});
