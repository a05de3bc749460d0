import type { EmulatorOptions } from '../../emulator';
import type { ArmClient } from '../../local';
import { syntheticDataset, writeDicomFile } from '../support/dicom-file';
import { send } from '../support/dicom-http';
import { startDicomService, type TestDicomService } from '../support/dicom-service';
import { armOf } from '../support/emulator';
import { storageSender } from '../support/storage-http';

const FILE = writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance: 'i' }));
const OTHER = writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance: 'j' }));
const INSIDE = '10.1.1.7';
const BESIDE = '10.1.2.7';
const ELSEWHERE = '10.9.0.7';
const KEPT_OUT = { status: 403, headers: { 'x-ms-error-code': 'AuthorizationFailure' } };
const REFUSED_BY_LAKE = /^Error occurred.*error code: AuthorizationFailure$/;

interface Bench extends TestDicomService {
  readonly arm: ArmClient;
  readonly network: string;
  readonly workspaceId: string;
  /** Merges into the properties of the storage account. */
  setRules(properties: object): Promise<unknown>;
  /** Status and code of a listing in the lake, from an address. */
  look(address?: string): Promise<{ readonly status: number; readonly headers: object }>;
  /** Status of a store through the DICOM service, and what it says. */
  storeOne(file?: Buffer): Promise<{ readonly status: number; readonly text: string }>;
  connect(target: string, groupId: string): Promise<unknown>;
}

