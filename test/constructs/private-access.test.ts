import { Testing, type TerraformStack } from 'cdktf';
import {
  AZURERM_MAJOR_CONTEXT,
  DicomService,
  LakeStorage,
  PRIVATE_ZONE_NAMES,
  PrivateAccess,
  PrivateDnsZone,
  Subnet,
  type ISubnet,
  type LakeNetwork,
  type PrivateAccessProps,
} from '../../constructs';
import { emptyStack, RESOURCE_GROUP, stackIn, surroundings, unknownString } from '../support/stack';
import {
  addressesOf,
  onlyResource,
  predecessorsOf,
  resourcesOf,
  synth,
  type Synthesized,
} from '../support/synth';

const NETWORK_ID = `${RESOURCE_GROUP.id}/providers/Microsoft.Network/virtualNetworks/hospital`;
const SUBNET_ID = `${NETWORK_ID}/subnets/endpoints`;
const ENDPOINT = 'azurerm_private_endpoint';
const ZONE = 'azurerm_private_dns_zone';
const LINK = 'azurerm_private_dns_zone_virtual_network_link';

function serviceIn(stack: TerraformStack, publicNetworkAccess = false, network?: LakeNetwork): DicomService {
  const { workspace, identity } = surroundings(stack);
  const lake = new LakeStorage(stack, 'OwnLake', {
    resourceGroup: RESOURCE_GROUP,
    storageAccountName: 'ownlake',
    network: network ?? { access: 'private' },
  });
  return new DicomService(stack, 'Images', {
    workspace,
    identity,
    lake,
    dicomServiceName: 'images',
    publicNetworkAccess,
  });
}

function subnetIn(stack: TerraformStack): ISubnet {
  return Subnet.fromSubnetAttributes(stack, 'Subnet', { subnetId: SUBNET_ID });
}

function accessIn(stack: TerraformStack, props: Partial<PrivateAccessProps> = {}): PrivateAccess {
  return new PrivateAccess(stack, 'Private', {
    resourceGroup: RESOURCE_GROUP,
    dicomService: props.dicomService ?? serviceIn(stack),
    subnet: props.subnet ?? subnetIn(stack),
    ...props,
  });
}

function endpointNamed(synthesized: Synthesized, name: string) {
  const endpoint = resourcesOf(synthesized, ENDPOINT).find((one) => one['name'] === name);
  if (endpoint === undefined) throw new Error(`there is no endpoint ${name}`);
  return endpoint;
}

test.each([
  ['demohealth-health', 'healthcareworkspace', 'healthcare_workspace', 3],
  ['ownlake-blob', 'blob', 'storage_account', 1],
  ['ownlake-dfs', 'dfs', 'storage_account', 1],
])('the endpoint %s leads to the part %s and registers its names', (name, part, type, zones) => {
  const stack = emptyStack();
  accessIn(stack, { tags: { costs: 'imaging' } });
  expect(endpointNamed(synth(stack), name)).toMatchObject({
    resource_group_name: 'imaging',
    location: 'westeurope',
    tags: { costs: 'imaging' },
    subnet_id: SUBNET_ID,
    private_service_connection: {
      name,
      is_manual_connection: false,
      private_connection_resource_id: expect.stringMatching(
        new RegExp(`^\\$\\{azurerm_${type}\\.\\w+\\.id\\}$`),
      ) as string,
      subresource_names: [part],
    },
    private_dns_zone_group: {
      private_dns_zone_ids: Array.from(
        { length: zones },
        () => expect.stringMatching(/^\$\{azurerm_private_dns_zone\.\w+\.id\}$/) as string,
      ),
    },
  });
});

