import { isIPv4 } from 'node:net';
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
  [{ access: 'open' }, true, { default_action: 'Allow', bypass: ['AzureServices'] }],
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

test('whatever the text, it is a range that Azure takes or a clear error', () => {
  const octets = fc.tuple(fc.nat(260), fc.nat(260), fc.nat(260), fc.nat(260)).map((parts) => parts.join('.'));
  const texts = fc.oneof(
    octets,
    fc.tuple(octets, fc.integer({ min: -1, max: 34 })).map((parts) => parts.join('/')),
    fc.string(),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const [address = '', prefix, ...rest] = text.split('/');
      const [first = 0, second = 0] = address.split('.').map(Number);
      const isPrivate =
        first === 10 || (first === 172 && second >= 16 && second <= 31) || (first === 192 && second === 168);
      const isTaken =
        isIPv4(address) &&
        !isPrivate &&
        rest.length === 0 &&
        (prefix === undefined || (/^\d+$/.test(prefix) && Number(prefix) <= 30));
      const make = () => accountWith({ access: 'selected', ipRanges: [text] });
      if (isTaken) expect(make).not.toThrow();
      else expect(make).toThrow(InvalidConstructError);
    }),
    { numRuns: 150 },
  );
});
