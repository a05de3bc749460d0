import type { TerraformStack } from 'cdktf';
import {
  AnalyticsAccess,
  DicomService,
  Grantee,
  LakeStorage,
  type AnalyticsReader,
  type LakeNetworkAccess,
} from '../../constructs';
import { emptyStack, RESOURCE_GROUP, surroundings, unknownString } from '../support/stack';
import { onlyResource, resourcesOf, synth } from '../support/synth';

const READER = '55555555-5555-5555-5555-555555555555';
const FABRIC_ID = '66666666-6666-6666-6666-666666666666';
const principal = Grantee.servicePrincipal(READER);

function resourceId(type: string): string {
  return `${RESOURCE_GROUP.id}/providers/${type}/analytics`;
}

function serviceIn(stack: TerraformStack): DicomService {
  return new DicomService(stack, 'Images', { ...surroundings(stack), dicomServiceName: 'images' });
}

function accessIn(stack: TerraformStack, readers: readonly AnalyticsReader[]): AnalyticsAccess {
  return new AnalyticsAccess(stack, 'Analytics', { dicomService: serviceIn(stack), readers });
}

test.each<[AnalyticsReader, string]>([
  [
    { engine: 'fabric', principal, fabricWorkspaceId: FABRIC_ID },
    `/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/Fabric/providers/Microsoft.Fabric/workspaces/${FABRIC_ID}`,
  ],
  [
    { engine: 'synapse', principal, resourceId: resourceId('Microsoft.Synapse/workspaces') },
    resourceId('Microsoft.Synapse/workspaces'),
  ],
  [
    { engine: 'databricks', principal, resourceId: resourceId('Microsoft.Databricks/accessConnectors') },
    resourceId('Microsoft.Databricks/accessConnectors'),
  ],
  [
    {
      engine: 'machineLearning',
      principal,
      resourceId: resourceId('Microsoft.MachineLearningServices/workspaces'),
    },
    resourceId('Microsoft.MachineLearningServices/workspaces'),
  ],
])('a reader may read the container and passes the firewall: %j', (reader, instance) => {
  const stack = emptyStack();
  accessIn(stack, [reader]);
  const synthesized = synth(stack);
  const given = resourcesOf(synthesized, 'azurerm_role_assignment').filter(
    ({ principal_id: id }) => id === READER,
  );
  expect(given).toEqual([
    {
      scope: expect.stringMatching(/^\$\{azurerm_storage_container\.\w+\.id\}$/) as string,
      role_definition_name: 'Storage Blob Data Reader',
      principal_id: READER,
      principal_type: 'ServicePrincipal',
    },
  ]);
  expect(onlyResource(synthesized, 'azurerm_storage_account')).toMatchObject({
    network_rules: {
      private_link_access: [
        { endpoint_resource_id: expect.stringContaining('azurerm_healthcare_workspace') as string },
        { endpoint_resource_id: instance },
      ],
    },
  });
});

const FOREIGN_FIREWALL =
  'AnalyticsAccessBehindForeignFirewall: the firewall of oldlake is not part of this deployment; its owner has to ' +
  `let through ${resourceId('Microsoft.Synapse/workspaces')}`;

test.each<[LakeNetworkAccess, readonly string[]]>([
  ['open', []],
  ['selected', [FOREIGN_FIREWALL]],
  ['private', [FOREIGN_FIREWALL]],
])(
  'behind a firewall of somebody else, %s, there is a warning where one is needed',
  (networkAccess, warnings) => {
    const stack = emptyStack();
    const { workspace, identity } = surroundings(stack);
    const lake = LakeStorage.fromLakeAttributes(stack, 'Old', {
      storageAccountId: `${RESOURCE_GROUP.id}/providers/Microsoft.Storage/storageAccounts/oldlake`,
      storageAccountName: 'oldlake',
      containerName: 'dicom',
      deletedFileRetentionDays: 7,
      lastAccessTracking: true,
      networkAccess,
    });
    const dicomService = new DicomService(stack, 'Images', {
      workspace,
      identity,
      lake,
      dicomServiceName: 'images',
    });
    const access = new AnalyticsAccess(stack, 'Analytics', {
      dicomService,
      readers: [{ engine: 'synapse', principal, resourceId: resourceId('Microsoft.Synapse/workspaces') }],
    });
    expect(access.node.metadata.map(({ data }) => data as unknown)).toEqual(warnings);
  },
);

