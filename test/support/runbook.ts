import { CHECKS } from '../../verify/registry';
import { readPage } from './docs/page';
import { causesMarkdown } from './faults-markdown';

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
