import { TAG, textOf, type DicomDataset } from './dicom-dataset';
import type { StateStore, StateTable } from './state-store';

/** A work item as it survives a restart. */
interface WorkitemRow {
  /** Grows with every work item of the partition. */
  readonly key: number;
  readonly dataset: DicomDataset;
}

/** The work items (UPS) of one partition. They are kept by the service itself: none of them is in the lake. */
export class DicomWorklist {
  private readonly rows = new Map<string, WorkitemRow>();
  private readonly table: StateTable<WorkitemRow>;
  private lastKey = 0;

  /** @param name tells the partition from all others, in the name of its table */
  public constructor(state: StateStore, name: string) {
    this.table = state.table(`workitems ${name}`);
    const rows = [...this.table.rows()].sort(([, a], [, b]) => a.key - b.key);
    for (const [uid, row] of rows) {
      this.rows.set(uid, row);
      this.lastKey = row.key;
    }
  }

  public workitem(uid: string): DicomDataset | undefined {
    return this.rows.get(uid)?.dataset;
  }

  /** Newest first. */
  public workitems(): readonly DicomDataset[] {
    return [...this.rows.values()].map(({ dataset }) => dataset).reverse();
  }

  /** Whether there was none with its UID, so that it has been added. */
  public add(dataset: DicomDataset): boolean {
    const uid = textOf(dataset, TAG.sopInstanceUid) ?? '';
    if (this.rows.has(uid)) return false;
    this.lastKey += 1;
    const row = { key: this.lastKey, dataset };
    this.rows.set(uid, row);
    this.table.put(uid, row);
    return true;
  }

  /** The service is gone, and its worklist with it. */
  public destroy(): void {
    this.rows.clear();
    this.table.clear();
  }
}
