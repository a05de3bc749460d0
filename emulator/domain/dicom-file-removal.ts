import type { Clock } from '../clock';
import { ServiceFault } from '../fault';
import type { DicomLake } from './dicom-lake';
import { PeriodicTask } from './periodic-task';

interface DoomedFile {
  readonly path: string;
  /** Absent where a store failed: then nobody knows whether there is a file, nor which. */
  readonly etag: string | undefined;
  readonly attempts: number;
  readonly dueAt: number;
}

const MAX_RETRIES = 5;
const RETRY_DELAY_MS = 24 * 60 * 60 * 1000;

/** Removes the files of deleted instances from the lake, some time after the deletion. */
export class DicomFileRemoval {
  private doomed: DoomedFile[] = [];
  private readonly task: PeriodicTask;

  public constructor(
    private readonly clock: Clock,
    private readonly lake: DicomLake,
    periodMs: number,
  ) {
    this.task = new PeriodicTask(clock, () => this.removeAllDue(), { firstDelayMs: periodMs, periodMs });
  }

  /** @param etag the file is left behind where it no longer has this ETag */
  public schedule(path: string, etag?: string): void {
    this.doomed.push({ path, etag, attempts: 0, dueAt: this.clock.now() });
  }

  public stop(): Promise<void> {
    return this.task.stop();
  }

  private async removeAllDue(): Promise<void> {
    const now = this.clock.now();
    const due = this.doomed.filter((file) => file.dueAt <= now);
    this.doomed = this.doomed.filter((file) => file.dueAt > now);
    for (const file of due) {
      if (!(await this.isDone(file)) && file.attempts < MAX_RETRIES) {
        this.doomed.push({ ...file, attempts: file.attempts + 1, dueAt: now + RETRY_DELAY_MS });
      }
    }
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