test('what only Terraform knows is left to Azure', () => {
  const stack = emptyStack();
  accessIn(stack, [
    {
      engine: 'synapse',
      principal: Grantee.servicePrincipal(unknownString(stack), 'Synapse'),
      resourceId: unknownString(stack, 'id'),
    },
    { engine: 'fabric', principal: Grantee.group(READER), fabricWorkspaceId: unknownString(stack, 'fabric') },
  ]);
  expect(() => synth(stack)).not.toThrow();
});

test('fails with all problems at once', () => {
  const stack = emptyStack();
  expect(() =>
    accessIn(stack, [
      { engine: 'snowflake', principal } as unknown as AnalyticsReader,
      { engine: 'fabric', principal: Grantee.user('nobody'), fabricWorkspaceId: 'imaging' },
      { engine: 'databricks', principal, resourceId: resourceId('Microsoft.Databricks/workspaces') },
    ]),
  ).toThrow(
    new Error(
      [
        'AnalyticsAccessInvalid at test/Analytics:',
        "- 'readers[0].engine' must be one of fabric, synapse, databricks, machineLearning, got 'snowflake'",
        "- readers[1]: 'principalId' must be a GUID such as 00000000-0000-0000-0000-000000000000, got 'nobody'",
        "- 'readers[1].fabricWorkspaceId' must be a GUID such as 00000000-0000-0000-0000-000000000000, got 'imaging'",
        "- 'readers[2].resourceId' must be the resource id of a Microsoft.Databricks/accessConnectors, " +
          '/subscriptions/…/resourceGroups/…/providers/Microsoft.Databricks/accessConnectors/…, got ' +
          `'${resourceId('Microsoft.Databricks/workspaces')}'`,
      ].join('\n'),
    ),
  );
  expect(() => accessIn(emptyStack(), [])).toThrow(
    new Error("AnalyticsAccessInvalid at test/Analytics: 'readers' must name at least one reader, got none"),
  );
});

test('fails on the identity of the service, which may write, and on a reader named twice', () => {
  const stack = emptyStack();
  const dicomService = serviceIn(stack);
  const synapse = resourceId('Microsoft.Synapse/workspaces');
  const upperCase = synapse.toUpperCase();
  const named = Grantee.servicePrincipal(READER, 'Synapse');
  expect(
    () =>
      new AnalyticsAccess(stack, 'Analytics', {
        dicomService,
        readers: [
          { engine: 'synapse', principal, resourceId: synapse },
          ...dicomService.principals.map((own) => ({
            engine: 'synapse' as const,
            principal: own,
            resourceId: synapse,
          })),
          { engine: 'synapse', principal: named, resourceId: upperCase },
        ],
      }),
  ).toThrow(
    new Error(
      [
        'AnalyticsAccessInvalid at test/Analytics:',
        "- 'readers[2]' must be another reader than 'readers[0]', got the same engine and principal again",
        "- 'readers[1].principal' must not be an identity of the DICOM service, which may write to the lake: take one " +
          "of its own, got 'Identity'",
      ].join('\n'),
    ),
  );
});

test('one principal may read with two engines, and one engine with two principals', () => {
  const stack = emptyStack();
  const synapse = resourceId('Microsoft.Synapse/workspaces');
  accessIn(stack, [
    { engine: 'synapse', principal, resourceId: synapse },
    { engine: 'fabric', principal, fabricWorkspaceId: FABRIC_ID },
    { engine: 'synapse', principal: Grantee.user(FABRIC_ID), resourceId: synapse },
  ]);
  const readers = resourcesOf(synth(stack), 'azurerm_role_assignment')
    .filter(({ role_definition_name: role }) => role === 'Storage Blob Data Reader')
    .map(({ principal_id: id, principal_type: type }) => `${String(type)} ${String(id)}`);
  expect(readers.sort()).toEqual([`ServicePrincipal ${READER}`, `User ${FABRIC_ID}`]);
});

test('within a firewall of this deployment there is nothing to warn of', () => {
  expect(
    accessIn(emptyStack(), [{ engine: 'fabric', principal, fabricWorkspaceId: FABRIC_ID }]).node.metadata,
  ).toEqual([]);
});

test('fails on an id that stands for every workspace', () => {
  const id = '/subscriptions/*/resourceGroups/*/providers/Microsoft.Synapse/workspaces/*';
  expect(() => accessIn(emptyStack(), [{ engine: 'synapse', principal, resourceId: id }])).toThrow(
    new Error(
      "AnalyticsAccessInvalid at test/Analytics: 'readers[0].resourceId' must be the resource id of a " +
        'Microsoft.Synapse/workspaces, /subscriptions/…/resourceGroups/…/providers/Microsoft.Synapse/workspaces/…, ' +
        `got '${id}'`,
    ),
  );
});
