import { readLakePath, servicePath } from '../../../contract';
import type { FaultId } from '../../../emulator';
import type { DicomResponse } from '../../support/dicom-http';
import { instancePath, JSON_ACCEPT, ORIGINAL_FILE } from '../../support/dicom-service';
import type { ArmResource } from '../../../local';
import { armOf } from '../../support/emulator';
import { keepLogs, queryLogs } from '../../support/storage-logs';
import { ACCESS_WITNESSES } from './access-witnesses';
import { FIRST, FIRST_FILE, type FaultBench, imageOf, seenBySdk, type Seen, seenIn } from './fault-bench';
import { DICOMWEB_WITNESSES } from './dicomweb-witnesses';

/** How one client looks for one symptom. */
export type Observer = (bench: FaultBench) => Promise<Seen>;

export interface Witness {
  /** What has to be there before the fault. @default - nothing more */
  readonly prepare?: (bench: FaultBench) => Promise<void>;
  /** @default - the defaults of the fault */
  readonly parameters?: Readonly<Record<string, string | number>>;
  /** One for each symptom of the fault, in its order. */
  readonly observers: readonly Observer[];
}

const TENANT = { workspaceName: 'testws', dicomServiceName: 'images' };
const HEALTH_PERIOD_MS = 30_000;
const LOG_DELAY_MS = 120_000;
const SLOW_MS = 4_321;

const store: Observer = async (bench) => seenIn(await bench.store());
const retrieve: Observer = async (bench) => seenIn(await bench.dicom(FIRST, { accept: ORIGINAL_FILE }));
const remove: Observer = async (bench) => {
  const [path = ''] = (await bench.store()).paths;
  return seenIn(await bench.dicom(path, { method: 'DELETE' }));
};
const readLake: Observer = (bench) =>
  seenBySdk(() => bench.container().getBlobClient(bench.path).downloadToBuffer());
const readAccount: Observer = (bench) =>
  seenBySdk(() => bench.storageManagement().storageAccounts.getProperties('rg-test', 'testlake'));
const signIn: Observer = async (bench) => seenIn(await bench.token());

const storing: Witness = { observers: [store] };
const retrieving: Witness = { observers: [retrieve] };
const bothWays: Witness = { observers: [retrieve, readLake] };

