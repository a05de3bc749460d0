import { readSettings } from '../../stacks/settings-file';

const REQUIRED = `
    tenantId: 11111111-1111-1111-1111-111111111111
    subscriptionId: 44444444-4444-4444-4444-444444444444
    resourceGroupName: imaging
    location: westeurope
    workspaceName: demohealth
    dicomServiceName: images
    storageAccountName: demolake`;

function problemsOf(text: string, environment = {}): readonly string[] {
  const result = readSettings(text, 'lake.yaml', environment);
  return result.ok ? [] : result.problems;
}

test('seven settings are enough for a deployment', () => {
  expect(readSettings(`deployments:\n  test:${REQUIRED}`, 'lake.yaml')).toEqual({
    ok: true,
    deployments: new Map([
      [
        'test',
        {
          tenantId: '11111111-1111-1111-1111-111111111111',
          subscriptionId: '44444444-4444-4444-4444-444444444444',
          resourceGroupName: 'imaging',
          location: 'westeurope',
          workspaceName: 'demohealth',
          dicomServiceName: 'images',
          storageAccountName: 'demolake',
        },
      ],
    ]),
  });
});

test('defaults stand under every deployment, which can say otherwise', () => {
  const result = readSettings(
    `
defaults:
  tenantId: 11111111-1111-1111-1111-111111111111
  subscriptionId: 44444444-4444-4444-4444-444444444444
  dicomServiceName: images
  location: westeurope
  replication: GZRS
deployments:
  west: { resourceGroupName: west, workspaceName: westhealth, storageAccountName: westlake }
  north:
    resourceGroupName: north
    location: northeurope
    workspaceName: northhealth
    storageAccountName: northlake
    replication: ZRS
`,
    'lake.yaml',
  );
  if (!result.ok) throw new Error(result.problems.join('\n'));
  expect(
    [...result.deployments].map(([name, { location, replication }]) => [name, location, replication]),
  ).toEqual([
    ['west', 'westeurope', 'GZRS'],
    ['north', 'northeurope', 'ZRS'],
  ]);
});

test('a file in JSON is read like one in YAML', () => {
  const json = JSON.stringify({
    defaults: { tenantId: 't', subscriptionId: 's', location: 'westeurope', resourceGroupName: 'g' },
    deployments: {
      test: { workspaceName: 'demohealth', dicomServiceName: 'images', storageAccountName: 'lake' },
    },
  });
  expect(readSettings(json, 'lake.json').ok).toBe(true);
});

test('tenant and subscription may come from the environment of the provider', () => {
  const text = `
deployments:
  test:
    resourceGroupName: imaging
    location: westeurope
    workspaceName: demohealth
    dicomServiceName: images
    storageAccountName: demolake`;
  expect(problemsOf(text, { ARM_TENANT_ID: '' })).toEqual([
    'lake.yaml:3: deployments.test.tenantId must be a text, got nothing',
    'lake.yaml:3: deployments.test.subscriptionId must be a text, got nothing',
  ]);
  const result = readSettings(text, 'lake.yaml', {
    ARM_TENANT_ID: 'tenant',
    ARM_SUBSCRIPTION_ID: 'subscription',
  });
  expect(result.ok && result.deployments.get('test')).toMatchObject({
    tenantId: 'tenant',
    subscriptionId: 'subscription',
  });
});

