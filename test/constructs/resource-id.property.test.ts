import type { TerraformStack } from 'cdktf';
import * as fc from 'fast-check';
import {
  AnalyticsAccess,
  DicomService,
  Grantee,
  HealthWorkspace,
  InvalidConstructError,
  KeyVaultKey,
  LakeIdentity,
  LakeStorage,
  Subnet,
} from '../../constructs';
import { emptyStack, RESOURCE_GROUP, surroundings } from '../support/stack';

const OBJECT_ID = '77777777-7777-7777-7777-777777777777';

/** Everything that takes the id of a resource, by the segments that follow `providers` in it, names left out. */
const TAKERS: readonly (readonly [readonly string[], (stack: TerraformStack, id: string) => unknown])[] = [
  [
    ['Microsoft.Storage', 'storageAccounts'],
    (stack, storageAccountId) =>
      LakeStorage.fromLakeAttributes(stack, 'X', {
        storageAccountId,
        storageAccountName: storageAccountId.split('/').pop() ?? '',
        containerName: 'dicom',
        deletedFileRetentionDays: 7,
        lastAccessTracking: true,
        networkAccess: 'open',
      }),
  ],
  [
    ['Microsoft.HealthcareApis', 'workspaces'],
    (stack, workspaceId) =>
      HealthWorkspace.fromWorkspaceAttributes(stack, 'X', {
        workspaceId,
        workspaceName: workspaceId.split('/').pop() ?? '',
        location: 'westeurope',
      }),
  ],
  [
    ['Microsoft.HealthcareApis', 'workspaces', 'dicomServices'],
    (stack, dicomServiceId) =>
      DicomService.fromDicomServiceAttributes(stack, 'X', {
        dicomServiceId,
        dataPartitionsEnabled: false,
        publicNetworkAccess: true,
        lake: surroundings(stack).lake,
        principals: [],
      }),
  ],
  [
    ['Microsoft.ManagedIdentity', 'userAssignedIdentities'],
    (stack, identityId) =>
      LakeIdentity.fromIdentityAttributes(stack, 'X', { identityId, principalId: OBJECT_ID }),
  ],
  [
    ['Microsoft.KeyVault', 'vaults'],
    (stack, keyVaultId) =>
      KeyVaultKey.fromKeyAttributes(stack, 'X', {
        keyVaultId,
        keyUrl: `https://${keyVaultId.split('/').pop() ?? ''}.vault.azure.net/keys/k/${'0'.repeat(32)}`,
      }),
  ],
  [
    ['Microsoft.Network', 'virtualNetworks', 'subnets'],
    (stack, subnetId) => Subnet.fromSubnetAttributes(stack, 'X', { subnetId }),
  ],
  [
    ['Microsoft.Network', 'virtualNetworks', 'subnets'],
    (stack, subnetId) =>
      new LakeStorage(stack, 'X', {
        resourceGroup: RESOURCE_GROUP,
        storageAccountName: 'demolake',
        network: { access: 'selected', subnetIds: [subnetId] },
      }),
  ],
  ...(
    [
      ['synapse', 'Microsoft.Synapse', 'workspaces'],
      ['databricks', 'Microsoft.Databricks', 'accessConnectors'],
      ['machineLearning', 'Microsoft.MachineLearningServices', 'workspaces'],
    ] as const
  ).map(
    ([engine, ...segments]) =>
      [
        segments,
        (stack: TerraformStack, resourceId: string) =>
          new AnalyticsAccess(stack, 'X', {
            dicomService: new DicomService(stack, 'Images', {
              ...surroundings(stack),
              dicomServiceName: 'images',
            }),
            readers: [{ engine, principal: Grantee.group(OBJECT_ID), resourceId }],
          }),
      ] as const,
  ),
];

const CASES = TAKERS.map(([type, make], index) => [`${index} ${type.join('/')}`, type, make] as const);
const name = fc.stringMatching(/^[a-z0-9]{3,20}$/);
const group = fc.stringMatching(/^[\w().-]{0,20}[\w()-]$/);

/** The segments of an id, in any spelling that Azure takes. */
function segmentsOf([namespace = '', ...kinds]: readonly string[], names: readonly string[], rg: string) {
  const spell = (text: string): string =>
    names[0] === undefined || names[0] < 'i' ? text : text.toLowerCase();
  return ['subscriptions', OBJECT_ID, 'resourceGroups', rg, 'providers', namespace]
    .map(spell)
    .concat(kinds.flatMap((kind, index) => [spell(kind), names[index] ?? '']));
}

function attempt(make: (stack: TerraformStack, id: string) => unknown, id: string): string | undefined {
  try {
    make(emptyStack(), id);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidConstructError) return error.problems.join('\n');
    throw error;
  }
}

test.each(CASES)('%s: an id in this form is taken, whatever the names and letter case', (_, type, make) => {
  fc.assert(
    fc.property(fc.tuple(name, name), group, (names, rg) => {
      expect(attempt(make, `/${segmentsOf(type, names, rg).join('/')}`)).toBeUndefined();
    }),
    { numRuns: 20 },
  );
});

const mutation = fc.oneof(
  fc.record({ how: fc.constant('drop' as const), at: fc.nat(20) }),
  fc.record({ how: fc.constant('double' as const), at: fc.nat(20) }),
  fc.record({ how: fc.constant('blank' as const), at: fc.nat(20) }),
  fc.record({
    how: fc.constant('spoil' as const),
    at: fc.nat(20),
    by: fc.constantFrom('*', '?', '#', ' ', '\n'),
  }),
  fc.record({ how: fc.constantFrom('no slash' as const, 'slash at the end' as const) }),
);

test.each(CASES)('%s: an id that lost, gained or spoiled a segment is refused', (_, type, make) => {
  fc.assert(
    fc.property(fc.tuple(name, name), group, mutation, (names, rg, change) => {
      const segments = segmentsOf(type, names, rg);
      if ('at' in change) {
        const at = change.at % segments.length;
        const segment = segments[at] ?? '';
        if (change.how === 'drop') segments.splice(at, 1);
        else if (change.how === 'double') segments.splice(at, 0, segment);
        else segments[at] = change.how === 'blank' ? '' : `${segment}${change.by}`;
      }
      const id =
        change.how === 'no slash'
          ? segments.join('/')
          : `/${segments.join('/')}${change.how === 'slash at the end' ? '/' : ''}`;
      const problem = attempt(make, id);
      expect(problem).toContain(`must be the resource id of a ${type.join('/')}`);
      expect(problem).toContain(`got '${id}'`);
    }),
    { numRuns: 60 },
  );
});

test.each(CASES)('%s: an id of another type is refused', (_, type, make) => {
  for (const [other] of TAKERS.filter(([known]) => known.join('/') !== type.join('/'))) {
    expect(attempt(make, `/${segmentsOf(other, ['one', 'two'], 'imaging').join('/')}`)).toContain(
      `must be the resource id of a ${type.join('/')}`,
    );
  }
});
