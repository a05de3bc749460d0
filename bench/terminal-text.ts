import { cellsOf, HEADINGS } from './result-cells';
import type { Section, SectionResult, Table } from './section';

/** A section for whoever waits for it. */
export function terminalText({ title, command }: Section, { tables, notes, peers }: SectionResult): string {
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return [
    `${title} (${command})`,
    ...(versions.length === 0 ? [] : [`beside ${versions.join(', ')}`]),
    ...tables.map(tableText),
    '',
    ...notes,
    '',
  ].join('\n');
}

function tableText(table: Table): string {
  const [names, ...headings] = HEADINGS;
  const lines = [[names, ...headings], ...table.rows.map((row) => cellsOf(table, row))];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const aligned = lines.map((cells) =>
    cells
      .map((cell, column) =>
        isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return ['', table.title, ...aligned.map((line) => `  ${line}`)].join('\n');
}

function isText(column: number): boolean {
  return column < 2 || column === HEADINGS.length - 1;
}