test('each zone is made once and linked to the network of the subnet', () => {
  const stack = emptyStack();
  accessIn(stack);
  const synthesized = synth(stack);
  expect(
    resourcesOf(synthesized, ZONE)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(Object.values(PRIVATE_ZONE_NAMES).sort());
  const links = resourcesOf(synthesized, LINK);
  expect(links).toHaveLength(5);
  for (const link of links) {
    expect(link).toEqual({
      name: 'dicom-lake',
      private_dns_zone_name: expect.stringMatching(/^\$\{azurerm_private_dns_zone\.\w+\.name\}$/) as string,
      resource_group_name: 'imaging',
      virtual_network_id: NETWORK_ID,
    });
  }
});

test('for major 5 of the provider a link names its zone by id alone', () => {
  const stack = emptyStack({ [AZURERM_MAJOR_CONTEXT]: 5 });
  new PrivateDnsZone(stack, 'Zone', {
    resourceGroup: RESOURCE_GROUP,
    zoneName: PRIVATE_ZONE_NAMES.dicom,
    virtualNetworkId: NETWORK_ID,
  });
  expect(onlyResource(synth(stack), LINK)).toEqual({
    name: 'dicom-lake',
    private_dns_zone_id: expect.stringMatching(/^\$\{azurerm_private_dns_zone\.\w+\.id\}$/) as string,
    virtual_network_id: NETWORK_ID,
  });
});

test('the endpoint of the workspace comes after the service, those of the lake after its container', () => {
  const stack = emptyStack();
  const access = accessIn(stack);
  const synthesized = synth(stack);
  const addresses = addressesOf(synthesized);
  const find = (pattern: RegExp): string => addresses.find((address) => pattern.test(address)) ?? '';
  const before = (pattern: RegExp): string[] => [...predecessorsOf(synthesized, find(pattern))];
  expect(before(/^azurerm_private_endpoint\.Private_Workspace_/)).toContain(
    find(/^azurerm_healthcare_dicom_service\./),
  );
  for (const protocol of ['Blob', 'Dfs']) {
    expect(before(new RegExp(`^azurerm_private_endpoint\\.Private_${protocol}_`))).toContain(
      find(/^azurerm_storage_container\.OwnLake_/),
    );
  }
  expect(access.dependables).toHaveLength(3);
});

test('zones of a hub are used and the others made', () => {
  const stack = emptyStack();
  const zoneId = `${RESOURCE_GROUP.id}/providers/Microsoft.Network/privateDnsZones/${PRIVATE_ZONE_NAMES.blob}`;
  accessIn(stack, { dnsZones: { blob: PrivateDnsZone.fromZoneId(stack, 'HubBlob', zoneId) } });
  const synthesized = synth(stack);
  expect(resourcesOf(synthesized, ZONE)).toHaveLength(4);
  expect(endpointNamed(synthesized, 'ownlake-blob')['private_dns_zone_group']).toMatchObject({
    private_dns_zone_ids: [zoneId],
  });
});

test('where a policy registers the endpoints there are no zones, and what it adds is left alone', () => {
  const stack = emptyStack();
  const access = accessIn(stack, { dnsZones: 'managed-elsewhere' });
  const synthesized = synth(stack);
  expect(access.dnsZones).toBeUndefined();
  expect(synthesized.resource[ZONE]).toBeUndefined();
  for (const endpoint of resourcesOf(synthesized, ENDPOINT)) {
    expect(endpoint['private_dns_zone_group']).toBeUndefined();
    expect(endpoint['lifecycle']).toEqual({ ignore_changes: ['private_dns_zone_group'] });
  }
});

test('a lake that has endpoints already gets none', () => {
  const stack = emptyStack();
  accessIn(stack, { lakeEndpoints: false });
  expect(resourcesOf(synth(stack), ENDPOINT).map(({ name }) => name)).toEqual(['demohealth-health']);
});

test('fails on a service and a lake that stay public', () => {
  const stack = emptyStack();
  const dicomService = serviceIn(stack, true, { access: 'open' });
  expect(() => accessIn(stack, { dicomService })).toThrow(
    new Error(
      [
        'PrivateAccessInvalid at test/Private:',
        "- the DICOM service test/Images still answers on the internet; set its 'publicNetworkAccess' to false, or " +
          'leave private access out',
        "- the lake test/OwnLake is open to every network; set its 'network' to { access: 'private' } or " +
          "{ access: 'selected' }",
      ].join('\n'),
    ),
  );
});

test('a second access in one resource group takes the zones of the first', () => {
  const stack = emptyStack();
  const dicomService = serviceIn(stack);
  const subnet = subnetIn(stack);
  const first = accessIn(stack, { dicomService, subnet });
  const second = (id: string, dnsZones: PrivateAccessProps['dnsZones']) =>
    new PrivateAccess(stack, id, { resourceGroup: RESOURCE_GROUP, dicomService, subnet, dnsZones });
  expect(() => second('Second', undefined)).toThrow(
    new Error(
      'PrivateAccessInvalid at test/Second: test/Private makes zones of the same names in the same resource group; ' +
        "give its 'dnsZones' to this one",
    ),
  );
  second('Third', first.dnsZones);
  expect(resourcesOf(synth(stack), ZONE)).toHaveLength(5);
});

test('a service that nobody can reach is not synthesized', () => {
  const stack = emptyStack();
  serviceIn(stack);
  expect(() => synth(stack)).toThrow(
    'DicomServiceUnreachable: nobody can reach the service: it does not answer on the internet, and the application ' +
      "makes no private endpoint for its workspace; add a PrivateAccess, set 'publicNetworkAccess' to true, or " +
      "'privateAccessElsewhere' where the endpoint exists already",
  );
});

test('an endpoint in another stack of the application makes a service reachable', () => {
  const app = Testing.app();
  const stack = stackIn(app, 'service');
  const other = stackIn(app, 'network');
  const dicomService = serviceIn(stack);
  accessIn(other, { dicomService });
  expect(Object.keys(synth(stack).resource)).toContain('azurerm_healthcare_dicom_service');
});

describe('a subnet', () => {
  test('known only during deployment needs its network', () => {
    const stack = emptyStack();
    expect(() => Subnet.fromSubnetAttributes(stack, 'Subnet', { subnetId: unknownString(stack) })).toThrow(
      new Error(
        "SubnetInvalid at test/Subnet: 'virtualNetworkId' must be given where 'subnetId' is known only during " +
          'deployment',
      ),
    );
    expect(
      Subnet.fromSubnetAttributes(stack, 'Known', {
        subnetId: unknownString(stack, 'subnet'),
        virtualNetworkId: NETWORK_ID,
      }).virtualNetworkId,
    ).toBe(NETWORK_ID);
  });

  test('fails on ids of other things, all at once', () => {
    expect(() =>
      Subnet.fromSubnetAttributes(emptyStack(), 'Subnet', {
        subnetId: NETWORK_ID,
        virtualNetworkId: 'hospital',
      }),
    ).toThrow(
      new Error(
        [
          'SubnetInvalid at test/Subnet:',
          "- 'subnetId' must be the resource id of a Microsoft.Network/virtualNetworks/subnets, /subscriptions/…/" +
            `resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…/subnets/…, got '${NETWORK_ID}'`,
          "- 'virtualNetworkId' must be the resource id of a Microsoft.Network/virtualNetworks, /subscriptions/…/" +
            "resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…, got 'hospital'",
        ].join('\n'),
      ),
    );
  });
});

test('a zone that exists is known by its id', () => {
  expect(() => PrivateDnsZone.fromZoneId(emptyStack(), 'Zone', PRIVATE_ZONE_NAMES.dicom)).toThrow(
    new Error(
      "PrivateDnsZoneInvalid at test/Zone: 'privateDnsZoneId' must be the resource id of a Microsoft.Network/" +
        'privateDnsZones, /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/privateDnsZones/…, got ' +
        "'privatelink.dicom.azurehealthcareapis.com'",
    ),
  );
});
