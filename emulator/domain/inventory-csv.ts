import type { InventoryColumn, InventoryValue } from './inventory-field';

/** Rows that are turned into text at once. */
const BATCH_ROWS = 1_000;

/** A list as comma-separated values with the names of the columns in the first line, by RFC 4180. */
export function* csvFile<Listed>(
  columns: readonly InventoryColumn<Listed>[],
  listed: Iterable<Listed>,
): Generator<Buffer> {
  let lines = [columns.map(({ name }) => quoted(name)).join(',')];
  for (const one of listed) {
    lines.push(columns.map((column) => quoted(textOf(column, column.value(one)))).join(','));
    if (lines.length < BATCH_ROWS) continue;
    yield bytesOf(lines);
    lines = [];
  }
  if (lines.length > 0) yield bytesOf(lines);
}

function bytesOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\r\n`).join(''));
}

function textOf<Listed>({ kind }: InventoryColumn<Listed>, value: InventoryValue): string {
  if (value === undefined) return '';
  return kind === 'time' ? new Date(Number(value)).toISOString().replace(/\.\d{3}Z$/, 'Z') : String(value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
