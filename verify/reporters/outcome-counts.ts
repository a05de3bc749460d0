import type { Report } from '../model';

/** How many checks had which outcome, in words. */
export function outcomeCounts({ counts }: Report): string {
  const { pass, warn, fail, inconclusive, waived } = counts;
  return `${pass} passed, ${warn} warned, ${fail} failed, ${inconclusive} inconclusive, ${counts['not-applicable']} not applicable${waived === 0 ? '' : `, ${waived} waived`}`;
}
