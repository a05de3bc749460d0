import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CHECKS } from '../../verify/registry';
import { causesMarkdown } from './faults-markdown';

export const ROOT = path.resolve(__dirname, '../..');

/** Pages of the runbook, one for each topic, below the root of the repository. */
export const RUNBOOK_PAGES: readonly string[] = [
  ...new Set(CHECKS.map(({ id }) => id.split('/')[0] ?? '')),
].map((topic) => `docs/runbook/${topic}.md`);

export const RUNBOOK_INDEX = 'docs/runbook.md';

/** What the runbook says of one check. */
export interface RunbookSection {
  readonly page: string;
  readonly id: string;
  readonly text: string;
}

export function runbookSections(): readonly RunbookSection[] {
  return RUNBOOK_PAGES.flatMap((page) =>
    readPage(page)
      .split(/^(?=## )/m)
      .slice(1)
      .map((text) => ({ page, id: /^## (.*)$/m.exec(text)?.[1] ?? '', text })),
  );
}

/** A page with the faults of each check between its marks; what stands around them stays. */
export function withFreshCauses(page: string): string {
  return page.replace(
    /(<!-- causes:(\S+) -->\n)[^]*?(<!-- \/causes -->)/g,
    (_all, start: string, check: string, end: string) =>
      `${start}\n${causesMarkdown(check, '../faults.md')}\n\n${end}`,
  );
}

export function readPage(page: string): string {
  return readFileSync(path.join(ROOT, page), 'utf8');
}

/** The commands of a page that begin with a program, from its blocks of shell and its inline code. */
export function commandsIn(page: string, program: string): readonly string[] {
  const command = new RegExp(
    String.raw`(?:^|\$\(|&& |\| |; do )\s*(${program} (?:${QUOTED.source}|[^|&;)'"<])+)`,
    'g',
  );
  const blocks = Array.from(page.matchAll(/^( *)```sh\n([^]*?)^\1```$/gm), ([, , code]) => code ?? '');
  const inline = Array.from(withoutBlocks(page).matchAll(/`([^`]+)`/g), ([, code]) => code ?? '');
  return [...blocks.flatMap((block) => block.split('\n')), ...inline].flatMap((line) =>
    Array.from(line.matchAll(command), ([, found]) => (found ?? '').trim()),
  );
}

/** A page without its blocks of code. */
export function withoutBlocks(page: string): string {
  return page.replace(/^( *)```[^]*?^\1```$/gm, '');
}

/** What may hold blanks: quoted text and placeholders. */
const QUOTED = /"(?:[^"\\]|\\.)*"|'[^']*'|<[^>]*>/;

/** The words of a command line without their quotes; variables and placeholders stay as they are written. */
export function wordsOf(command: string): readonly string[] {
  const word = new RegExp(String.raw`(?:${QUOTED.source}|[^\s"'<])+`, 'g');
  return Array.from(command.matchAll(word), ([found]) =>
    found.replaceAll(
      /"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
      (_all, double?: string, single?: string) => double ?? single ?? '',
    ),
  );
}
