import { type Machine, machineText } from './machine';
import { cellsOf, HEADINGS } from './result-cells';
import type { Section, SectionResult, Table } from './section';

const NOT_YET = 'Not measured yet.';

/** The part of the page that is a section's, marks included. */
export function sectionMarkdown(
  { name, title, command }: Section,
  measured?: { readonly result: SectionResult; readonly machine: Machine; readonly rounds: number },
): string {
  const body = measured === undefined ? [NOT_YET] : bodyOf(measured.result, measured);
  return [
    startMark(name),
    '',
    `## ${title}`,
    '',
    '```sh',
    `${command} --write`,
    '```',
    '',
    ...body,
    '',
    endMark(name),
  ].join('\n');
}

/**
 * The page with one section replaced; a section that was not on it comes last.
 *
 * @throws Error where a section begins and does not end
 */
export function withSection(page: string, { name }: Section, markdown: string): string {
  const start = page.indexOf(startMark(name));
  if (start < 0) return `${page.trimEnd()}\n\n${markdown}\n`;
  const end = page.indexOf(endMark(name), start);
  if (end < 0) throw new Error(`docs/benchmarks.md has no '${endMark(name)}'`);
  return page.slice(0, start) + markdown + page.slice(end + endMark(name).length);
}

/** Names of the sections of a page, in their order. */
export function sectionsIn(page: string): readonly string[] {
  return [...page.matchAll(/^<!-- section ([a-z-]+) -->$/gm)].map(([, name = '']) => name);
}

function startMark(name: string): string {
  return `<!-- section ${name} -->`;
}

function endMark(name: string): string {
  return `<!-- end of ${name} -->`;
}

function bodyOf(
  { tables, pictures = [], notes, peers }: SectionResult,
  { machine, rounds }: { readonly machine: Machine; readonly rounds: number },
): readonly string[] {
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return [
    `${machineText(machine)}; ${rounds} rounds${versions.length === 0 ? '' : `; ${versions.join(', ')}`}`,
    '',
    ...tables.flatMap((table) => [tableMarkdown(table), '']),
    ...pictures.flatMap(({ file, alt }) => [`![${alt}](images/${file})`, '']),
    ...notes.map((note) => `- ${note}`),
  ];
}

function tableMarkdown(table: Table): string {
  const [, ...headings] = HEADINGS;
  const lines = [
    [table.title, ...headings],
    HEADINGS.map((_, column) => (column < 2 || column === HEADINGS.length - 1 ? '---' : '---:')),
    ...table.rows.map((row) => cellsOf(table, row)),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