/** Who sees each fault. The type makes a fault without a witness a compile error, and the test fails for it. */
export const WITNESSES: Readonly<Record<FaultId, Witness>> = {
  ...ACCESS_WITNESSES,
  'lake/role-removed': storing,
  'lake/role-late': storing,
  'lake/role-at-wrong-scope': storing,
  'lake/role-too-weak': storing,
  'lake/identity-detached': storing,
  'lake/firewall-closed': bothWays,
  'lake/account-disabled': bothWays,
  'lake/account-permissions-missing': bothWays,
  'lake/key-disabled': bothWays,
  'lake/key-vault-unreachable': bothWays,
  'lake/key-vault-deleted': bothWays,
  'lake/container-disabled': bothWays,
  'lake/container-being-deleted': bothWays,
  'lake/service-token-refused': retrieving,
  'lake/account-deleted': retrieving,
  'lake/container-deleted': bothWays,
  'lake/container-renamed': bothWays,
  'lake/container-recreated': retrieving,
  'lake/file-altered': retrieving,
  'lake/file-touched': retrieving,
  'lake/file-rotten': {
    observers: [
      async (bench) => {
        const { body } = await bench.dicom(FIRST, { accept: ORIGINAL_FILE });
        return wellIf(body.subarray(128).equals(FIRST_FILE.subarray(128)));
      },
    ],
  },
  'lake/file-emptied': retrieving,
  'lake/file-deleted': bothWays,
  'lake/file-moved': bothWays,
  'lake/file-archived': bothWays,
  'lake/file-rehydrating': {
    observers: [
      retrieve,
      readLake,
      async (bench) => {
        const blob = bench.container().getBlobClient(bench.path);
        const seen = await seenBySdk(() => blob.setAccessTier('Cool'));
        return JSON.stringify(seen) === '{"status":409,"code":"BlobBeingRehydrated"}' ? 'ill' : seen;
      },
    ],
  },
  'lake/index-without-file': bothWays,
  'lake/foreign-file': {
    observers: [
      async (bench) => {
        const feed = (await bench.dicom('/changefeed')).json as readonly { readonly filePath: string }[];
        const named = new Set(feed.map(({ filePath }) => filePath));
        return wellIf((await bench.service.files()).every((file) => named.has(file)));
      },
    ],
  },
  'lake/health-file-tampered': {
    observers: [
      async (bench) => {
        const container = bench.container();
        for await (const { name } of container.listBlobsFlat({
          prefix: `${servicePath(TENANT)}/healthCheck/`,
        })) {
          const content = await container.getBlobClient(name).downloadToBuffer();
          if (name.endsWith('.txt') && content.toString() !== 'Test content.') return 'ill';
        }
        return 'well';
      },
    ],
  },
  'lake/health-folder-blocked': {
    observers: [
      async (bench) => {
        await bench.clock.advance(HEALTH_PERIOD_MS);
        const [health] = await bench.health();
        return wellIf(health?.status === 'Healthy');
      },
    ],
  },
  'dicom/health-writer-stopped': {
    observers: [
      async (bench) => {
        const before = await healthFilesDeleted(bench);
        await bench.clock.advance(HEALTH_PERIOD_MS);
        return wellIf((await healthFilesDeleted(bench)) > before);
      },
    ],
  },
  'dicom/partial-store': storing,
  'dicom/being-stored': storing,
  'dicom/file-without-index': retrieving,
  'dicom/metadata-wrong': {
    observers: [
      async (bench) => {
        const wrong = await bench.dicom('/instances?PatientName=Wrong%5EPatient', { accept: JSON_ACCEPT });
        return wellIf(wrong.status === 204);
      },
    ],
  },
  'dicom/layout-changed': {
    observers: [
      async (bench) => {
        const feed = (await bench.dicom('/changefeed')).json as readonly { readonly filePath: string }[];
        expect((await bench.dicom(FIRST, { accept: ORIGINAL_FILE })).status).toBe(200);
        return wellIf(feed.every(({ filePath }) => readLakePath(TENANT, filePath).kind === 'dicom-file'));
      },
    ],
  },
  'dicom/deletion-lost': {
    observers: [
      async (bench) => {
        const [path = ''] = (await bench.store()).paths;
        expect((await bench.dicom(path, { method: 'DELETE' })).status).toBe(204);
        const { status } = await bench.dicom(`${path}/metadata`, { accept: JSON_ACCEPT });
        return status === 200 ? 'ill' : wellIf(status === 404);
      },
    ],
  },
  'dicom/change-feed-late': {
    observers: [
      async (bench) => {
        const [path = ''] = (await bench.store()).paths;
        const latest = await bench.dicom('/changefeed/latest');
        const all = await bench.dicom('/changefeed');
        const uid = path.split('/').at(-1) ?? '';
        expect(all.text.includes(uid)).toBe(latest.text.includes(uid));
        return wellIf(latest.text.includes(uid));
      },
    ],
  },
  'dicom/change-feed-disordered': {
    observers: [
      async (bench) => {
        const feed = (await bench.dicom('/changefeed')).json as readonly { readonly sequence: number }[];
        return wellIf(feed.every(({ sequence }, at) => sequence > (feed[at - 1]?.sequence ?? 0)));
      },
    ],
  },
  'dicom/files-of-others-indexed': {
    observers: [
      async (bench) => {
        const blob = bench.container().getBlockBlobClient(`${servicePath(TENANT)}/others/132_1.dcm`);
        const file = imageOf('theirs');
        await blob.upload(file, file.length);
        const { status } = await bench.dicom(instancePath('study', 'series', 'theirs'), {
          accept: ORIGINAL_FILE,
        });
        await blob.delete();
        return wellIf(status === 404);
      },
    ],
  },
  'lake/unknown-file': { observers: [lakeWithout(/report/)] },
  'lake/work-item-in-lake': { observers: [lakeWithout(/_workitem\.json$/)] },
  'dicom/data-role-removed': {
    observers: [async (bench) => seenIn(await bench.dicom(FIRST, { accept: ORIGINAL_FILE }, 'verifier'))],
  },
  'arm/lifecycle-rule-archives': policyWitness((rules) => !rules.includes('tierToArchive')),
  'arm/lifecycle-rule-deletes': policyWitness((rules) => !rules.includes('"delete"')),
  'arm/lifecycle-policy-removed': {
    prepare: putPolicy,
    observers: [
      (bench) =>
        seenBySdk(() => bench.storageManagement().managementPolicies.get('rg-test', 'testlake', 'default')),
    ],
  },
  'arm/lifecycle-rules-disabled': policyWitness((rules) => !rules.includes('"enabled":false')),
  'arm/lifecycle-rules-changed': policyWitness((rules) => rules.includes('GreaterThan":30')),
  'arm/lifecycle-rule-hasty': policyWitness((rules) => !rules.includes('tierToCold')),
  'lake/tier-change-alters-file': {
    observers: [
      async (bench) => {
        const blob = bench.container().getBlobClient(bench.path);
        const before = await blob.getProperties();
        await blob.setAccessTier(before.accessTier === 'Cool' ? 'Cold' : 'Cool');
        return seenIn(await bench.dicom(FIRST, { accept: ORIGINAL_FILE }));
      },
    ],
  },
  'arm/last-access-tracking-off': blobServiceWitness(
    ({ lastAccessTimeTrackingPolicy }) => lastAccessTimeTrackingPolicy?.enable === true,
  ),
  'arm/soft-delete-off': blobServiceWitness(
    ({ deleteRetentionPolicy }) => deleteRetentionPolicy?.enabled === true,
  ),
  'arm/service-deleted': {
    observers: [
      async (bench) => seenIn(await bench.arm(`${bench.service.lake.dicomServiceId}?api-version=2024-03-31`)),
    ],
  },
  'arm/reader-role-removed': {
    observers: [
      (bench) =>
        seenBySdk(() =>
          bench.storageManagement('verifier').storageAccounts.getProperties('rg-test', 'testlake'),
        ),
    ],
  },
  'arm/service-failed': serviceWitness(({ provisioningState }) => provisioningState === 'Succeeded'),
  'arm/service-on-other-lake': serviceWitness(({ storageConfiguration }) =>
    JSON.stringify(storageConfiguration).includes('"fileSystemName":"dicom"'),
  ),
  'arm/partitions-flipped': serviceWitness(({ enableDataPartitions }) => enableDataPartitions === false),
  'arm/service-access-flipped': serviceWitness(
    ({ publicNetworkAccess }) => publicNetworkAccess === 'Enabled',
  ),
  'arm/account-unavailable': accountWitness(({ statusOfPrimary }) => statusOfPrimary === 'available'),
  'arm/account-opened': accountWitness(
    ({ minimumTlsVersion, isLocalUserEnabled, allowBlobPublicAccess }) =>
      minimumTlsVersion !== 'TLS1_0' && isLocalUserEnabled !== true && allowBlobPublicAccess !== true,
  ),
  'arm/firewall-widened': accountWitness(
    ({ networkAcls }) => !JSON.stringify(networkAcls ?? {}).includes('0.0.0.0/1'),
  ),
  'arm/container-public': propertiesWitness(
    ({ lake }) => `${lake.containerId}?api-version=2023-05-01`,
    ({ publicAccess }) => publicAccess === 'None',
  ),
  'arm/container-held': propertiesWitness(
    ({ lake }) => `${lake.containerId}?api-version=2023-05-01`,
    ({ hasImmutabilityPolicy }) => hasImmutabilityPolicy === false,
  ),
  'arm/locks-removed': removalWitness(
    ({ lake }) => `${lake.accountId}/providers/Microsoft.Authorization/locks/keep`,
    '2020-05-01',
    () => ({ properties: { level: 'CanNotDelete' } }),
  ),
  'arm/diagnostics-removed': removalWitness(
    ({ lake }) => `${lake.dicomServiceId}/providers/Microsoft.Insights/diagnosticSettings/dicom-lake`,
    '2021-05-01-preview',
    diagnosticSetting,
  ),
  'logs/not-arriving': {
    prepare: async ({ service }) => keepLogs(service.emulator, service.lake),
    observers: [
      async (bench) => {
        await bench.clock.advance(LOG_DELAY_MS + HEALTH_PERIOD_MS);
        const { emulator, lake } = bench.service;
        const query = 'StorageBlobLogs | where TimeGenerated > ago(150s) | count';
        const [found] = await queryLogs(emulator, lake.accountId, query);
        return wellIf(found?.['Count'] !== 0);
      },
    ],
  },
  'logs/reading-refused': {
    observers: [
      ({ service: { emulator, lake } }) =>
        seenBySdk(() => queryLogs(emulator, lake.accountId, 'StorageBlobLogs | count')),
    ],
  },
  'arm/alerts-disabled': {
    prepare: async ({ service }) => {
      await armOf(service.emulator).put(`${service.lake.groupId}${ALERT}`, '2020-10-01', {
        location: 'global',
        properties: { enabled: true, scopes: [service.lake.dicomServiceId], condition: { allOf: [] } },
      });
    },
    observers: [
      propertiesObserver(
        ({ lake }) => `${lake.groupId}${ALERT}?api-version=2020-10-01`,
        ({ enabled }) => enabled !== false,
      ),
    ],
  },
  'arm/private-endpoint-rejected': {
    prepare: async ({ service }) => putPrivateEndpoint(service),
    observers: [
      propertiesObserver(
        ({ lake }) => `${lake.accountId}?api-version=2023-05-01`,
        ({ privateEndpointConnections }) => JSON.stringify(privateEndpointConnections).includes('"Approved"'),
      ),
    ],
  },
  'entra/wrong-audience': { observers: [retrieve, readLake, readAccount] },
  'entra/clock-skewed': { observers: [retrieve, readLake, readAccount] },
  'entra/secret-expired': { observers: [signIn] },
  'entra/application-deleted': { observers: [signIn] },
  ...DICOMWEB_WITNESSES,
  'dicom/throttled': retrieving,
  'dicom/unavailable': storing,
  'dicom/failing': retrieving,
  'lake/throttled': { observers: [readLake] },
  'arm/throttled': { observers: [readAccount] },
  'arm/unavailable': { observers: [readAccount] },
  'entra/throttled': { observers: [signIn] },
  'entra/unavailable': { observers: [signIn] },
  'dicom/slow': slowWitness((bench) => bench.dicom(FIRST, { accept: ORIGINAL_FILE })),
  'lake/slow': slowWitness((bench) => bench.container().getBlobClient(bench.path).downloadToBuffer()),
  'arm/slow': slowWitness((bench) => bench.arm('/metadata/endpoints')),
  'entra/slow': slowWitness((bench) => bench.token()),
  'dicom/connection-cut': cutWitness((bench) => bench.dicom(FIRST, { accept: ORIGINAL_FILE })),
  'lake/connection-cut': {
    observers: [
      async (bench) =>
        wellIf(
          await bench
            .container()
            .getBlobClient(bench.path)
            .downloadToBuffer()
            .then(
              () => true,
              () => false,
            ),
        ),
    ],
  },
  'arm/connection-cut': cutWitness((bench) => bench.arm('/metadata/endpoints')),
  'dicom/clock-skewed': skewWitness(async (bench) => (await bench.dicom('/changefeed')).headers.date),
  'lake/clock-skewed': skewWitness(async (bench) =>
    (await bench.container().getProperties()).date?.toUTCString(),
  ),
  'dicom/duplicate': storing,
  'dicom/deletion-refused': { observers: [remove] },
};

