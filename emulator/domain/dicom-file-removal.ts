import type { Clock } from '../clock';
import { ServiceFault } from '../fault';
import type { DicomLake } from './dicom-lake';
import { PeriodicTask } from './periodic-task';
import type { StateTable } from './state-store';

export interface DoomedFile {
  readonly path: string;
  /** Absent where a store failed: then nobody knows whether there is a file, nor which. */
  readonly etag?: string | undefined;
  readonly attempts: number;
  readonly dueAt: number;
}

const MAX_RETRIES = 5;
const RETRY_DELAY_MS = 24 * 60 * 60 * 1000;

/** Removes the files of deleted instances from the lake, some time after the deletion. */
export class DicomFileRemoval {
  private readonly doomed: Map<string, DoomedFile>;
  private readonly task: PeriodicTask;

  public constructor(
    private readonly clock: Clock,
    private readonly lake: DicomLake,
    periodMs: number,
    private readonly rows: StateTable<DoomedFile>,
  ) {
    this.doomed = new Map(rows.rows());
    this.task = new PeriodicTask(clock, () => this.removeAllDue(), { firstDelayMs: periodMs, periodMs });
  }

  /** @param etag the file is left behind where it no longer has this ETag */
  public schedule(path: string, etag?: string): void {
    this.keep({ path, etag, attempts: 0, dueAt: this.clock.now() });
  }

  public stop(): Promise<void> {
    return this.task.stop();
  }

  /** The service is gone; the files stay. */
  public destroy(): void {
    this.doomed.clear();
    this.rows.clear();
  }

  private async removeAllDue(): Promise<void> {
    const now = this.clock.now();
    for (const file of [...this.doomed.values()].filter(({ dueAt }) => dueAt <= now)) {
      if ((await this.isDone(file)) || file.attempts >= MAX_RETRIES) {
        this.doomed.delete(file.path);
        this.rows.delete(file.path);
      } else {
        this.keep({ ...file, attempts: file.attempts + 1, dueAt: now + RETRY_DELAY_MS });
      }
    }
  }

  private keep(file: DoomedFile): void {
    this.doomed.set(file.path, file);
    this.rows.put(file.path, file);
  }

  /** A file that somebody changed stays for ever, as does what is not there. */
  private async isDone({ path, etag }: DoomedFile): Promise<boolean> {
    try {
      await this.lake.client().delete(path, etag === undefined ? {} : { ifMatch: etag });
      return true;
    } catch (error) {
      return error instanceof ServiceFault && ['ConditionNotMet', 'BlobNotFound'].includes(error.code);
    }
  }
}