async function startBench(options: EmulatorOptions = {}): Promise<Bench> {
  const service = await startDicomService(options);
  const { emulator, lake } = service;
  const arm = armOf(emulator);
  const sendStorage = await storageSender(emulator, lake);
  const network = `${lake.groupId}/providers/Microsoft.Network/virtualNetworks/hospital`;
  const location = 'westeurope';
  const api = '2025-01-01';
  await arm.put(network, api, {
    location,
    properties: { addressSpace: { addressPrefixes: ['10.1.0.0/16'] } },
  });
  await arm.put(`${network}/subnets/endpoints`, api, { properties: { addressPrefixes: ['10.1.1.0/24'] } });
  await arm.put(`${network}/subnets/readers`, api, { properties: { addressPrefix: '10.1.2.0/24' } });
  return {
    ...service,
    arm,
    network,
    workspaceId: lake.dicomServiceId.replace(/\/dicomServices.*$/, ''),
    setRules: async (properties) => {
      const { location: where, kind, sku, properties: before } = await arm.get(lake.accountId, '2023-05-01');
      return arm.put(lake.accountId, '2023-05-01', {
        location: where,
        kind,
        sku,
        properties: { ...(before as object), ...properties },
      });
    },
    look: (address) =>
      sendStorage('GET', '/dicom?restype=container&comp=list', {
        headers: address === undefined ? {} : { 'x-dicom-lake-client-ip': address },
      }),
    storeOne: async (file = FILE) => {
      const { status, text } = await service.store([file]);
      return { status, text };
    },
    connect: (target, groupId) =>
      arm.put(`${lake.groupId}/providers/Microsoft.Network/privateEndpoints/${groupId}`, api, {
        location,
        properties: {
          subnet: { id: `${network}/subnets/endpoints` },
          privateLinkServiceConnections: [
            { name: groupId, properties: { privateLinkServiceId: target, groupIds: [groupId] } },
          ],
        },
      }),
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

const CLOSED = {
  defaultAction: 'Deny',
  bypass: 'None',
  ipRules: [],
  virtualNetworkRules: [],
  resourceAccessRules: [],
};

test('a closed firewall keeps out clients and the service alike, with the code of Azure', async () => {
  await using bench = await startBench();
  expect(await bench.look()).toMatchObject({ status: 200 });
  await bench.setRules({ networkAcls: CLOSED });
  expect(await bench.look()).toMatchObject(KEPT_OUT);
  expect(await bench.storeOne()).toEqual({
    status: 424,
    text: expect.stringMatching(REFUSED_BY_LAKE) as unknown,
  });
});

test.each([
  ['an address', '203.0.113.10', true],
  ['a block', '203.0.112.0/23', true],
  ['a block with the address outside of it', '203.0.113.0/29', false],
  ['everything', '0.0.0.0/0', true],
  ['something that is no address', '203.0.113', false],
])('an IP rule for %s decides on clients, and not on the service', async (_what, value, admitted) => {
  await using bench = await startBench();
  await bench.setRules({ networkAcls: { ...CLOSED, ipRules: [{ value, action: 'Allow' }] } });
  expect(await bench.look()).toMatchObject(admitted ? { status: 200 } : KEPT_OUT);
  expect(await bench.storeOne()).toMatchObject({ status: 424 });
});

test('a rule for a subnet lets in whoever is in that subnet', async () => {
  await using bench = await startBench();
  const rule = { id: `${bench.network}/subnets/READERS`, action: 'Allow' };
  await bench.setRules({ networkAcls: { ...CLOSED, virtualNetworkRules: [rule] } });
  expect(await bench.look(BESIDE)).toMatchObject({ status: 200 });
  expect(await bench.look(INSIDE)).toMatchObject(KEPT_OUT);
  expect(await bench.look()).toMatchObject(KEPT_OUT);
});

test.each<readonly [string, (bench: Bench) => object, boolean]>([
  ['its workspace', ({ workspaceId }) => ({ resourceId: workspaceId }), true],
  ['its workspace, in capitals', ({ workspaceId }) => ({ resourceId: workspaceId.toUpperCase() }), true],
  [
    'its workspace in this tenant',
    ({ workspaceId, emulator }) => ({ tenantId: emulator.ready.tenantId, resourceId: workspaceId }),
    true,
  ],
  [
    'its workspace in another tenant',
    ({ workspaceId }) => ({ tenantId: '99999999-9999-9999-9999-999999999999', resourceId: workspaceId }),
    false,
  ],
  [
    'workspaces of any group',
    ({ workspaceId }) => ({ resourceId: workspaceId.replace('/rg-test/', '/*/') }),
    true,
  ],
  ['another workspace', ({ workspaceId }) => ({ resourceId: `${workspaceId}2` }), false],
  ['the service', ({ lake }) => ({ resourceId: lake.dicomServiceId }), false],
])('a rule for %s decides on the service, also while public access is off', async (_what, rule, admitted) => {
  await using bench = await startBench();
  await bench.setRules({
    publicNetworkAccess: 'Disabled',
    networkAcls: { ...CLOSED, resourceAccessRules: [rule(bench)] },
  });
  expect(await bench.storeOne()).toMatchObject({ status: admitted ? 200 : 424 });
  expect(await bench.look()).toMatchObject(KEPT_OUT);
});

test('trusted services get through where the account says so, and clients do not', async () => {
  await using bench = await startBench();
  await bench.setRules({ networkAcls: { ...CLOSED, bypass: 'Logging, AzureServices' } });
  expect(await bench.storeOne()).toMatchObject({ status: 200 });
  expect(await bench.look()).toMatchObject(KEPT_OUT);
  await bench.setRules({ networkAcls: { ...CLOSED, bypass: 'Logging, Metrics' } });
  expect(await bench.storeOne(OTHER)).toMatchObject({ status: 424 });
});

test('public access that is off closes what the default action would let in', async () => {
  await using bench = await startBench();
  await bench.setRules({
    publicNetworkAccess: 'Disabled',
    networkAcls: { ...CLOSED, defaultAction: 'Allow' },
  });
  expect(await bench.look()).toMatchObject(KEPT_OUT);
  expect(await bench.storeOne()).toMatchObject({ status: 424 });
});

test('a perimeter leaves private endpoints only', async () => {
  await using bench = await startBench();
  await bench.connect(bench.lake.accountId, 'dfs');
  await bench.setRules({
    publicNetworkAccess: 'SecuredByPerimeter',
    networkAcls: { ...CLOSED, defaultAction: 'Allow', bypass: 'AzureServices' },
  });
  expect(await bench.look()).toMatchObject(KEPT_OUT);
  expect(await bench.look(INSIDE)).toMatchObject({ status: 200 });
  expect(await bench.storeOne()).toMatchObject({ status: 424 });
});

test('a private endpoint lets in everybody in its network, and nobody else', async () => {
  await using bench = await startBench();
  await bench.setRules({ publicNetworkAccess: 'Disabled', networkAcls: CLOSED });
  expect(await bench.look(BESIDE)).toMatchObject(KEPT_OUT);
  await bench.connect(bench.lake.accountId, 'dfs');
  expect(await bench.look(BESIDE)).toMatchObject({ status: 200 });
  expect(await bench.look(ELSEWHERE)).toMatchObject(KEPT_OUT);
  expect(await bench.look()).toMatchObject(KEPT_OUT);
});

test('the address that clients play by default can be another one, and must be one', async () => {
  await using bench = await startBench({ clientAddress: INSIDE });
  await bench.connect(bench.lake.accountId, 'dfs');
  await bench.setRules({ publicNetworkAccess: 'Disabled', networkAcls: CLOSED });
  expect(await bench.look()).toMatchObject({ status: 200 });
  expect(await bench.look('203.0.113.10')).toMatchObject(KEPT_OUT);
  expect(await bench.look('localhost')).toMatchObject({
    status: 400,
    text: expect.stringContaining('x-dicom-lake-client-ip must be an IPv4 address') as unknown,
  });
});

test('a DICOM service that is off the internet answers in the network of its private endpoint only', async () => {
  await using bench = await startBench();
  const { arm, lake } = bench;
  const feed = async (address: string): Promise<number> =>
    (await bench.send('/changefeed', { headers: { 'x-dicom-lake-client-ip': address } })).status;
  const { location, identity, properties } = await arm.get(lake.dicomServiceId, '2024-03-31');
  const body = {
    location,
    identity,
    properties: { ...(properties as object), publicNetworkAccess: 'Disabled' },
  };
  await arm.put(lake.dicomServiceId, '2024-03-31', body);
  expect([await feed('203.0.113.10'), await feed(INSIDE)]).toEqual([403, 403]);
  await bench.connect(bench.workspaceId, 'healthcareworkspace');
  expect([await feed('203.0.113.10'), await feed(INSIDE), await feed(BESIDE)]).toEqual([403, 200, 200]);
});

test('an approved endpoint of its workspace takes a DICOM service off the internet', async () => {
  await using bench = await startBench();
  const { serviceUrl } = bench.lake;
  expect((await bench.send('/changefeed')).status).toBe(200);
  await bench.connect(bench.workspaceId, 'healthcareworkspace');
  expect(await send(`${serviceUrl}/v2/changefeed`, bench.emulator.ca, {})).toMatchObject({ status: 403 });
});
