import { createColors } from 'picocolors';
import { bytesText, counted, countText } from '../../quantity';
import { plain } from '../../reporters/html/markup';
import type { AuditReport, Finding, IndexDifference } from '../model';
import {
  accessTable,
  ageTable,
  type AuditTable,
  costTable,
  kindTable,
  partitionTable,
  tierTable,
} from './audit-tables';
import { costWords } from './cost-words';
import { placeWords, sourceWords } from './source-words';
import { FINDING_WORDS, verdictOf } from './verdict';

const SHOWN_PARTITIONS = 10;
const SHOWN_FILES = 5;

/** The report for people. */
export function auditTextReport(report: AuditReport, color: boolean): string {
  const paint = createColors(color);
  const {
    total,
    asOf,
    source,
    byKind,
    byPartition = [],
    byAge,
    byLastAccess,
    cost,
    index,
    advice,
    tool,
  } = report;
  const { mood, answer, reason } = verdictOf(report);
  const moodColor = { good: paint.green, bad: paint.red, unsure: paint.yellow }[mood];
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', paint.bold(title), ...lines.map((line) => `  ${line}`)];
  const table = (shown: AuditTable | undefined): readonly string[] =>
    shown === undefined || shown.rows.length === 0 ? [] : section(shown.caption, alignedLines(shown));
  return [
    `${moodColor(`${answer}:`)} ${reason}`,
    `${oneLine(placeWords(report))}: ${counted(total.count, 'file')}, ${bytesText(total.bytes)}, as of ${oneLine(asOf)}`,
    ...section('Findings', findingLines(report)),
    ...section('Index and lake', indexLines(index)),
    ...table(tierTable(report)),
    ...table(byKind && kindTable(byKind)),
    ...table(partitionTable(report, byPartition, SHOWN_PARTITIONS)),
    ...table(byPartition.length === 0 ? undefined : byAge && ageTable(report, byAge)),
    ...table(byLastAccess && accessTable(report, byLastAccess)),
    ...(cost === undefined
      ? []
      : section('Cost per month', [...alignedLines(costTable(cost)), ...costWords(cost).map(oneLine)])),
    ...section(
      'What to know and to do',
      advice.map((sentence) => `- ${oneLine(sentence)}`),
    ),
    '',
    `By ${oneLine(sourceWords(source))}`,
    `${tool.name} ${tool.version}, started ${oneLine(report.startedAt)}`,
    '',
  ].join('\n');
}

function findingLines({ findings, findingsFile }: AuditReport): readonly string[] {
  const lines = findings.flatMap((finding) => [
    `${FINDING_WORDS[finding.finding]}: ${counted(finding.count, 'file')}, ${bytesText(finding.bytes)}`,
    ...namedLines(finding),
  ]);
  return findingsFile === undefined || lines.length === 0
    ? lines
    : [...lines, `all of them are named in ${oneLine(findingsFile)}`];
}

function namedLines({ count, first }: Finding): readonly string[] {
  const shown = first.slice(0, SHOWN_FILES);
  return [
    ...shown.map(
      ({ path, tier, bytes, modifiedAt }) =>
        `  - ${oneLine(path)} (${oneLine(tier)}, ${bytesText(bytes)}, changed ${oneLine(modifiedAt)})`,
    ),
    ...moreLines(count - shown.length),
  ];
}

function indexLines(index: IndexDifference | undefined): readonly string[] {
  if (index === undefined) return [];
  const { images, entries, lost, unknown, unsettled } = index;
  return [
    `${counted(images, 'image')} in the index, by ${countText(entries)} entries of the change feed`,
    ...differenceLines(`${counted(lost.count, 'image')} without a file`, lost),
    ...differenceLines(`${counted(unknown.count, 'file')} without an image`, unknown),
    ...(unsettled === 0 ? [] : [`${countText(unsettled)} came or went meanwhile`]),
  ];
}

function differenceLines(title: string, { count, first }: IndexDifference['lost']): readonly string[] {
  const shown = first.slice(0, SHOWN_FILES);
  return [title, ...shown.map((name) => `  - ${oneLine(name)}`), ...moreLines(count - shown.length)];
}

function moreLines(hidden: number): readonly string[] {
  return hidden > 0 ? [`  - and ${countText(hidden)} more`] : [];
}

/** Names to the left, numbers to the right. */
function alignedLines({ heads, rows }: AuditTable): readonly string[] {
  const lines = [heads, ...rows].map((row) => row.map(oneLine));
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** Whoever names a file may mean ill with a terminal. */
function oneLine(text: string): string {
  return plain(text).replace(/[\n\t]/g, '\ufffd');
}