test('names every problem of all deployments at once, each with its line, what was found and what is allowed', () => {
  const text = `deployments:
  test:${REQUIRED}
    replication: ZRSX
    deletedFileRetentionDays: seven
    destroyable: 'yes'
    network: { access: selected, ipRange: [203.0.113.7] }
    tiering:
      - { name: Idle, basis: lastAccess, archiveAfterDays: 365 }
    analytics:
      - { engine: snowflake, principalId: x }
    privte: true
    azurermMajor: 6
  Other:
    encryption: { dicomServiceKey: { keyVaultId: v, keyUrl: u, serviceExists: false } }
`;
  expect(problemsOf(text)).toEqual([
    "lake.yaml:10: deployments.test.replication must be one of LRS, ZRS, GRS, RAGRS, GZRS, RAGZRS, got 'ZRSX'",
    "lake.yaml:11: deployments.test.deletedFileRetentionDays must be a number, got 'seven'",
    "lake.yaml:12: deployments.test.destroyable must be true or false, got 'yes'",
    'lake.yaml:13: deployments.test.network.ipRange is not a setting; known here: access, ipRanges, subnetIds, trustedServices',
    'lake.yaml:15: deployments.test.tiering[0].archiveAfterDays is not a setting; known here: name, basis, coolAfterDays, coldAfterDays, returnToHotOnAccess, partitions',
    "lake.yaml:17: deployments.test.analytics[0].engine must be one of fabric, synapse, databricks, machineLearning, got 'snowflake'",
    expect.stringMatching(
      /^lake\.yaml:18: deployments\.test\.privte is not a setting; known here: tenantId, .*, destroyable$/,
    ),
    'lake.yaml:19: deployments.test.azurermMajor must be one of 4, 5, got 6',
    "lake.yaml:20: deployments.Other must be 1 to 63 lower-case letters, digits or single dashes, starting and ending with a letter or digit (and not con, nul or another device of Windows), got 'Other'",
    'lake.yaml:20: deployments.Other.tenantId must be a text, got nothing',
    'lake.yaml:20: deployments.Other.subscriptionId must be a text, got nothing',
    'lake.yaml:20: deployments.Other.resourceGroupName must be a text, got nothing',
    'lake.yaml:20: deployments.Other.location must be a text, got nothing',
    'lake.yaml:20: deployments.Other.dicomServiceName must be a text, got nothing',
    'lake.yaml:21: deployments.Other.encryption.dicomServiceKey.serviceExists must be true, got false',
  ]);
});

test('names a wrong default where it stands, and once', () => {
  const text = `defaults: { location: [westeurope], regoin: westeurope }
deployments:
  test: { resourceGroupName: imaging }`;
  expect(problemsOf(text)).toEqual([
    'lake.yaml:1: defaults.location must be a text, got ["westeurope"]',
    expect.stringMatching(/^lake\.yaml:1: defaults\.regoin is not a setting; known here: tenantId, /),
  ]);
});

test.each([
  ['', 'lake.yaml: must be a group of settings, got null'],
  ['deployments:', 'lake.yaml:1: deployments must be a group of settings, got null'],
  ['deployments: {}', 'lake.yaml:1: deployments must name at least one deployment, got none'],
  [
    'deployments: { test: imaging }',
    "lake.yaml:1: deployments.test must be a group of settings, got 'imaging'",
  ],
])('refuses the file %j', (text, problem) => {
  expect(problemsOf(text)).toEqual([problem]);
});

test('says where a file is no YAML', () => {
  expect(problemsOf('deployments:\n  test: [')).toEqual([
    expect.stringMatching(/^lake\.yaml: Flow sequence in block collection .* at line 2, column 10/s),
  ]);
});

test('refuses two deployments that would make the same account or workspace', () => {
  expect(problemsOf(`deployments:\n  one:${REQUIRED}\n  two:${REQUIRED}`)).toEqual([
    "lake.yaml:15: deployments.two.workspaceName must be unique in all of Azure, got 'demohealth', which deployment 'one' makes already",
    "lake.yaml:17: deployments.two.storageAccountName must be unique in all of Azure, got 'demolake', which deployment 'one' makes already",
  ]);
});

test.each(['con', 'nul', 'com1', 'lpt9'])(
  'a deployment is not called %s, which is no folder on Windows',
  (name) => {
    expect(problemsOf(`deployments:\n  ${name}:${REQUIRED}`)).toEqual([
      expect.stringMatching(
        `^lake.yaml:2: deployments.${name} must be .* device of Windows\\), got '${name}'$`,
      ),
    ]);
    expect(problemsOf(`deployments:\n  ${name}-2:${REQUIRED}`)).toEqual([]);
  },
);
