import { randomBytes } from 'node:crypto';
import { AZURE_CLOUD_NAMES, AZURE_CLOUDS, ROLES } from '../contract';
import { createAdminPlane } from './admin/plane';
import { containerTypes } from './arm/container-types';
import { healthcareTypes } from './arm/healthcare-types';
import { identityTypes } from './arm/identity-types';
import { cloudMetadata } from './arm/metadata';
import { createArmPlane } from './arm/plane';
import { parseResourceId } from './arm/resource-id';
import type { ResourceType } from './arm/resource-type';
import { monitorTypes } from './arm/monitor-types';
import { networkTypes } from './arm/network-types';
import {
  storedInventoryPolicies,
  storedPolicies,
  storageTypes,
  StoredStorageAccounts,
} from './arm/storage-types';
import { createStoragePlane } from './blob/plane';
import { clientAddressOf, DEFAULT_CLIENT_ADDRESS } from './client-address';
import type { Clock } from './clock';
import { createDicomPlane } from './dicomweb/plane';
import { FaultHooks } from './faults/fault-hooks';
import { Faults } from './faults/faults';
import { behindFaults } from './faults/faulty-plane';
import { cachedAuthorize } from './domain/authorization-cache';
import { blobCapacity } from './domain/blob-capacity';
import { DicomServiceHost } from './domain/dicom-service-host';
import { DueRuns } from './domain/due-runs';
import { InventoryEngine } from './domain/inventory-engine';
import { Lake } from './domain/lake';
import type { ContentStorage } from './domain/lake-content';
import { LifecycleEngine } from './domain/lifecycle-engine';
import { openThroughFirewall } from './domain/lake-firewall';
import { loggedLake } from './domain/logged-lake';
import { NetworkAccess, workspaceOf } from './domain/network-access';
import type { StateStore } from './domain/state-store';
import { StorageKeys } from './domain/storage-keys';
import { StorageLog } from './domain/storage-log';
import { ResourceStore } from './domain/resource-store';
import { RoleBook } from './domain/role-book';
import { Directory, SUBSCRIPTION_ID, TENANT_ID } from './entra/directory';
import { createGraphPlane } from './entra/graph-plane';
import { createManagedIdentityPlane } from './entra/managed-identity-plane';
import { createEntraPlane } from './entra/plane';
import { TokenAuthority } from './entra/token-authority';
import type { Handler } from './http/exchange';
import { createLogsPlane } from './logs/plane';

export type PlaneName = 'arm' | 'entra' | 'storage' | 'dicom' | 'logs' | 'admin';

export interface AzureOptions {
  readonly clock: Clock;
  /** Where a plane is served; asked late, since no port is known before all of them are made. */
  readonly origin: (plane: PlaneName) => string;
  /** What has to survive a restart. */
  readonly state: StateStore;
  /** Where the contents of files are. */
  readonly contents: ContentStorage;
  /** @default 180000 */
  readonly fileRemovalPeriodMs?: number | undefined;
  /** How long it takes until a role assignment counts that was made, or no longer counts that was removed. @default 0 */
  readonly rolePropagationMs?: number | undefined;
  /** How long a DICOM service holds on to what it decided on a caller. @default 0 */
  readonly authorizationCacheMs?: number | undefined;
  /** How long rows of logs are on their way. @default 120000 */
  readonly logDelayMs?: number | undefined;
  /** IPv4 address that clients play who name none in `x-dicom-lake-client-ip`. @default 203.0.113.10 */
  readonly clientAddress?: string | undefined;
}

/** All planes over one state, not yet served anywhere. */
export interface Azure {
  readonly directory: Directory;
  readonly dicomServices: DicomServiceHost;
  readonly lifecycle: LifecycleEngine;
  readonly inventory: InventoryEngine;
  /** What is done to storage accounts day by day. */
  readonly dueRuns: DueRuns;
  readonly resources: ResourceStore;
  readonly faults: Faults;
  readonly planes: Readonly<Record<Exclude<PlaneName, 'admin'>, Handler>>;
  readonly admin: Handler;
  readonly adminToken: string;
  readonly managedIdentity: { readonly plane: Handler; readonly header: string };
}