function wellIf(condition: boolean): Seen {
  return condition ? 'well' : 'ill';
}

async function putPolicy(bench: FaultBench): Promise<void> {
  const { emulator, lake } = bench.service;
  await armOf(emulator).put(`${lake.accountId}/managementPolicies/default`, '2023-05-01', {
    properties: {
      policy: {
        rules: [
          {
            name: 'cool',
            enabled: true,
            type: 'Lifecycle',
            definition: {
              filters: { blobTypes: ['blockBlob'] },
              actions: { baseBlob: { tierToCool: { daysAfterModificationGreaterThan: 30 } } },
            },
          },
        ],
      },
    },
  });
}

const ALERT = '/providers/Microsoft.Insights/activityLogAlerts/health';

type Properties = Readonly<Record<string, unknown>>;
type Service = FaultBench['service'];

function propertiesObserver(
  pathOf: (service: Service) => string,
  isWell: (properties: Properties) => boolean,
): Witness['observers'][number] {
  return async (bench) => {
    const { status, json } = await bench.arm(pathOf(bench.service));
    expect(status).toBe(200);
    return wellIf(isWell((json as { readonly properties: Properties }).properties));
  };
}

function propertiesWitness(
  pathOf: (service: Service) => string,
  isWell: (properties: Properties) => boolean,
): Witness {
  return { observers: [propertiesObserver(pathOf, isWell)] };
}

