/**
 * What the emulator has to remember, as rows in named tables. A row is plain JSON data and never changed in place.
 * Changes count at once for whoever reads the emulator's own objects; `committed` tells when they would survive a
 * crash. Changes made without an `await` in between survive together or not at all.
 */
export interface StateStore {
  table<Row extends object>(name: string): StateTable<Row>;
  /** Resolves when every change made so far is safe. */
  committed(): Promise<void>;
  close(): Promise<void>;
}

export interface StateTable<Row extends object> {
  /** What the run before left, in the order of the keys. To be asked once, before the first change. */
  rows(): readonly (readonly [string, Row])[];
  put(key: string, row: Row): void;
  delete(key: string): void;
  /** Deletes every row. */
  clear(): void;
}

/** Told when a commit begins; what it answers is called once that commit is safe. */
export type CommitListener = () => () => void;

/** For an emulator that forgets everything when it ends. */
export class ForgetfulState implements StateStore {
  public constructor(private readonly onCommit: CommitListener = () => () => undefined) {}

  public table<Row extends object>(): StateTable<Row> {
    return { rows: () => [], put: () => undefined, delete: () => undefined, clear: () => undefined };
  }

  public committed(): Promise<void> {
    this.onCommit()();
    return Promise.resolve();
  }

  public close(): Promise<void> {
    return Promise.resolve();
  }
}
