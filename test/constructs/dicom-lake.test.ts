import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { TerraformOutput, type TerraformStack } from 'cdktf';
import { DicomLake, Grantee, type DicomLakeProps } from '../../constructs';
import { emptyStack, RESOURCE_GROUP, unknownString } from '../support/stack';
import { addressesOf, onlyResource, predecessorsOf, resourcesOf, synth } from '../support/synth';

const REQUIRED: DicomLakeProps = {
  profile: 'minimal',
  resourceGroup: RESOURCE_GROUP,
  workspaceName: 'demohealth',
  dicomServiceName: 'images',
  storageAccountName: 'demolake',
};
const TARGET = {
  tenantId: '11111111-1111-1111-1111-111111111111',
  subscriptionId: '44444444-4444-4444-4444-444444444444',
};
const VERIFIER = '77777777-7777-7777-7777-777777777777';

function lakeIn(stack: TerraformStack, props: Partial<DicomLakeProps> = {}): DicomLake {
  return new DicomLake(stack, 'DicomLake', { ...REQUIRED, ...props });
}

test('a lake with nothing optional is a workspace, a lake, an identity with its role and a service', () => {
  const stack = emptyStack();
  lakeIn(stack);
  const types = addressesOf(synth(stack)).map((address) => address.split('.')[0]);
  expect(types).toEqual([
    'azurerm_healthcare_dicom_service',
    'azurerm_healthcare_workspace',
    'azurerm_role_assignment',
    'azurerm_storage_account',
    'azurerm_storage_container',
    'azurerm_user_assigned_identity',
  ]);
});

test('no construct puts out anything: that is for the stack', () => {
  const stack = emptyStack();
  lakeIn(stack, { verifier: Grantee.servicePrincipal(VERIFIER) });
  expect(synth(stack).output).toBeUndefined();
});

test('the resource group of the provider precedes everything', () => {
  const stack = emptyStack();
  const resourceGroup = new ResourceGroup(stack, 'Group', { name: 'imaging', location: 'westeurope' });
  lakeIn(stack, {
    resourceGroup,
    location: 'westeurope',
    tiering: [{ name: 'Idle', basis: 'creation', coolAfterDays: 30 }],
    verifier: Grantee.servicePrincipal(VERIFIER),
  });
  const synthesized = synth(stack);
  for (const address of addressesOf(synthesized)) {
    if (address === 'azurerm_resource_group.Group') continue;
    expect(predecessorsOf(synthesized, address)).toContain('azurerm_resource_group.Group');
  }
});

test('the verifier gets exactly four roles', () => {
  const stack = emptyStack();
  lakeIn(stack, { verifier: Grantee.user(VERIFIER) });
  const given = resourcesOf(synth(stack), 'azurerm_role_assignment')
    .filter(({ principal_id: id }) => id === VERIFIER)
    .map(({ role_definition_name: role, scope, principal_type: type }) => [role, scope, type]);
  expect(given).toHaveLength(4);
  expect(given).toEqual(
    expect.arrayContaining([
      ['Reader', expect.stringMatching(/^\$\{azurerm_healthcare_workspace\.\w+\.id\}$/), 'User'],
      ['Reader', expect.stringMatching(/^\$\{azurerm_storage_account\.\w+\.id\}$/), 'User'],
      [
        'DICOM Data Owner',
        expect.stringMatching(/^\$\{azurerm_healthcare_dicom_service\.\w+\.id\}$/),
        'User',
      ],
      [
        'Storage Blob Data Reader',
        expect.stringMatching(/^\$\{azurerm_storage_container\.\w+\.id\}$/),
        'User',
      ],
    ]),
  );
});