function serviceWitness(isWell: (properties: Properties) => boolean): Witness {
  return propertiesWitness(({ lake }) => `${lake.dicomServiceId}?api-version=2024-03-31`, isWell);
}

function accountWitness(isWell: (properties: Properties) => boolean): Witness {
  return propertiesWitness(({ lake }) => `${lake.accountId}?api-version=2023-05-01`, isWell);
}

function removalWitness(
  idOf: (service: Service) => string,
  apiVersion: string,
  bodyOf: (service: Service) => ArmResource | Promise<ArmResource>,
): Witness {
  return {
    prepare: async ({ service }) => {
      await armOf(service.emulator).put(idOf(service), apiVersion, await bodyOf(service));
    },
    observers: [async (bench) => seenIn(await bench.arm(`${idOf(bench.service)}?api-version=${apiVersion}`))],
  };
}

/** With the workspace that its logs go to. */
async function diagnosticSetting({ emulator, lake }: Service): Promise<ArmResource> {
  const workspaceId = `${lake.groupId}/providers/Microsoft.OperationalInsights/workspaces/logs`;
  await armOf(emulator).put(workspaceId, '2022-10-01', {
    location: 'westeurope',
    properties: { retentionInDays: 30, sku: { name: 'PerGB2018' } },
  });
  return { properties: { workspaceId, logs: [{ category: 'AuditLogs', enabled: true }] } };
}