/** Between the 20 seconds and 3 minutes that it takes in Azure on average. */
const LOG_DELAY_MS = 120_000;

const LOGS_AUDIENCES = AZURE_CLOUD_NAMES.flatMap((name) => [
  AZURE_CLOUDS[name].logsAudience,
  AZURE_CLOUDS[name].logsEndpoint,
]);

/** Makes a tenant with one empty subscription, which the deployer owns. */
export async function createAzure(options: AzureOptions): Promise<Azure> {
  const { clock, origin, state, contents, fileRemovalPeriodMs } = options;
  const { rolePropagationMs = 0, authorizationCacheMs = 0, clientAddress = DEFAULT_CLIENT_ADDRESS } = options;
  const { logDelayMs: delayMs = LOG_DELAY_MS } = options;
  const directory = new Directory();
  const hooks = new FaultHooks();
  const issuer = (): string => `${origin('entra')}/${TENANT_ID}/`;
  const authority = await TokenAuthority.create(clock, issuer, hooks.tokenTrouble);
  const { authenticate } = authority;
  const store = new ResourceStore(state);
  const owner = {
    scope: `/subscriptions/${SUBSCRIPTION_ID}`,
    principalId: directory.deployer.objectId,
    roleDefinitionId: ROLES.owner.id,
  };
  const roles = new RoleBook(store, { clock, state, standing: [owner], propagationMs: rolePropagationMs });
  const { authorize } = roles;
  const network = new NetworkAccess(store, TENANT_ID);
  const accounts = new StoredStorageAccounts(store);
  const keys = new StorageKeys();
  const log = new StorageLog({ clock, resources: store, delayMs, isLosing: hooks.isLosingLogs });
  const lake: Lake = new Lake({
    clock,
    accounts,
    authorize: hooks.refusing(authorize),
    state,
    contents,
    tierAfterAccess: (...read) => lifecycle.tierAfterAccess(...read),
  });
  const dicomServices = new DicomServiceHost({
    clock,
    openLake: ({ id }) =>
      loggedLake({
        openLake: openThroughFirewall({
          openLake: lake.open,
          accounts,
          network,
          resourceId: workspaceOf(id),
        }),
        accounts,
        log,
        endpointOf: (name) => `${origin('storage')}/${name}`,
      }),
    contents,
    state,
    trouble: hooks.dicomTrouble,
    ...(fileRemovalPeriodMs === undefined ? {} : { fileRemovalPeriodMs }),
  });
  const policies = storedPolicies(store);
  const lifecycle: LifecycleEngine = new LifecycleEngine({ clock, lake, accounts, policies, state });
  const inventory = new InventoryEngine({
    clock,
    lake,
    accounts,
    policies: storedInventoryPolicies(store),
    state,
    endpointOf: ({ name }) => `${origin('storage')}/${name}`,
    isAdmitted: (account) => network.lakeAdmitsResource(account, ''),
  });
  const types = resourceTypes({
    clock,
    store,
    roles,
    directory,
    accounts,
    lake,
    lifecycle,
    inventory,
    dicomServices,
    origin,
  });
  restoreServices(store, types);
  const { deployer, verifier } = directory;
  const principals = { deployer: deployer.objectId, verifier: verifier.objectId };
  const faults = new Faults({ clock, store, roles, accounts, lake, dicomServices, hooks, principals });
  const header = randomBytes(24).toString('base64url');
  const adminToken = randomBytes(32).toString('base64url');
  return {
    directory,
    dicomServices,
    lifecycle,
    inventory,
    dueRuns: new DueRuns(clock, [lifecycle, inventory]),
    resources: store,
    faults,
    admin: createAdminPlane({
      faults,
      dicomServices,
      lifecycle,
      inventory,
      clock,
      origin: () => origin('admin'),
      token: adminToken,
    }),
    adminToken,
    planes: behindFaults(hooks, {
      entra: createEntraPlane(directory, authority),
      arm: createArmPlane({
        store,
        roles,
        types,
        authenticate,
        authorize,
        accountKeys: (id) => keys.ofAccount(id),
        armOrigin: () => origin('arm'),
        healthOf: (id) => {
          const service = dicomServices.byResourceId(id);
          return service === undefined
            ? undefined
            : { health: service.health, history: service.healthHistory };
        },
        capacityOf: (id, now) => {
          const account = accounts.byId(id);
          return account === undefined ? [] : blobCapacity(lake, account, now);
        },
        metadata: () => cloudMetadata(origin('arm'), origin('entra'), origin('storage')),
        state,
        graph: createGraphPlane({ directory, store, authenticate, audience: () => `${origin('arm')}/graph` }),
      }),
      storage: createStoragePlane({
        lake,
        keys,
        tenantId: TENANT_ID,
        accounts,
        authenticate,
        authorizationUri: () => `${origin('entra')}/${TENANT_ID}/oauth2/authorize`,
        isOpenToAnybody: ({ id }, container) =>
          hooks.isOpenToAnybody(`${id}/blobServices/default/containers/${container}`),
        isAdmitted: (request, account) =>
          network.lakeAdmitsClient(account, clientAddressOf(request, clientAddress)),
        log,
      }),
      dicom: createDicomPlane({
        services: dicomServices,
        authenticate: hooks.admitting(authenticate),
        authorize: cachedAuthorize(authorize, clock, authorizationCacheMs),
        isAdmitted: (request, serviceId) =>
          network.serviceAdmitsClient(serviceId, clientAddressOf(request, clientAddress)),
      }),
      logs: createLogsPlane({
        log,
        clock,
        resources: store,
        authenticate,
        authorize,
        audiences: () => [...LOGS_AUDIENCES, origin('logs')],
      }),
    }),
    managedIdentity: { plane: createManagedIdentityPlane({ store, authority, header }), header },
  };
}

