import type { Outcome, ReportRow } from '../model';

/** How a row is shown: as waived where it is, whatever its outcome. */
export type ShownOutcome = Outcome | 'waived';

export function shownOutcome({ outcome, waived }: ReportRow): ShownOutcome {
  return waived === undefined ? outcome : 'waived';
}
