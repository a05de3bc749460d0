import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROLES, type EmulatorReady } from '../contract';
import { cloudMetadata } from './arm/metadata';
import { createArmPlane } from './arm/plane';
import { healthcareTypes } from './arm/healthcare-types';
import { identityTypes } from './arm/identity-types';
import type { ResourceType } from './arm/resource-type';
import { storageTypes, StoredStorageAccounts } from './arm/storage-types';
import { createStoragePlane } from './blob/plane';
import { loadOrMakeCertificate } from './certificate-authority';
import { type Clock, SystemClock } from './clock';
import { createDicomPlane } from './dicomweb/plane';
import { DicomServiceHost } from './domain/dicom-service-host';
import { Lake } from './domain/lake';
import { ResourceStore } from './domain/resource-store';
import { RoleBook } from './domain/role-book';
import { Directory, SUBSCRIPTION_ID, TENANT_ID } from './entra/directory';
import { createManagedIdentityPlane } from './entra/managed-identity-plane';
import { createEntraPlane } from './entra/plane';
import { TokenAuthority } from './entra/token-authority';
import { listen, type Listener } from './listen';

export { type Clock, ManualClock, SystemClock } from './clock';

export type PlaneName = 'arm' | 'entra' | 'storage' | 'dicom';

export interface EmulatorOptions {
  /** @default - the clock of the machine */
  readonly clock?: Clock | undefined;
  /** @default - a free port for each plane */
  readonly ports?: Partial<Readonly<Record<PlaneName, number>>> | undefined;
  /** Folder of the certificate authority. @default - a temporary folder, removed at the end */
  readonly stateFolder?: string | undefined;
  /** How often the files of deleted instances are removed, in milliseconds. @default 180000 */
  readonly fileRemovalPeriodMs?: number | undefined;
  /** Told of errors that are the emulator's own fault. @default - they are only answered with 500 */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** A running emulator; disposing it stops it. */
export interface Emulator extends AsyncDisposable {
  readonly ready: EmulatorReady;
  /** PEM text of the certificate authority that clients have to trust. */
  readonly ca: string;
  /** The endpoint of managed identities, as App Service offers it to @azure/identity. */
  readonly managedIdentity: { readonly endpoint: string; readonly header: string };
  readonly dicomServices: DicomServiceHost;
  close(): Promise<void>;
}

/**
 * Starts Azure as far as this kit needs it, on the loopback address of this machine: Azure Resource Manager, the
 * token endpoint, a data lake and the DICOM services.
 *
 * @throws the error of node where a port is taken or the state folder cannot be written
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const clock = options.clock ?? new SystemClock();
  const stateFolder = options.stateFolder ?? mkdtempSync(path.join(tmpdir(), 'dicom-lake-emulator-'));
  const tls = await loadOrMakeCertificate(stateFolder, new SystemClock().now());
  const origins = new Map<PlaneName, string>();
  const origin = (plane: PlaneName) => (): string => origins.get(plane) ?? '';

  const directory = new Directory();
  const authority = await TokenAuthority.create(clock, () => `${origin('entra')()}/${TENANT_ID}/`);
  const { authenticate } = authority;
  const store = new ResourceStore();
  const subscription = `/subscriptions/${SUBSCRIPTION_ID}`;
  const roles = new RoleBook(store, [
    { scope: subscription, principalId: directory.deployer.objectId, roleDefinitionId: ROLES.owner.id },
  ]);
  const { authorize } = roles;
  const accounts = new StoredStorageAccounts(store);
  const lake = new Lake({ clock, accounts, authorize });
  const dicomServices = new DicomServiceHost({
    clock,
    openLake: lake.open,
    ...(options.fileRemovalPeriodMs === undefined
      ? {}
      : { fileRemovalPeriodMs: options.fileRemovalPeriodMs }),
  });
  const types: readonly ResourceType[] = [
    { type: 'Microsoft.Resources/resourceGroups', nameKind: 'resourceGroup', complete: succeeded },
    ...identityTypes({
      store,
      roles,
      tenantId: TENANT_ID,
      isApplication: (id) => directory.hasPrincipal(id),
    }),
    ...storageTypes({ store, containers: lake, storageOrigin: origin('storage') }),
    ...healthcareTypes({
      store,
      accounts,
      containers: lake,
      services: dicomServices,
      tenantId: TENANT_ID,
      authority: origin('entra'),
      dicomOrigin: origin('dicom'),
    }),
  ];

  const identityHeader = randomBytes(24).toString('base64url');
  const handlers = {
    entra: createEntraPlane(directory, authority),
    arm: createArmPlane({
      store,
      roles,
      types,
      authenticate,
      authorize,
      subscriptionId: SUBSCRIPTION_ID,
      metadata: () => cloudMetadata(origin('arm')(), origin('entra')(), origin('storage')()),
    }),
    storage: createStoragePlane({ lake, accounts, authenticate, authorize, clock }),
    dicom: createDicomPlane({ services: dicomServices, authenticate, authorize }),
  };

  const listeners: Listener[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(listeners.splice(0).map((listener) => listener.close()));
    await dicomServices.close();
    if (options.stateFolder === undefined) rmSync(stateFolder, { recursive: true, force: true });
  };
  const common = { clock, onError: options.onError ?? ((): void => undefined) };
  try {
    for (const plane of ['entra', 'arm', 'storage', 'dicom'] as const) {
      const listener = await listen({
        ...common,
        handler: handlers[plane],
        port: options.ports?.[plane] ?? 0,
        tls,
      });
      listeners.push(listener);
      origins.set(plane, listener.origin);
    }
    const managedIdentity = createManagedIdentityPlane({ store, authority, header: identityHeader });
    const identityListener = await listen({ ...common, handler: managedIdentity, port: 0 });
    listeners.push(identityListener);
    const endpoint = (plane: PlaneName): string => origins.get(plane) ?? '';
    return {
      ready: {
        schemaVersion: 1,
        endpoints: {
          arm: endpoint('arm'),
          entra: endpoint('entra'),
          storage: endpoint('storage'),
          dicom: endpoint('dicom'),
        },
        caPath: tls.caPath,
        tenantId: TENANT_ID,
        subscriptionId: SUBSCRIPTION_ID,
        credentials: { deployer: directory.deployer, verifier: directory.verifier },
      },
      ca: tls.ca,
      managedIdentity: { endpoint: `${identityListener.origin}/msi/token`, header: identityHeader },
      dicomServices,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function succeeded({
  body,
}: {
  readonly body: Readonly<Record<string, unknown>>;
}): Readonly<Record<string, unknown>> {
  return { ...body, properties: { provisioningState: 'Succeeded' } };
}
