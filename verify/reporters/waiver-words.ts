import type { Report, ReportedFinding, ReportRow, Waiver } from '../model';

/** That a row is waived, until when and why; undefined where it is not. A waived blocker is said to be one. */
export function waivedRowWords({ outcome, severity, waived }: ReportRow): string | undefined {
  if (waived === undefined) return undefined;
  const state =
    outcome === 'warn' ? 'it warns' : severity === 'blocker' ? 'it FAILS AND IS A BLOCKER' : 'it fails';
  return `waived until ${waived.until}, though ${state}: ${waived.reason}`;
}

/** A finding in one line. */
export function findingWords({ subject, expected, actual, waived }: ReportedFinding): string {
  const end = waived === undefined ? '' : ` (waived until ${waived.until}: ${waived.reason})`;
  return `${subject}: expected ${expected}, got ${actual}${end}`;
}

/** What whoever wrote the waivers has to do about them, a sentence for each. */
export function waiverNotices({ waivers }: Report): readonly string[] {
  if (waivers === undefined) return [];
  return [
    ...waivers.expired.map(
      (waiver) =>
        `the waiver for ${nameOf(waiver)} ended on ${waiver.until} and does nothing; mend what it was for, renew it, or remove it`,
    ),
    ...waivers.unmatched.map(
      (waiver) => `the waiver for ${nameOf(waiver)} matches nothing that was found; remove it`,
    ),
  ];
}

function nameOf({ check, subject }: Waiver): string {
  return subject === undefined ? check : `${check}, '${subject}'`;
}