async function putPrivateEndpoint({ emulator, lake }: Service): Promise<void> {
  const arm = armOf(emulator);
  const network = `${lake.groupId}/providers/Microsoft.Network/virtualNetworks/hospital`;
  const subnet = `${network}/subnets/endpoints`;
  await arm.put(network, '2024-05-01', {
    location: 'westeurope',
    properties: { addressSpace: { addressPrefixes: ['10.10.0.0/16'] } },
  });
  await arm.put(subnet, '2024-05-01', { properties: { addressPrefix: '10.10.1.0/24' } });
  await arm.put(`${lake.groupId}/providers/Microsoft.Network/privateEndpoints/lake-blob`, '2024-05-01', {
    location: 'westeurope',
    properties: {
      subnet: { id: subnet },
      privateLinkServiceConnections: [
        { name: 'lake-blob', properties: { privateLinkServiceId: lake.accountId, groupIds: ['blob'] } },
      ],
    },
  });
}

function lakeWithout(name: RegExp): Observer {
  return async (bench) => {
    for await (const blob of bench.container().listBlobsFlat()) if (name.test(blob.name)) return 'ill';
    return 'well';
  };
}

function policyWitness(isWell: (rules: string) => boolean): Witness {
  return {
    prepare: putPolicy,
    observers: [
      async (bench) => {
        const found = await bench
          .storageManagement()
          .managementPolicies.get('rg-test', 'testlake', 'default');
        const rules = JSON.stringify(found.policy?.rules);
        expect(rules).toContain('"cool"');
        return wellIf(isWell(rules));
      },
    ],
  };
}

type BlobService = Awaited<
  ReturnType<ReturnType<FaultBench['storageManagement']>['blobServices']['getServiceProperties']>
>;

function blobServiceWitness(isWell: (service: BlobService) => boolean): Witness {
  return {
    observers: [
      async (bench) =>
        wellIf(
          isWell(await bench.storageManagement().blobServices.getServiceProperties('rg-test', 'testlake')),
        ),
    ],
  };
}

/** The emulator's clock stands still, so a slow answer comes only once it is moved on. */
function slowWitness(ask: (bench: FaultBench) => Promise<unknown>): Witness {
  return {
    parameters: { milliseconds: SLOW_MS },
    observers: [
      async (bench) => {
        let waited = false;
        bench.clock.onWait = (delayMs) => {
          if (delayMs !== SLOW_MS) return;
          waited = true;
          void bench.clock.advance(SLOW_MS);
        };
        await ask(bench);
        return wellIf(!waited);
      },
    ],
  };
}

function cutWitness(ask: (bench: FaultBench) => Promise<DicomResponse>): Witness {
  return {
    observers: [
      async (bench) => {
        const { complete, body } = await ask(bench);
        if (!complete) expect(body.length).toBe(10);
        return wellIf(complete);
      },
    ],
  };
}

function skewWitness(dateOf: (bench: FaultBench) => Promise<string | undefined>): Witness {
  return {
    observers: [
      async (bench) => {
        const date = Date.parse((await dateOf(bench)) ?? '');
        expect(date).not.toBeNaN();
        return wellIf(Math.abs(date - bench.clock.now()) < 60_000);
      },
    ],
  };
}

async function healthFilesDeleted(bench: FaultBench): Promise<number> {
  let count = 0;
  const prefix = `${servicePath(TENANT)}/healthCheck`;
  for await (const path of bench.fileSystem().listDeletedPaths({ prefix })) {
    if (path.name.endsWith('.txt')) count += 1;
  }
  return count;
}
