import { SERVICE_FACTS } from '../../contract';
import type { Clock } from '../clock';
import { ServiceFault } from '../fault';
import type { DicomLake } from './dicom-lake';
import { HostNotFound } from './lake-client';
import type { ContentStorage } from './lake-content';
import { PeriodicTask } from './periodic-task';

/** What the service last found out about its lake. */
export interface DicomServiceHealth {
  readonly status: 'Unknown' | 'Healthy' | 'Degraded' | 'Unhealthy';
  /** Code of the lake, such as `AuthorizationPermissionMismatch`; absent while all is well. */
  readonly code?: string;
  readonly checkedAt?: number;
  /** When it came to be so. */
  readonly since?: number;
}

/** So many changes are remembered. */
const REMEMBERED_CHANGES = 100;

const CONTENT = Buffer.from('Test content.');
/** What the health file was called before each check had one of its own. */
const FORMER_NAME = 'health.txt';

const EXPIRY_MS = SERVICE_FACTS.healthFileExpirySeconds.value * 1000;

/**
 * Answers of the lake that the owner of the lake can mend; whatever else goes wrong makes the service unhealthy.
 *
 * @see https://github.com/microsoft/dicom-server BlobStorageErrorExtensions
 */
const DEGRADING_CODES = new Set([
  '400 UnsupportedHeader',
  '401 InvalidAuthenticationInfo',
  '403 AccountIsDisabled',
  '403 AuthorizationFailure',
  '403 AuthorizationPermissionMismatch',
  '403 InsufficientAccountPermissions',
  '403 InvalidAuthenticationInfo',
  '403 KeyVaultAccessTokenCannotBeAcquired',
  '403 KeyVaultEncryptionKeyNotFound',
  '403 KeyVaultVaultNotFound',
  '404 ContainerNotFound',
  '404 FilesystemNotFound',
  '409 ContainerBeingDeleted',
  '409 ContainerDisabled',
]);

/**
 * Writes, reads and deletes a small file in the lake, time and again, and remembers how that went. A file that an
 * older version of the service may have left is deleted as well, whatever came of the check.
 */
export class HealthWriter {
  private lastHealth: DicomServiceHealth = { status: 'Unknown' };
  private before: readonly DicomServiceHealth[] = [];
  private readonly task: PeriodicTask;

  public constructor(
    private readonly clock: Clock,
    private readonly lake: DicomLake,
    private readonly contents: ContentStorage,
    private readonly isStopped: () => boolean = () => false,
  ) {
    this.task = new PeriodicTask(clock, () => this.check(), {
      firstDelayMs: SERVICE_FACTS.healthProbeFirstDelaySeconds.value * 1000,
      periodMs: SERVICE_FACTS.healthProbePeriodSeconds.value * 1000,
    });
  }

  public get health(): DicomServiceHealth {
    return this.lastHealth;
  }

  /** What it was before, newest first; each as it was found last. */
  public get history(): readonly DicomServiceHealth[] {
    return this.before;
  }

  public stop(): Promise<void> {
    return this.task.stop();
  }

  private async check(): Promise<void> {
    if (this.isStopped()) return;
    const found = await this.probe();
    const now = this.clock.now();
    const { status, code, since = now } = this.lastHealth;
    const isChanged = found.status !== status || found.code !== code;
    if (isChanged && status !== 'Unknown') {
      this.before = [this.lastHealth, ...this.before].slice(0, REMEMBERED_CHANGES);
    }
    this.lastHealth = { ...found, checkedAt: now, since: isChanged ? now : since };
  }

  private async probe(): Promise<DicomServiceHealth> {
    const lake = this.lake.client();
    const path = this.lake.healthFilePath();
    try {
      const written = await this.contents.write([CONTENT]);
      try {
        await lake.put(path, written, { expiresInMs: EXPIRY_MS });
      } finally {
        this.contents.release(written.content);
      }
      await lake.get(path);
      await lake.delete(path);
      return { status: 'Healthy' };
    } catch (error) {
      return judge(error);
    } finally {
      await lake.delete(path.replace(/[^/]+$/, FORMER_NAME)).catch(() => undefined);
    }
  }
}

function judge(error: unknown): DicomServiceHealth {
  if (error instanceof HostNotFound) return { status: 'Degraded', code: error.name };
  if (!(error instanceof ServiceFault)) return { status: 'Unhealthy', code: String(error) };
  const degraded = DEGRADING_CODES.has(`${error.status} ${error.code}`);
  return { status: degraded ? 'Degraded' : 'Unhealthy', code: error.code };
}
