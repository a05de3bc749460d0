import { TerraformStack, Testing } from 'cdktf';
import * as fc from 'fast-check';
import { DicomService, InvalidConstructError, LakeStorage, type LakeNetwork } from '../../constructs';
import { emptyStack, RESOURCE_GROUP, surroundings, unknownString } from '../support/stack';
import { onlyResource, synth } from '../support/synth';

const SUBNET_ID = `${RESOURCE_GROUP.id}/providers/Microsoft.Network/virtualNetworks/hospital/subnets/agents`;

function accountWith(network: LakeNetwork | undefined, stack = emptyStack()) {
  new LakeStorage(stack, 'Lake', { resourceGroup: RESOURCE_GROUP, storageAccountName: 'demolake', network });
  return onlyResource(synth(stack), 'azurerm_storage_account');
}

test.each<[LakeNetwork | undefined, boolean, object]>([
  [undefined, true, { default_action: 'Deny', bypass: ['AzureServices'] }],
  [{ access: 'open' }, true, { default_action: 'Allow', bypass: ['None'] }],
  [{ access: 'private' }, false, { default_action: 'Deny', bypass: ['AzureServices'] }],
  [{ access: 'private', trustedServices: false }, false, { default_action: 'Deny', bypass: ['None'] }],
  [
    {
      access: 'selected',
      ipRanges: ['203.0.113.7', '198.51.100.0/24'],
      subnetIds: [SUBNET_ID],
      trustedServices: false,
    },
    true,
    {
      default_action: 'Deny',
      bypass: ['None'],
      ip_rules: ['203.0.113.7', '198.51.100.0/24'],
      virtual_network_subnet_ids: [SUBNET_ID],
    },
  ],
])('the network %j', (network, isPublic, rules) => {
  expect(accountWith(network)).toMatchObject({ public_network_access_enabled: isPublic });
  expect(accountWith(network)['network_rules']).toEqual(rules);
});

test('two services of one workspace need one way through', () => {
  const stack = emptyStack();
  const shared = surroundings(stack);
  new DicomService(stack, 'Images', { ...shared, dicomServiceName: 'images' });
  new DicomService(stack, 'Archive', { ...shared, dicomServiceName: 'archive' });
  expect(onlyResource(synth(stack), 'azurerm_storage_account')).toMatchObject({
    network_rules: {
      private_link_access: [
        {
          endpoint_resource_id: expect.stringMatching(
            /^\$\{azurerm_healthcare_workspace\.\w+\.id\}$/,
          ) as string,
        },
      ],
    },
  });
});

test('networks that only Terraform knows are left to Azure', () => {
  const stack = emptyStack();
  const account = accountWith(
    { access: 'selected', ipRanges: [unknownString(stack)], subnetIds: [unknownString(stack, 'subnet')] },
    stack,
  );
  expect(account['network_rules']).toMatchObject({
    ip_rules: ['${var.unknown}'],
    virtual_network_subnet_ids: ['${var.subnet}'],
  });
});

test('fails with all problems at once', () => {
  const range =
    "'network.ipRanges' must hold public IPv4 addresses such as 203.0.113.7 or ranges from /0 to /30 such as " +
    '203.0.113.0/24, got ';
  expect(() =>
    accountWith({ access: 'selected', ipRanges: ['10.0.0.4', '203.0.113.0/31'], subnetIds: ['agents'] }),
  ).toThrow(
    new Error(
      [
        'LakeStorageInvalid at test/Lake:',
        `- ${range}'10.0.0.4'`,
        `- ${range}'203.0.113.0/31'`,
        "- 'network.subnetIds' must be the resource id of a Microsoft.Network/virtualNetworks/subnets, /subscriptions/" +
          "…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…/subnets/…, got 'agents'",
      ].join('\n'),
    ),
  );
  expect(() => accountWith({ access: 'closed' as 'private' })).toThrow(
    new Error(
      "LakeStorageInvalid at test/Lake: 'network.access' must be one of open, selected, private, got 'closed'",
    ),
  );
});

test.each<[object, readonly string[]]>([
  [
    { access: 'open', ipRanges: ['203.0.113.7'], subnetIds: [], trustedServices: false },
    ["'network.ipRanges'", "'network.subnetIds'", "'network.trustedServices'"],
  ],
  [{ access: 'private', ipRanges: [], subnetIds: undefined, trustedServices: true }, ["'network.ipRanges'"]],
])('fails on rules that would count for nothing, as in %j', (network, rules) => {
  const { access } = network as LakeNetwork;
  const problems = rules.map(
    (rule) =>
      `${rule} counts for nothing with the access '${access}': leave it out, or set 'network.access' to 'selected'`,
  );
  expect(() => accountWith(network as LakeNetwork)).toThrow(
    expect.objectContaining({ code: 'LakeStorageInvalid', problems }) as Error,
  );
});

test('selected networks may be none', () => {
  expect(accountWith({ access: 'selected', ipRanges: [], subnetIds: [] })['network_rules']).toEqual({
    default_action: 'Deny',
    bypass: ['AzureServices'],
  });
});

