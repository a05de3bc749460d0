import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { TerraformOutput, type TerraformStack } from 'cdktf';
import {
  DicomLake,
  Grantee,
  HealthWorkspace,
  LakeIdentity,
  LakeStorage,
  Subnet,
  type DicomLakeProps,
} from '../../constructs';
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
    tiering: [{ name: 'Old', basis: 'creation', coldAfterDays: 365, partitions: ['ward-7'] }],
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
    tiering: {
      rules: [
        {
          name: 'Old',
          prefixes: ['dicom/AHDS/demohealth/dicom/images/'],
          basis: 'creation',
          coldAfterDays: 365,
          returnToHotOnAccess: false,
        },
      ],
    },
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
    intended: expect.objectContaining({ publicNetworkAccess: true }) as unknown,
  });
});

test('rules added after the lake was built are in its manifest', () => {
  const stack = emptyStack();
  const dicomLake = lakeIn(stack, { tiering: [{ name: 'Old', basis: 'creation', coldAfterDays: 365 }] });
  dicomLake.tiering?.addRules(dicomLake.dicomService, [
    { name: 'Older', basis: 'creation', coldAfterDays: 700 },
  ]);
  expect(dicomLake.manifest(TARGET).tiering.rules.map(({ name }) => name)).toEqual(['Old', 'Older']);
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

test('fails on deep probes of nobody', () => {
  expect(() => lakeIn(emptyStack(), { verifierDeepProbes: true })).toThrow(
    new Error(
      "DicomLakeInvalid at test/DicomLake: 'verifier' must be given where 'verifierDeepProbes' is true, got nobody",
    ),
  );
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

describe('the profile', () => {
  const SUBNET_ID = `${RESOURCE_GROUP.id}/providers/Microsoft.Network/virtualNetworks/hospital/subnets/endpoints`;
  const typesOf = (stack: TerraformStack): string[] => [
    ...new Set(addressesOf(synth(stack)).map((address) => address.split('.')[0] ?? '')),
  ];

  test('standard, the default, closes the lake and watches it', () => {
    const stack = emptyStack();
    lakeIn(stack, { profile: undefined });
    const synthesized = synth(stack);
    expect(onlyResource(synthesized, 'azurerm_storage_account')).toMatchObject({
      public_network_access_enabled: true,
      network_rules: {
        default_action: 'Deny',
        bypass: ['AzureServices'],
        private_link_access: [
          {
            endpoint_resource_id: expect.stringMatching(
              /^\$\{azurerm_healthcare_workspace\.\w+\.id\}$/,
            ) as string,
          },
        ],
      },
    });
    expect(
      onlyResource(synthesized, 'azurerm_healthcare_dicom_service')['public_network_access_enabled'],
    ).toBe(true);
    expect(typesOf(stack)).toEqual(
      expect.arrayContaining(['azurerm_log_analytics_workspace', 'azurerm_monitor_activity_log_alert']),
    );
    expect(typesOf(stack)).not.toContain('azurerm_private_endpoint');
  });

  test('private closes the service too and makes private endpoints', () => {
    const stack = emptyStack();
    const subnet = Subnet.fromSubnetAttributes(stack, 'Subnet', { subnetId: SUBNET_ID });
    lakeIn(stack, { profile: 'private', privateAccess: { subnet } });
    const synthesized = synth(stack);
    expect(onlyResource(synthesized, 'azurerm_storage_account')).toMatchObject({
      public_network_access_enabled: false,
      network_rules: { default_action: 'Deny' },
    });
    expect(
      onlyResource(synthesized, 'azurerm_healthcare_dicom_service')['public_network_access_enabled'],
    ).toBe(false);
    expect(resourcesOf(synthesized, 'azurerm_private_endpoint')).toHaveLength(3);
    expect(typesOf(stack)).toContain('azurerm_log_analytics_workspace');
  });

  test('minimal opens the lake to callers with a role and watches nothing', () => {
    const stack = emptyStack();
    lakeIn(stack, { profile: 'minimal' });
    expect(onlyResource(synth(stack), 'azurerm_storage_account')).toMatchObject({
      public_network_access_enabled: true,
      network_rules: { default_action: 'Allow', bypass: ['None'] },
    });
    expect(typesOf(stack)).not.toContain('azurerm_monitor_diagnostic_setting');
  });

  test('is one choice, and every single thing in it another', () => {
    const stack = emptyStack();
    lakeIn(stack, {
      profile: 'standard',
      monitoring: false,
      network: { access: 'selected', ipRanges: ['203.0.113.0/24'] },
    });
    expect(onlyResource(synth(stack), 'azurerm_storage_account')).toMatchObject({
      network_rules: { ip_rules: ['203.0.113.0/24'] },
    });
    expect(typesOf(stack)).not.toContain('azurerm_log_analytics_workspace');
  });

  test.each([
    [{ profile: 'open' as 'minimal' }, "'profile' must be one of minimal, standard, private, got 'open'"],
    [
      { profile: 'private' as const },
      "'privateAccess' must be given in the profile 'private', or 'privateAccessElsewhere' be true where the " +
        'endpoints exist already',
    ],
    [
      { profile: 'private' as const, privateAccessElsewhere: true, publicNetworkAccess: true },
      "'publicNetworkAccess' must be false where the service has private endpoints, got true",
    ],
    [
      { profile: 'private' as const, privateAccessElsewhere: true, network: { access: 'open' } as const },
      "'network.access' must be 'selected' or 'private' where the service has private endpoints, got 'open'",
    ],
    [
      { publicNetworkAccess: false },
      "'publicNetworkAccess' must be true, or 'privateAccess' be given, or 'privateAccessElsewhere' be true: nobody " +
        'could reach the service, got false',
    ],
  ])('fails where it contradicts the rest: %j', (props, problem) => {
    const stack = emptyStack();
    expect(() => lakeIn(stack, props)).toThrow(new Error(`DicomLakeInvalid at test/DicomLake: ${problem}`));
  });
});

describe('adopted parts', () => {
  const group = RESOURCE_GROUP.id;
  const lakeOf = (stack: TerraformStack) =>
    LakeStorage.fromLakeAttributes(stack, 'OldLake', {
      storageAccountId: `${group}/providers/Microsoft.Storage/storageAccounts/oldlake`,
      storageAccountName: 'oldlake',
      containerName: 'files',
      deletedFileRetentionDays: 3,
      lastAccessTracking: false,
      networkAccess: 'open',
    });

  test('are used, and their facts are in the manifest', () => {
    const stack = emptyStack();
    const dicomLake = new DicomLake(stack, 'DicomLake', {
      profile: 'minimal',
      resourceGroup: RESOURCE_GROUP,
      dicomServiceName: 'images',
      lake: lakeOf(stack),
      workspace: HealthWorkspace.fromWorkspaceAttributes(stack, 'OldWorkspace', {
        workspaceId: `${group}/providers/Microsoft.HealthcareApis/workspaces/oldhealth`,
        workspaceName: 'oldhealth',
        location: 'westeurope',
      }),
      identity: LakeIdentity.fromIdentityAttributes(stack, 'OldIdentity', {
        identityId: `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/writer`,
        principalId: VERIFIER,
      }),
    });
    expect(addressesOf(synth(stack)).map((address) => address.split('.')[0])).toEqual([
      'azurerm_healthcare_dicom_service',
      'azurerm_role_assignment',
    ]);
    expect(dicomLake.manifest(TARGET)).toMatchObject({
      workspace: { name: 'oldhealth' },
      dicomService: { principalIds: [VERIFIER] },
      lake: { storageAccountName: 'oldlake', deletedFileRetentionDays: 3, lastAccessTracking: false },
    });
  });

  test('leave no choice about how they are made', () => {
    const stack = emptyStack();
    const lake = lakeOf(stack);
    expect(() =>
      lakeIn(stack, {
        lake,
        containerName: 'dicom',
        lastAccessTracking: true,
        tiering: [{ name: 'Idle', basis: 'lastAccess', coolAfterDays: 30 }],
      }),
    ).toThrow(
      new Error(
        [
          'DicomLakeInvalid at test/DicomLake:',
          "- 'storageAccountName' must be left out where 'lake' is given, got 'demolake'",
          "- 'containerName' must be left out where 'lake' is given: an adopted lake keeps the settings it has",
          "- 'lastAccessTracking' must be left out where 'lake' is given: an adopted lake keeps the settings it has",
          "- rule 'Idle': 'basis' must be lastModification or creation while the lake does not track last access, got " +
            "'lastAccess'; or set lastAccessTracking: true on the lake",
        ].join('\n'),
      ),
    );
  });
});

test('a service can have but an identity of its own, whose role then comes after it', () => {
  const stack = emptyStack();
  const dicomLake = lakeIn(stack, { systemAssignedIdentity: true });
  const synthesized = synth(stack);
  expect(dicomLake.identity).toBeUndefined();
  expect(synthesized.resource['azurerm_user_assigned_identity']).toBeUndefined();
  expect(onlyResource(synthesized, 'azurerm_healthcare_dicom_service')['identity']).toEqual({
    type: 'SystemAssigned',
  });
  const [role = ''] = addressesOf(synthesized).filter((address) =>
    address.startsWith('azurerm_role_assignment'),
  );
  expect([...predecessorsOf(synthesized, role)]).toContainEqual(
    expect.stringMatching(/^azurerm_healthcare_dicom_service\./),
  );
});

test('the lock comes after everything, also after what is added later', () => {
  const stack = emptyStack();
  const dicomLake = lakeIn(stack, { deleteLock: true });
  dicomLake.lake.grants.read(Grantee.group(VERIFIER));
  const synthesized = synth(stack);
  const addresses = addressesOf(synthesized);
  const locks = addresses.filter((address) => address.startsWith('azurerm_management_lock'));
  expect(locks).toHaveLength(2);
  for (const lock of locks) {
    expect([...predecessorsOf(synthesized, lock)].sort()).toEqual(
      addresses.filter((address) => !address.startsWith('azurerm_management_lock')),
    );
  }
  expect(resourcesOf(synthesized, 'azurerm_management_lock').map(({ lock_level: level }) => level)).toEqual([
    'CanNotDelete',
    'CanNotDelete',
  ]);
});