test('every optional prop reaches the part it is for', () => {
  const stack = emptyStack();
  lakeIn(stack, {
    location: 'northeurope',
    tags: { costs: 'imaging' },
    containerName: 'files',
    identityName: 'images-writer',
    replication: 'LRS',
    deletedFileRetentionDays: 1,
    deletedContainerRetentionDays: 2,
    lastAccessTracking: false,
    partitions: ['ward-7'],
    publicNetworkAccess: false,
    privateAccessElsewhere: true,
    tiering: [{ name: 'Old', basis: 'creation', coldAfterDays: 365, partition: 'ward-7' }],
    destroyable: true,
  });
  const synthesized = synth(stack);
  const placed = { location: 'northeurope', tags: { costs: 'imaging' } };
  expect(onlyResource(synthesized, 'azurerm_healthcare_workspace')).toMatchObject(placed);
  expect(onlyResource(synthesized, 'azurerm_user_assigned_identity')).toMatchObject({
    ...placed,
    name: 'images-writer',
  });
  expect(onlyResource(synthesized, 'azurerm_storage_account')).toMatchObject({
    ...placed,
    account_replication_type: 'LRS',
    blob_properties: {
      last_access_time_enabled: false,
      delete_retention_policy: { days: 1 },
      container_delete_retention_policy: { days: 2 },
    },
    lifecycle: { prevent_destroy: false },
  });
  expect(onlyResource(synthesized, 'azurerm_storage_container')).toMatchObject({
    name: 'files',
    lifecycle: { prevent_destroy: false },
  });
  expect(onlyResource(synthesized, 'azurerm_healthcare_dicom_service')).toMatchObject({
    ...placed,
    data_partitions_enabled: true,
    public_network_access_enabled: false,
    lifecycle: { prevent_destroy: false },
  });
  expect(onlyResource(synthesized, 'azurerm_storage_management_policy')).toMatchObject({
    rule: [{ name: 'Old', filters: { prefix_match: ['files/AHDS/demohealth/dicom/images/ward-7/'] } }],
  });
});

test('the identity is named after workspace and service unless told otherwise', () => {
  const stack = emptyStack();
  lakeIn(stack);
  expect(onlyResource(synth(stack), 'azurerm_user_assigned_identity')['name']).toBe('demohealth-images');
});

test('the manifest says what was asked for and lets Terraform fill in the rest', () => {
  const stack = emptyStack();
  const dicomLake = lakeIn(stack, {
    deletedFileRetentionDays: 0,
    lastAccessTracking: false,
    partitions: ['ward-7', 'ward-8'],
    tiering: [{ name: 'Old', basis: 'creation', coldAfterDays: 365 }],
  });
  new TerraformOutput(stack, 'manifest', { value: dicomLake.manifest(TARGET) });
  expect(synth(stack).output?.['manifest']?.value).toEqual({
    schemaVersion: 1,
    ...TARGET,
    resourceGroup: 'imaging',
    workspace: { id: reference('healthcare_workspace', 'id'), name: 'demohealth' },
    dicomService: {
      id: reference('healthcare_dicom_service', 'id'),
      name: 'images',
      serviceUrl: reference('healthcare_dicom_service', 'service_url'),
      principalIds: [reference('user_assigned_identity', 'principal_id')],
      dataPartitionsEnabled: true,
      partitions: ['ward-7', 'ward-8'],
    },
    lake: {
      storageAccountId: reference('storage_account', 'id'),
      storageAccountName: 'demolake',
      containerName: 'dicom',
      blobEndpoint: reference('storage_account', 'primary_blob_endpoint'),
      dfsEndpoint: reference('storage_account', 'primary_dfs_endpoint'),
      deletedFileRetentionDays: 0,
      lastAccessTracking: false,
    },
    tiering: { ruleNames: ['Old'] },
    analytics: {
      shortcuts: ['ward-7', 'ward-8'].map((partition) => ({
        partition,
        subpath: `/dicom/AHDS/demohealth/dicom/images/${partition}`,
        url: expect.stringMatching(
          new RegExp(
            `^\\$\\{azurerm_storage_account\\.\\w+\\.primary_dfs_endpoint\\}dicom/AHDS/demohealth/dicom/images/${partition}$`,
          ),
        ) as string,
      })),
    },
  });
});

