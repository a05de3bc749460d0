import type { ClassicLevel } from 'classic-level';
import type { CommitListener, StateStore, StateTable } from '../domain/state-store';

/** Stands between the name of a table and a key; no name contains it. */
const SEPARATOR = '\u0001';
const AFTER_SEPARATOR = '\u0002';

/** How much is read from the database in one go at the start; its default of 16 KiB takes three times as long. */
const BYTES_AT_ONCE = 1 << 20;

type RowChange =
  | { readonly type: 'put'; readonly key: string; readonly value: object }
  | { readonly type: 'del'; readonly key: string };
type Change = RowChange | { readonly type: 'clear'; readonly table: string };

/**
 * State in LevelDB. What changes in one go is written as one batch, which LevelDB keeps whole or not at all; requests
 * that come while a batch is being written share the next one. A batch is with the operating system before anything
 * is acknowledged, so that it survives the end of the process at any moment. Nothing is forced onto the disk: a power
 * cut may take the last seconds, of contents more than of rows.
 */
export class LevelState implements StateStore {
  private readonly found = new Map<string, (readonly [string, object])[]>();
  private pending: Change[] = [];
  private writing: Promise<void> | undefined;

  private constructor(
    private readonly db: ClassicLevel<string, object>,
    private readonly onCommit: CommitListener,
  ) {}

  /** @throws the error of LevelDB, such as LEVEL_LOCKED where another emulator uses the folder */
  public static async open(folder: string, onCommit: CommitListener): Promise<LevelState> {
    // An emulator that forgets needs no database: reading the library takes a tenth of a second.
    const { ClassicLevel } = await import('classic-level');
    const db = new ClassicLevel<string, object>(folder, { valueEncoding: 'json' });
    try {
      await db.open();
    } catch (error) {
      throw (error as Error).cause ?? error;
    }
    const state = new LevelState(db, onCommit);
    for (const [key, row] of await db.iterator({ highWaterMarkBytes: BYTES_AT_ONCE }).all()) {
      const at = key.indexOf(SEPARATOR);
      const name = key.slice(0, at);
      const rows = state.found.get(name) ?? [];
      rows.push([key.slice(at + 1), row]);
      state.found.set(name, rows);
    }
    return state;
  }

  public table<Row extends object>(name: string): StateTable<Row> {
    const keyOf = (key: string): string => `${name}${SEPARATOR}${key}`;
    return {
      rows: () => {
        const rows = this.found.get(name) ?? [];
        this.found.delete(name);
        return rows as (readonly [string, Row])[];
      },
      put: (key, value) => this.change({ type: 'put', key: keyOf(key), value }),
      delete: (key) => this.change({ type: 'del', key: keyOf(key) }),
      clear: () => this.change({ type: 'clear', table: name }),
    };
  }

  public async committed(): Promise<void> {
    const isPending = this.pending.length > 0;
    if (isPending) await this.writing?.catch(() => undefined);
    await (isPending ? this.write() : this.writing);
  }

  public async close(): Promise<void> {
    await this.committed();
    await this.db.close();
  }

  /** What no request waits for, such as the work of the file removal, is written all the same. */
  private change(change: Change): void {
    if (this.pending.push(change) === 1) setImmediate(() => void this.write().catch(() => undefined));
  }

  /** Ends when the batch in flight, or else a new one of all that is pending, is written. */
  private write(): Promise<void> {
    this.writing ??= this.writeBatch().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  private async writeBatch(): Promise<void> {
    const batch = this.pending;
    if (batch.length === 0) return;
    this.pending = [];
    const onSafe = this.onCommit();
    try {
      await this.db.batch(await this.rowChanges(batch));
    } catch (error) {
      this.pending = [...batch, ...this.pending];
      throw error;
    }
    onSafe();
  }

  /** Clearing a table deletes the rows that it has by then, each of them, so that one batch holds that too. */
  private async rowChanges(changes: readonly Change[]): Promise<RowChange[]> {
    const rows = new Map<string, RowChange>();
    for (const change of changes) {
      if (change.type !== 'clear') {
        rows.set(change.key, change);
        continue;
      }
      const range = { gte: `${change.table}${SEPARATOR}`, lt: `${change.table}${AFTER_SEPARATOR}` };
      const before = [...rows.keys()].filter((key) => key >= range.gte && key < range.lt);
      for (const key of [...(await this.db.keys(range).all()), ...before])
        rows.set(key, { type: 'del', key });
    }
    return [...rows.values()];
  }
}
