import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EmulatorReady } from '../contract';
import { storageSuffix } from './arm/metadata';
import { type Azure, createAzure, type PlaneName } from './azure';
import { loadOrMakeCertificate, type ServerCertificate } from './certificate-authority';
import { type Clock, ShiftedClock, SystemClock } from './clock';
import type { DicomServiceHost } from './domain/dicom-service-host';
import type { InventoryEngine } from './domain/inventory-engine';
import type { LifecycleEngine } from './domain/lifecycle-engine';
import type { ResourceStore } from './domain/resource-store';
import { ForgetfulState, type StateStore } from './domain/state-store';
import { SUBSCRIPTION_ID, TENANT_ID } from './entra/directory';
import type { Faults } from './faults/faults';
import type { Handler } from './http/exchange';
import { listen, type Listener, type ListenOptions } from './listen';
import { ContentStore } from './state/content-store';
import { DEFAULT_CLIENT_ADDRESS } from './client-address';
import { LevelState } from './state/level-state';

export { type Clock, ManualClock, ShiftedClock, SystemClock } from './clock';

export type { EmulatorReady } from '../contract';
export type { PlaneName } from './azure';

export { checksOf, FAULTS, type FaultId } from './faults/catalogue';
export { describeValues, type FaultParameter } from './faults/fault-parameter';
export { FaultRefused, type Faults, type SetFault } from './faults/faults';

