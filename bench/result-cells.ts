import type { Row, Table } from './section';
import { ratioOf, spreadOf, type Spread } from './statistics';

export const HEADINGS = ['', 'unit', 'median', 'least', 'most', 'ratio', 'least', 'most', 'to'] as const;

/** A row as the printers show it, a text for each of the headings. */
export function cellsOf(table: Table, row: Row): readonly string[] {
  const ratio = ratioOf(table, row);
  return [
    row.name,
    row.unit,
    ...numbersOf(spreadOf(row.runs), shown),
    ...(ratio === undefined ? ['', '', '', ''] : [...numbersOf(ratio, twoDigits), row.base ?? '']),
  ];
}

function numbersOf({ median, least, most }: Spread, text: (value: number) => string): readonly string[] {
  return [median, least, most].map(text);
}

/** Three digits that count. */
function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function twoDigits(value: number): string {
  return value.toFixed(2);
}
