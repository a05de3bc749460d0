import { TerraformOutput, Testing, type TerraformStack } from 'cdktf';
import {
  DicomLake,
  DicomService,
  Grantee,
  HealthWorkspace,
  KeyVaultKey,
  LakeIdentity,
  LakeMonitoring,
  LakeStorage,
  PrivateAccess,
  Subnet,
  type ISubnet,
  type DicomLakeProps,
} from '../../constructs';
import { ROLES, type DeploymentManifest, type IntendedState } from '../../contract';
import { emptyStack, RESOURCE_GROUP, stackIn } from '../support/stack';
import { onlyResource, resourcesOf, synth } from '../support/synth';

const TARGET = {
  tenantId: '11111111-1111-1111-1111-111111111111',
  subscriptionId: '44444444-4444-4444-4444-444444444444',
};
const VERIFIER = '77777777-7777-7777-7777-777777777777';
const READER = '55555555-5555-5555-5555-555555555555';
const GROUP = RESOURCE_GROUP.id;
const SUBNET_ID = `${GROUP}/providers/Microsoft.Network/virtualNetworks/hospital/subnets/endpoints`;
const OLD_ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/oldlake`;

const SERVICE = '${azurerm_healthcare_dicom_service.id}';
const WORKSPACE = '${azurerm_healthcare_workspace.id}';
const ACCOUNT = '${azurerm_storage_account.id}';
const CONTAINER = '${azurerm_storage_container.id}';
const IDENTITY = {
  principalId: '${azurerm_user_assigned_identity.principal_id}',
  roleId: ROLES.storageBlobDataContributor.id,
  scope: CONTAINER,
};

function lakeIn(stack: TerraformStack, props: Partial<DicomLakeProps> = {}, id = 'DicomLake'): DicomLake {
  const dicomLake = new DicomLake(stack, id, {
    resourceGroup: RESOURCE_GROUP,
    ...(props.workspace === undefined ? { workspaceName: 'demohealth' } : {}),
    ...(props.lake === undefined ? { storageAccountName: 'demolake' } : {}),
    dicomServiceName: 'images',
    ...props,
  });
  new TerraformOutput(stack, `${id}-manifest`, { value: dicomLake.manifest(TARGET) });
  return dicomLake;
}

/** What every manifest of a stack says. */
function manifestsIn(stack: TerraformStack): readonly DeploymentManifest[] {
  return Object.values(synth(stack).output ?? {}).map(({ value }) => value as DeploymentManifest);
}

/** What the one manifest of a stack says, with references that name the type but not the logical id. */
function manifestIn(stack: TerraformStack): DeploymentManifest {
  const text = JSON.stringify(manifestsIn(stack)[0]);
  return JSON.parse(text.replaceAll(/\$\{(\w+)\.[\w-]+\.([^}]+)\}/g, '${$1.$2}')) as DeploymentManifest;
}

function intendedIn(stack: TerraformStack): IntendedState {
  const { intended } = manifestIn(stack);
  if (intended === undefined) throw new Error('the manifest says nothing about what was intended');
  return intended;
}

function subnetIn(stack: TerraformStack): ISubnet {
  return Subnet.fromSubnetAttributes(stack, 'Subnet', { subnetId: SUBNET_ID });
}

function oldLakeIn(stack: TerraformStack, networkAccess: 'open' | 'selected' = 'selected') {
  return LakeStorage.fromLakeAttributes(stack, 'OldLake', {
    storageAccountId: OLD_ACCOUNT,
    storageAccountName: 'oldlake',
    containerName: 'files',
    deletedFileRetentionDays: 7,
    lastAccessTracking: true,
    networkAccess,
  });
}

describe('by its profile', () => {
  test('a minimal lake is open and means nothing but the role of its service', () => {
    const stack = emptyStack();
    lakeIn(stack, { profile: 'minimal' });
    expect(intendedIn(stack)).toEqual({
      publicNetworkAccess: true,
      account: { managed: true, networkAccess: 'open' },
      grants: [IDENTITY],
      privateEndpoints: [],
      diagnosticSettings: [],
      alertIds: [],
      deleteLocks: [],
    });
  });

  test('a standard lake lets its workspace through and is watched', () => {
    const stack = emptyStack();
    lakeIn(stack, { network: { access: 'selected', ipRanges: ['203.0.113.0/24'], subnetIds: [SUBNET_ID] } });
    expect(intendedIn(stack)).toEqual({
      publicNetworkAccess: true,
      account: {
        managed: true,
        networkAccess: 'selected',
        allowed: {
          ipRanges: ['203.0.113.0/24'],
          subnetIds: [SUBNET_ID],
          resourceIds: [WORKSPACE],
          trustedServices: true,
        },
      },
      grants: [IDENTITY],
      privateEndpoints: [],
      diagnosticSettings: [
        {
          targetResourceId: SERVICE,
          name: 'dicom-lake',
          categories: ['AuditLogs', 'DiagnosticLogs', 'AllMetrics'],
        },
        {
          targetResourceId: `${ACCOUNT}/blobServices/default`,
          name: 'dicom-lake-demohealth-images',
          categories: ['StorageWrite', 'StorageDelete', 'Transaction'],
        },
      ],
      alertIds: [
        '${azurerm_monitor_activity_log_alert.id}',
        ...Array<string>(3).fill('${azurerm_monitor_scheduled_query_rules_alert_v2.id}'),
      ],
      deleteLocks: [],
    });
  });

  test('a private lake answers on no network but that of its endpoints', () => {
    const stack = emptyStack();
    lakeIn(stack, {
      profile: 'private',
      network: { access: 'private', trustedServices: false },
      privateAccess: { subnet: subnetIn(stack) },
    });
    expect(intendedIn(stack)).toMatchObject({
      publicNetworkAccess: false,
      account: {
        networkAccess: 'private',
        allowed: { ipRanges: [], subnetIds: [], resourceIds: [WORKSPACE], trustedServices: false },
      },
      privateEndpoints: [
        { targetId: WORKSPACE, groupId: 'healthcareworkspace' },
        { targetId: ACCOUNT, groupId: 'blob' },
        { targetId: ACCOUNT, groupId: 'dfs' },
      ].map((endpoint) => ({ id: '${azurerm_private_endpoint.id}', ...endpoint })),
    });
  });
});

test('every endpoint and alert rule is named by its own id', () => {
  const stack = emptyStack();
  lakeIn(stack, { profile: 'private', privateAccess: { subnet: subnetIn(stack) } });
  const [manifest] = manifestsIn(stack);
  expect(new Set(manifest?.intended?.privateEndpoints.map(({ id }) => id)).size).toBe(3);
  expect(new Set(manifest?.intended?.alertIds).size).toBe(4);
});

test('what the diagnostic settings keep is what is meant, reads included', () => {
  const stack = emptyStack();
  lakeIn(stack, { monitoring: { logReads: true } });
  const deployed = resourcesOf(synth(stack), 'azurerm_monitor_diagnostic_setting').map((setting) => ({
    name: setting['name'],
    categories: [setting['enabled_log'], setting['enabled_metric']]
      .flatMap((kept) => kept as readonly { readonly category: string }[])
      .map(({ category }) => category),
  }));
  const meant = intendedIn(stack).diagnosticSettings.map(({ name, categories }) => ({ name, categories }));
  expect(meant).toHaveLength(2);
  expect(meant).toEqual(expect.arrayContaining(deployed));
  expect(meant[1]?.categories).toContain('StorageRead');
});

test('nothing is watched with the monitoring off', () => {
  const stack = emptyStack();
  lakeIn(stack, { monitoring: false });
  expect(intendedIn(stack)).toMatchObject({ diagnosticSettings: [], alertIds: [] });
});

test('service and account are locked where they are meant to be', () => {
  const stack = emptyStack();
  lakeIn(stack, { profile: 'minimal', deleteLock: true });
  expect(intendedIn(stack).deleteLocks).toEqual([
    { scope: SERVICE, name: 'dicom-lake' },
    { scope: ACCOUNT, name: 'dicom-lake' },
  ]);
});

test('the tier rules are meant as they are deployed, old inventories among them', () => {
  const stack = emptyStack();
  lakeIn(stack, {
    partitions: ['ward-7', 'ward-8'],
    tiering: [
      {
        name: 'Idle',
        basis: 'lastAccess',
        coolAfterDays: 30,
        returnToHotOnAccess: true,
        partitions: ['ward-7'],
      },
      { name: 'Old', basis: 'creation', coldAfterDays: 365 },
    ],
    inventory: { keepDays: 14 },
  });
  const { tiering } = manifestIn(stack);
  const folder = 'dicom/AHDS/demohealth/dicom/images/';
  expect(tiering.rules).toEqual([
    {
      name: 'Idle',
      prefixes: [`${folder}ward-7/`],
      basis: 'lastAccess',
      coolAfterDays: 30,
      returnToHotOnAccess: true,
    },
    { name: 'Old', prefixes: [folder], basis: 'creation', coldAfterDays: 365, returnToHotOnAccess: false },
    {
      name: 'OldInventories',
      prefixes: ['inventory/'],
      basis: 'creation',
      deleteAfterDays: 14,
      returnToHotOnAccess: false,
    },
  ]);
  const deployed = onlyResource(synth(stack), 'azurerm_storage_management_policy')['rule'];
  expect(deployed).toMatchObject(
    tiering.rules.map(({ name, prefixes }) => ({ name, filters: { prefix_match: prefixes } })),
  );
});

describe('a grant', () => {
  test('of an analytics reader and of the verifier is meant, their Reader role is no data role', () => {
    const stack = emptyStack();
    lakeIn(stack, {
      verifier: Grantee.servicePrincipal(VERIFIER),
      analytics: [
        {
          engine: 'fabric',
          principal: Grantee.servicePrincipal(READER),
          fabricWorkspaceId: '66666666-6666-6666-6666-666666666666',
        },
      ],
    });
    const { grants, account } = intendedIn(stack);
    expect(grants).toHaveLength(4);
    expect(grants).toEqual(
      expect.arrayContaining([
        IDENTITY,
        { principalId: READER, roleId: ROLES.storageBlobDataReader.id, scope: CONTAINER },
        { principalId: VERIFIER, roleId: ROLES.storageBlobDataReader.id, scope: CONTAINER },
        { principalId: VERIFIER, roleId: ROLES.dicomDataOwner.id, scope: SERVICE },
      ]),
    );
    expect(account.allowed?.resourceIds).toEqual([WORKSPACE, expect.stringContaining('Microsoft.Fabric')]);
  });

  test('of a verifier with deep probes may write', () => {
    const stack = emptyStack();
    lakeIn(stack, { verifier: Grantee.servicePrincipal(VERIFIER), verifierDeepProbes: true });
    const roles = intendedIn(stack)
      .grants.filter(({ principalId }) => principalId === VERIFIER)
      .map(({ roleId, scope }) => [roleId, scope]);
    expect(roles.sort()).toEqual(
      [
        [ROLES.storageBlobDataContributor.id, CONTAINER],
        [ROLES.dicomDataOwner.id, SERVICE],
      ].sort(),
    );
  });

  test('of an identity that only the service has is meant', () => {
    const stack = emptyStack();
    lakeIn(stack, { systemAssignedIdentity: true });
    expect(intendedIn(stack).grants).toEqual([
      { ...IDENTITY, principalId: '${azurerm_healthcare_dicom_service.identity[0].principal_id}' },
    ]);
  });

  test('on a key of the customer, or on another lake, is none on this one', () => {
    const stack = emptyStack();
    const vault = `${GROUP}/providers/Microsoft.KeyVault/vaults/keys`;
    const lakeKey = KeyVaultKey.fromKeyAttributes(stack, 'Key', {
      keyVaultId: vault,
      keyUrl: 'https://keys.vault.azure.net/keys/lake/00000000000000000000000000000001',
    });
    lakeIn(stack, { profile: 'minimal', encryption: { lakeKey } });
    oldLakeIn(stack).grants.readWrite(Grantee.user(READER));
    expect(intendedIn(stack).grants).toEqual([IDENTITY]);
  });
});

test('what comes after the manifest was asked for is in it', () => {
  const stack = emptyStack();
  const dicomLake = lakeIn(stack, {
    publicNetworkAccess: false,
    privateAccessElsewhere: true,
    monitoring: false,
    tiering: [{ name: 'Old', basis: 'creation', coldAfterDays: 365 }],
  });
  const { dicomService, lake, workspace } = dicomLake;
  lake.grants.read(Grantee.group(READER), { scope: 'account' });
  dicomService.grants.dataReader(Grantee.user(READER));
  lake.firewall?.allowResourceInstance(`${GROUP}/providers/Microsoft.Synapse/workspaces/analytics`);
  new LakeMonitoring(stack, 'Later', { resourceGroup: RESOURCE_GROUP, dicomService });
  new PrivateAccess(stack, 'Access', {
    resourceGroup: RESOURCE_GROUP,
    dicomService,
    subnet: subnetIn(stack),
    lakeEndpoints: false,
  });
  const second = new DicomService(stack, 'Second', {
    workspace,
    lake,
    dicomServiceName: 'second',
    systemAssignedIdentity: true,
    publicNetworkAccess: false,
    privateAccessElsewhere: true,
  });
  dicomLake.tiering?.addRules(second, [{ name: 'Older', basis: 'creation', coldAfterDays: 700 }]);

  const { tiering, intended } = manifestIn(stack);
  expect(tiering.rules.map(({ name }) => name)).toEqual(['Old', 'Older']);
  expect(intended?.grants).toEqual(
    expect.arrayContaining([
      IDENTITY,
      { principalId: READER, roleId: ROLES.storageBlobDataReader.id, scope: ACCOUNT },
      { principalId: READER, roleId: ROLES.dicomDataReader.id, scope: SERVICE },
      { ...IDENTITY, principalId: '${azurerm_healthcare_dicom_service.identity[0].principal_id}' },
    ]),
  );
  expect(intended?.grants).toHaveLength(4);
  expect(intended?.account.allowed?.resourceIds).toHaveLength(2);
  expect(intended?.alertIds).toHaveLength(4);
  expect(intended?.privateEndpoints.map(({ groupId }) => groupId)).toEqual(['healthcareworkspace']);
});

test('two lakes of one stack mean nothing of each other', () => {
  const stack = emptyStack();
  const subnet = subnetIn(stack);
  for (const name of ['demo', 'other']) {
    lakeIn(
      stack,
      {
        profile: 'private',
        workspaceName: `${name}health`,
        storageAccountName: `${name}lake`,
        privateAccess: { subnet, dnsZones: 'managed-elsewhere' },
        tiering: [{ name, basis: 'creation', coldAfterDays: 365 }],
        deleteLock: true,
      },
      name,
    );
  }
  const [one, other] = manifestsIn(stack);
  expect([one, other].map((manifest) => manifest?.tiering.rules.map(({ name }) => name))).toEqual([
    ['demo'],
    ['other'],
  ]);
  for (const list of [
    'grants',
    'privateEndpoints',
    'diagnosticSettings',
    'alertIds',
    'deleteLocks',
  ] as const) {
    const texts = [one, other].map((manifest) =>
      (manifest?.intended?.[list] ?? []).map((item) => JSON.stringify(item)),
    );
    expect(texts[0]).not.toEqual([]);
    expect(texts[0]).toHaveLength(texts[1]?.length ?? 0);
    expect(new Set(texts.flat()).size).toBe(2 * (texts[0]?.length ?? 0));
  }
});

describe('with adopted parts', () => {
  test('the account is its owner’s, and the workspace is reached by the endpoint made here', () => {
    const stack = emptyStack();
    const workspaceId = `${GROUP}/providers/Microsoft.HealthcareApis/workspaces/oldhealth`;
    lakeIn(stack, {
      profile: 'private',
      lake: oldLakeIn(stack),
      workspace: HealthWorkspace.fromWorkspaceAttributes(stack, 'OldWorkspace', {
        workspaceId,
        workspaceName: 'oldhealth',
        location: 'westeurope',
      }),
      privateAccess: { subnet: subnetIn(stack), lakeEndpoints: false },
      deleteLock: true,
    });
    expect(intendedIn(stack)).toMatchObject({
      account: { managed: false, networkAccess: 'selected' },
      grants: [{ ...IDENTITY, scope: `${OLD_ACCOUNT}/blobServices/default/containers/files` }],
      privateEndpoints: [{ targetId: workspaceId, groupId: 'healthcareworkspace' }],
      deleteLocks: [{ scope: SERVICE }, { scope: OLD_ACCOUNT }],
    });
    expect(intendedIn(stack).account).not.toHaveProperty('allowed');
  });

  test('a lake made elsewhere in the application is managed', () => {
    const stack = emptyStack();
    const lake = new LakeStorage(stack, 'Lake', {
      resourceGroup: RESOURCE_GROUP,
      storageAccountName: 'sharedlake',
    });
    lakeIn(stack, { lake });
    expect(intendedIn(stack).account).toMatchObject({ managed: true, networkAccess: 'selected' });
  });

  test('two services that share a lake know of the grants, rules and locks of both, and watch their own', () => {
    const stack = emptyStack();
    const first = lakeIn(stack, {
      deleteLock: true,
      tiering: [{ name: 'Old', basis: 'creation', coldAfterDays: 365 }],
    });
    const { lake, workspace } = first;
    const second = { dicomServiceName: 'second', lake, workspace, deleteLock: true };
    lakeIn(stack, second, 'Second');
    const [one, other] = manifestsIn(stack).map(({ tiering, intended }) => ({ tiering, ...intended }));
    expect(other?.tiering).toEqual(one?.tiering);
    expect(other?.grants).toEqual(one?.grants);
    expect(other?.grants).toHaveLength(2);
    expect(one?.deleteLocks).toHaveLength(2);
    expect(other?.deleteLocks).toHaveLength(2);
    expect(other?.deleteLocks).not.toEqual(one?.deleteLocks);
    expect(new Set([one, other].flatMap((state) => state?.alertIds)).size).toBe(8);
    expect([one, other].map((state) => state?.diagnosticSettings?.[1]?.name)).toEqual([
      'dicom-lake-demohealth-images',
      'dicom-lake-demohealth-second',
    ]);
  });

  test('two stacks that adopt one lake do not depend on each other', () => {
    const app = Testing.app();
    const [one, other] = ['one', 'other'].map((id) => stackIn(app, id));
    if (one === undefined || other === undefined) throw new Error('a stack is missing');
    for (const stack of [one, other]) {
      lakeIn(stack, {
        profile: 'minimal',
        lake: oldLakeIn(stack, 'open'),
        workspaceName: `${stack.node.id}health`,
      });
    }
    expect(intendedIn(one).grants).toHaveLength(1);
    expect(intendedIn(other).grants).toHaveLength(1);
    expect([...one.dependencies, ...other.dependencies]).toEqual([]);
  });

  test('a stack on the lake of another one knows of the grants and rules there', () => {
    const app = Testing.app();
    const [base, addition] = ['base', 'addition'].map((id) => stackIn(app, id));
    if (base === undefined || addition === undefined) throw new Error('a stack is missing');
    const { lake, workspace, tiering } = lakeIn(base, {
      tiering: [{ name: 'Old', basis: 'creation', coldAfterDays: 365 }],
    });
    lake.grants.read(Grantee.group(READER));
    const identity = LakeIdentity.fromIdentityAttributes(addition, 'Writer', {
      identityId: `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/writer`,
      principalId: VERIFIER,
    });
    const { dicomService } = lakeIn(addition, { dicomServiceName: 'second', lake, workspace, identity });
    tiering?.addRules(dicomService, [{ name: 'Older', basis: 'creation', coldAfterDays: 700 }]);
    app.synth();
    const principalsOf = (stack: TerraformStack) =>
      intendedIn(stack).grants.map(({ principalId }) => principalId);
    expect(principalsOf(base)).toEqual([IDENTITY.principalId, READER, VERIFIER]);
    expect(principalsOf(addition).slice(1)).toEqual([READER, VERIFIER]);
    for (const stack of [base, addition])
      expect(manifestIn(stack).tiering.rules.map(({ name }) => name)).toEqual(['Old', 'Older']);
  });
});
