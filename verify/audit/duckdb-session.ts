import { availableParallelism } from 'node:os';
import type { Clock } from '../clock';
import type { FoundColumn } from './inventory/inventory-columns';

/** Enough for lists of any length: the answers are small. */
const MEMORY = '1500MB';

const PROGRESS_MS = 2_000;

/** An engine for SQL in this process, for one audit. */
export interface DuckDbSession {
  columnsOf(source: string): Promise<readonly FoundColumn[]>;
  /** @param title tells progress what this is */
  rows(sql: string, title: string): Promise<readonly Row[]>;
  /** Hands rows over in batches as they come, so that they are never all in memory. */
  stream(sql: string, title: string, onRows: (rows: readonly Row[]) => void): Promise<void>;
}

export type Row = Readonly<Record<string, unknown>>;

/** Runs work with an engine of its own, which an abort interrupts in the middle of a query. */
export async function withDuckDb<T>(
  {
    folder,
    clock,
    signal,
    progress,
  }: {
    /** For what does not fit into memory. */
    readonly folder: string;
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly progress: (message: string) => void;
  },
  work: (session: DuckDbSession) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  // 70 MB, which other commands must not load.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: MEMORY,
    temp_directory: folder,
    threads: String(availableParallelism()),
    preserve_insertion_order: 'false',
    // Everything needed is built in; nothing is to be fetched.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  signal.addEventListener('abort', interrupt);
  const told = async <R>(title: string, query: () => Promise<R>): Promise<R> => {
    signal.throwIfAborted();
    const done = new AbortController();
    const telling = tellProgress(clock, done.signal, () => {
      const { percentage } = connection.progress;
      if (percentage >= 0) progress(`${title}: ${Math.floor(percentage)} %`);
    });
    try {
      return await query();
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      done.abort();
      await telling;
    }
  };
  try {
    await connection.run('SET enable_progress_bar = true');
    await connection.run('SET enable_progress_bar_print = false');
    return await work({
      columnsOf: async (source) => {
        const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
        return reader
          .getRowObjects()
          .map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
      },
      rows: (sql, title) => told(title, async () => (await connection.runAndReadAll(sql)).getRowObjectsJS()),
      stream: (sql, title, onRows) =>
        told(title, async () => {
          const result = await connection.stream(sql);
          for await (const rows of result.yieldRowObjectJs()) {
            onRows(rows);
            signal.throwIfAborted();
          }
        }),
    });
  } finally {
    signal.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}

/** A string of SQL. */
export function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

async function tellProgress(clock: Clock, done: AbortSignal, tell: () => void): Promise<void> {
  try {
    for (;;) {
      await clock.sleep(PROGRESS_MS, done);
      tell();
    }
  } catch {
    // The query is done.
  }
}