/** The resources are back by themselves after a restart; what runs behind some of them has to be started. */
function restoreServices(store: ResourceStore, types: readonly ResourceType[]): void {
  for (const { id, body } of store.below('/subscriptions')) {
    const resource = parseResourceId(id);
    const type = types.find((one) => one.type.toLowerCase() === resource?.type.toLowerCase());
    if (resource !== undefined && type?.startsService === true) type.onStored?.(resource, body);
  }
}

function resourceTypes(state: {
  readonly clock: Clock;
  readonly store: ResourceStore;
  readonly roles: RoleBook;
  readonly directory: Directory;
  readonly accounts: StoredStorageAccounts;
  readonly lake: Lake;
  readonly lifecycle: LifecycleEngine;
  readonly inventory: InventoryEngine;
  readonly dicomServices: DicomServiceHost;
  readonly origin: (plane: PlaneName) => string;
}): readonly ResourceType[] {
  const { clock, store, roles, directory, accounts, lake, lifecycle, inventory, dicomServices, origin } =
    state;
  const common = { clock, store, containers: lake, tenantId: TENANT_ID };
  return [
    {
      type: 'Microsoft.Resources/resourceGroups',
      nameKind: 'resourceGroup',
      located: true,
      complete: ({ body }) => ({ ...body, properties: { provisioningState: 'Succeeded' } }),
    },
    ...identityTypes({ ...common, roles, isApplication: (id) => directory.hasPrincipal(id) }),
    ...storageTypes({ ...common, lifecycle, inventory, storageOrigin: () => origin('storage') }),
    ...networkTypes(common.store),
    ...monitorTypes(common.store),
    ...containerTypes(common.store, TENANT_ID),
    ...healthcareTypes({
      ...common,
      accounts,
      services: dicomServices,
      authority: () => origin('entra'),
      dicomOrigin: () => origin('dicom'),
    }),
  ];
}