export interface EmulatorOptions {
  /** @default - the clock of the machine, which `jump` of the admin API moves ahead; a state folder keeps how far */
  readonly clock?: Clock | undefined;
  /** @default - a free port for each plane */
  readonly ports?: Partial<Readonly<Record<PlaneName, number>>> | undefined;
  /**
   * Folder that keeps everything, so that the next start goes on where this one ends: the certificate authority,
   * resources, lakes, indexes and ports. One emulator at a time can use it.
   *
   * @default - a temporary folder, removed at the end
   */
  readonly stateFolder?: string | undefined;
  /** How often the files of deleted instances are removed, in milliseconds. @default 180000 */
  readonly fileRemovalPeriodMs?: number | undefined;
  /**
   * How long it takes until a role assignment counts that was made, or no longer counts that was removed, in
   * milliseconds; in Azure up to 10 minutes. @default 0
   */
  readonly rolePropagationMs?: number | undefined;
  /**
   * How long a DICOM service holds on to what it decided on a caller, in milliseconds; in Azure up to 5 minutes.
   * @default 0
   */
  readonly authorizationCacheMs?: number | undefined;
  /**
   * How long rows of logs are on their way before they can be queried, in milliseconds; in Azure 20 seconds to 3 minutes
   * on average. @default 120000
   */
  readonly logDelayMs?: number | undefined;
  /**
   * IPv4 address that clients play for firewalls, where they name none in the header `x-dicom-lake-client-ip`.
   * @default 203.0.113.10, an address on the internet
   */
  readonly clientAddress?: string | undefined;
  /**
   * Whether the DICOM services speak plain http, for clients that cannot be made to trust the certificate authority.
   * Tokens then cross the loopback interface in the clear; they are verified all the same.
   *
   * @default false
   */
  readonly plainDicom?: boolean | undefined;
  /** Told of errors that are the emulator's own fault. @default - they are only answered with 500 */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Where a plane was served: URLs in resources lead there. */
interface Place {
  readonly origin: string;
}

/** A running emulator; disposing it stops it. */
export interface Emulator extends AsyncDisposable {
  readonly ready: EmulatorReady;
  /** PEM text of the certificate authority that clients have to trust. */
  readonly ca: string;
  /** The endpoint of managed identities, as App Service offers it to @azure/identity. */
  readonly managedIdentity: { readonly endpoint: string; readonly header: string };
  /** @internal */
  readonly dicomServices: DicomServiceHost;
  /**
   * What lifecycle policies did.
   *
   * @internal
   */
  readonly lifecycle: Pick<LifecycleEngine, 'lastRuns'>;
  /**
   * Which lists inventory policies had made.
   *
   * @internal
   */
  readonly inventory: Pick<InventoryEngine, 'lastRuns'>;
  /** What can be made to go wrong. */
  readonly faults: Faults;
  close(): Promise<void>;
}

/**
 * Starts Azure as far as this kit needs it, on the loopback address of this machine: Azure Resource Manager, the
 * token endpoint, a data lake with its logs and the DICOM services.
 *
 * @throws the error of node where a port is taken or the state folder cannot be written; LEVEL_LOCKED where another
 * emulator uses it
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { ports, fileRemovalPeriodMs, plainDicom = false, onError = (): void => undefined } = options;
  const stateFolder = options.stateFolder ?? mkdtempSync(path.join(tmpdir(), 'dicom-lake-emulator-'));
  const keepsPorts = options.stateFolder !== undefined;
  const origins: Partial<Record<PlaneName, string>> = {};
  const listeners: Listener[] = [];
  const contents = new ContentStore(path.join(stateFolder, 'contents'));
  const state =
    options.stateFolder === undefined
      ? new ForgetfulState(contents.onCommit)
      : await LevelState.open(path.join(stateFolder, 'state'), contents.onCommit);
  const clock = options.clock ?? shiftedClock(state);
  const places = state.table<Place>('places');
  const before = new Map(places.rows());
  const origin = (plane: PlaneName): string => origins[plane] ?? '';
  const portOf = (plane: PlaneName): number =>
    ports?.[plane] ?? Number(new URL(before.get(plane)?.origin ?? 'http://127.0.0.1:0').port);
  const { rolePropagationMs, authorizationCacheMs, logDelayMs, clientAddress } = options;
  const azure = await createAzure({
    clock,
    state,
    contents,
    fileRemovalPeriodMs,
    rolePropagationMs,
    authorizationCacheMs,
    logDelayMs,
    clientAddress,
    origin,
  });
  contents.removeUnheld();
  const close = async (): Promise<void> => {
    await Promise.all(listeners.splice(0).map((listener) => listener.close()));
    await azure.faults.clear();
    await Promise.all([azure.dicomServices.close(), azure.dueRuns.stop()]);
    await state.close();
    if (options.stateFolder === undefined) rmSync(stateFolder, { recursive: true, force: true });
  };
  const serve = async (handler: Handler, port = 0, tls?: ServerCertificate): Promise<string> => {
    const common = { handler, clock, onError, committed: () => state.committed() };
    const options = tls === undefined ? common : { ...common, tls };
    const listener =
      port === 0 && keepsPorts ? await listenOnPortToKeep(options) : await listen({ ...options, port });
    listeners.push(listener);
    return listener.origin;
  };
  try {
    // Clients check validity by the real clock, whatever time the emulator plays.
    const tls = await loadOrMakeCertificate(stateFolder, new SystemClock().now());
    for (const plane of ['entra', 'arm', 'storage', 'dicom', 'logs'] as const) {
      const known = before.get(plane)?.origin;
      origins[plane] = await serve(
        azure.planes[plane],
        portOf(plane),
        plane === 'dicom' && plainDicom ? undefined : tls,
      );
      places.put(plane, { origin: origin(plane) });
      if (known !== undefined) followTo(azure.resources, plane, known, origin(plane));
    }
    origins.admin = await serve(azure.admin, portOf('admin'));
    places.put('admin', { origin: origin('admin') });
    const admin = { endpoint: origin('admin'), token: azure.adminToken };
    const { plane, header } = azure.managedIdentity;
    return {
      ready: { ...readyOf(azure, origins as Record<PlaneName, string>, tls.caPath, clientAddress), admin },
      ca: tls.ca,
      managedIdentity: { endpoint: `${await serve(plane)}/msi/token`, header },
      dicomServices: azure.dicomServices,
      lifecycle: azure.lifecycle,
      inventory: azure.inventory,
      faults: azure.faults,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Below those that systems give to outgoing connections, one of which might hold the port at the next start. */
const PORTS_TO_KEEP = { from: 20_000, below: 32_768 };

async function listenOnPortToKeep(options: Omit<ListenOptions, 'port'>, attempts = 20): Promise<Listener> {
  try {
    return await listen({ ...options, port: randomInt(PORTS_TO_KEEP.from, PORTS_TO_KEEP.below) });
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (!isTaken || attempts <= 1) throw error;
    return listenOnPortToKeep(options, attempts - 1);
  }
}

/** Makes resources lead to where a plane is served now. */
function followTo(resources: ResourceStore, plane: PlaneName, before: string, now: string): void {
  resources.replaceText(before, now);
  if (plane === 'storage') resources.replaceText(`.${storageSuffix(before)}/`, `.${storageSuffix(now)}/`);
}

function shiftedClock(state: StateStore): ShiftedClock {
  const rows = state.table<{ readonly shift: number }>('clock');
  const known = new Map(rows.rows()).get('shift')?.shift;
  return new ShiftedClock(known, (shift) => rows.put('shift', { shift }));
}

function readyOf(
  { directory }: Azure,
  { arm, entra, storage, dicom, logs }: Readonly<Record<PlaneName, string>>,
  caPath: string,
  clientAddress: string = DEFAULT_CLIENT_ADDRESS,
): Omit<EmulatorReady, 'admin'> {
  return {
    schemaVersion: 3,
    endpoints: { arm, entra, storage, dicom, logs },
    caPath,
    clientAddress,
    tenantId: TENANT_ID,
    subscriptionId: SUBSCRIPTION_ID,
    credentials: { deployer: directory.deployer, verifier: directory.verifier },
  };
}