test('rules added after the lake was built are in its manifest', () => {
  const stack = emptyStack();
  const dicomLake = lakeIn(stack, { tiering: [{ name: 'Old', basis: 'creation', coldAfterDays: 365 }] });
  dicomLake.tiering?.addRules(dicomLake.dicomService, [
    { name: 'Older', basis: 'creation', coldAfterDays: 700 },
  ]);
  expect(dicomLake.manifest(TARGET).tiering.ruleNames).toEqual(['Old', 'Older']);
});

test('names that only Terraform knows are left to Azure', () => {
  const stack = emptyStack();
  const unknown = unknownString(stack);
  lakeIn(stack, {
    workspaceName: unknown,
    dicomServiceName: unknown,
    storageAccountName: unknown,
    containerName: unknown,
    partitions: [unknown],
    verifier: Grantee.servicePrincipal(unknown, 'Verifier'),
  });
  const synthesized = synth(stack);
  expect(onlyResource(synthesized, 'azurerm_user_assigned_identity')['name']).toBe(
    '${var.unknown}-${var.unknown}',
  );
  expect(resourcesOf(synthesized, 'azurerm_role_assignment')).toHaveLength(5);
});

test('fails with the problems of all parts at once and builds none of them', () => {
  const stack = emptyStack();
  expect(() =>
    lakeIn(stack, {
      workspaceName: 'Demo',
      dicomServiceName: 'x',
      storageAccountName: 'demo-lake',
      identityName: 'y',
      partitions: ['ward/7'],
      tiering: [{ name: 'Idle', basis: 'creation' }],
      verifier: Grantee.servicePrincipal('my-app'),
    }),
  ).toThrow(
    new Error(
      [
        'DicomLakeInvalid at test/DicomLake:',
        "- 'workspaceName' must be 3 to 24 lower-case letters or digits, got 'Demo'",
        "- 'storageAccountName' must be 3 to 24 lower-case letters or digits, got 'demo-lake'",
        "- 'identityName' must be 3 to 128 letters, digits, dashes or underscores, starting with a letter or digit, " +
          "got 'y'",
        "- 'dicomServiceName' must be 3 to 24 letters, digits or dashes, starting and ending with a letter or digit, " +
          "got 'x'",
        "- 'partitions' must hold names of 1 to 64 letters, digits, underscores, dots or dashes, got 'ward/7'",
        "- rule 'Idle': 'coolAfterDays' must be given, or coldAfterDays, or both; got neither",
        "- 'principalId' must be a GUID such as 00000000-0000-0000-0000-000000000000, got 'my-app'",
      ].join('\n'),
    ),
  );
  expect(synth(stack).resource).toBeUndefined();
});

test('fails on an empty list of partitions', () => {
  expect(() => lakeIn(emptyStack(), { partitions: [] })).toThrow(
    new Error(
      "DicomLakeInvalid at test/DicomLake: 'partitions' must name at least one partition, or be left out to keep data " +
        'partitions off',
    ),
  );
});

test('fails on a manifest for a tenant or subscription that is no GUID', () => {
  const dicomLake = lakeIn(emptyStack());
  expect(() => dicomLake.manifest({ tenantId: 'contoso', subscriptionId: 'prod' })).toThrow(
    new Error(
      [
        'DeploymentTargetInvalid at test/DicomLake:',
        "- 'tenantId' must be a GUID such as 00000000-0000-0000-0000-000000000000, got 'contoso'",
        "- 'subscriptionId' must be a GUID such as 00000000-0000-0000-0000-000000000000, got 'prod'",
      ].join('\n'),
    ),
  );
});

function reference(type: string, attribute: string): string {
  return expect.stringMatching(new RegExp(`^\\$\\{azurerm_${type}\\.\\w+\\.${attribute}\\}$`)) as string;
}