describe('the firewall of a lake', () => {
  const INSTANCE = `${RESOURCE_GROUP.id}/providers/Microsoft.Synapse/workspaces/Analytics`;

  function lakeIn(stack: TerraformStack, network?: LakeNetwork): LakeStorage {
    return new LakeStorage(stack, 'Lake', {
      resourceGroup: RESOURCE_GROUP,
      storageAccountName: 'demolake',
      network,
    });
  }

  test.each<[LakeNetwork | undefined, boolean | undefined]>([
    [{ access: 'open' }, undefined],
    [undefined, true],
    [{ access: 'private' }, true],
    [{ access: 'selected', trustedServices: false }, false],
  ])('with the network %j says of trusted services: %s', (network, trusted) => {
    expect(lakeIn(emptyStack(), network).firewall?.trustedServices).toBe(trusted);
  });

  test('lets one resource pass once, however its id is spelled, and a private lake has it too', () => {
    const stack = emptyStack();
    const { firewall } = lakeIn(stack, { access: 'private' });
    firewall?.allowResourceInstance(INSTANCE);
    firewall?.allowResourceInstance(INSTANCE.toLowerCase());
    firewall?.allowResourceInstance(unknownString(stack));
    expect(onlyResource(synth(stack), 'azurerm_storage_account')['network_rules']).toMatchObject({
      private_link_access: [{ endpoint_resource_id: INSTANCE }, { endpoint_resource_id: '${var.unknown}' }],
    });
  });

  test.each([
    'Analytics',
    RESOURCE_GROUP.id,
    `${RESOURCE_GROUP.id}/providers/Microsoft.Synapse`,
    `${RESOURCE_GROUP.id}/providers/Microsoft.Synapse/workspaces`,
    `${RESOURCE_GROUP.id}/providers/Microsoft.Synapse/workspaces/*`,
    '/subscriptions/*/resourceGroups/*/providers/Microsoft.Synapse/workspaces/Analytics',
    `${INSTANCE}/`,
  ])('lets nothing pass that is not one resource: %s', (id) => {
    const { firewall } = lakeIn(emptyStack());
    expect(() => firewall?.allowResourceInstance(id)).toThrow(
      new Error(
        "ResourceInstanceInvalid at test/Lake: 'resourceId' must be the resource id of one Azure resource, " +
          `/subscriptions/…/resourceGroups/…/providers/…, got '${id}'`,
      ),
    );
  });
});

/** Azure's rule, by the numbers: a public address, alone or with a prefix from 0 to 30. */
function isTakenByAzure(text: string): boolean {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(text);
  if (match === null) return false;
  const numerals = match.slice(1).filter((numeral: string | undefined) => numeral !== undefined);
  if (numerals.some((numeral) => String(Number(numeral)) !== numeral)) return false;
  const [first = 0, second = 0, third = 0, fourth = 0, prefix = 0] = numerals.map(Number);
  if ([first, second, third, fourth].some((octet) => octet > 255) || prefix > 30) return false;
  const value = ((first * 256 + second) * 256 + third) * 256 + fourth;
  const isWithin = (from: number, size: number): boolean => value >= from && value < from + size;
  return !isWithin(0x0a000000, 2 ** 24) && !isWithin(0xac100000, 2 ** 20) && !isWithin(0xc0a80000, 2 ** 16);
}

test('whatever the text, it is a range that Azure takes or a clear error', () => {
  const octet = fc.oneof(fc.nat(260), fc.constantFrom(0, 9, 10, 11, 15, 16, 31, 32, 167, 168, 169, 172, 192));
  const address = fc
    .tuple(octet, octet, octet, octet)
    .map((parts) => parts.join('.'))
    .chain((text) => fc.constantFrom(text, text, text, `0${text}`, `${text} `, `${text}.1`, `::${text}`));
  const prefix = fc.oneof(
    fc.integer({ min: -1, max: 34 }).map(String),
    fc.constantFrom('', '00', '08', '24/24', 'x'),
  );
  const text = fc.oneof(
    address,
    fc.tuple(address, prefix).map((parts) => parts.join('/')),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (range) => {
      const stack = new TerraformStack(Testing.app(), 'test');
      const make = () =>
        new LakeStorage(stack, 'Lake', {
          resourceGroup: RESOURCE_GROUP,
          storageAccountName: 'demolake',
          network: { access: 'selected', ipRanges: [range] },
        });
      if (isTakenByAzure(range)) expect(make).not.toThrow();
      else expect(make).toThrow(InvalidConstructError);
    }),
    {
      numRuns: 500,
      examples: ['10.0.0.0', '9.255.255.255', '11.0.0.0', '172.15.255.255', '172.16.0.0', '172.31.255.255']
        .concat(['172.32.0.0', '192.167.255.255', '192.168.0.0', '192.168.255.255', '192.169.0.0'])
        .concat(['203.0.113.0/0', '203.0.113.0/30', '203.0.113.0/31', '203.0.113.0/32'])
        .map((example): [string] => [example]),
    },
  );
});
