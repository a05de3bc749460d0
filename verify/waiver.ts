import type { Finding, Report, ReportedFinding, ReportRow, Waiver } from './model';

/** Waivers as they were given, and the file they come from. */
export interface WaiverFile {
  readonly waivers: readonly Waiver[];
  /** SHA-256 in hexadecimal of the file. */
  readonly sha256: string;
}

export interface WaivedRows {
  readonly rows: readonly ReportRow[];
  readonly waivers: NonNullable<Report['waivers']>;
}

/**
 * Marks what is waived; outcomes stay what they are. Only what failed or warned can be waived: of what could not be
 * judged nobody knows what they would accept, and whoever does not want to know leaves the check out.
 *
 * @param startedAt of the run, ISO 8601: so the same evidence gives the same rows, whenever it is judged
 */
export function applyWaivers(
  rows: readonly ReportRow[],
  { waivers, sha256 }: WaiverFile,
  startedAt: string,
): WaivedRows {
  const today = startedAt.slice(0, 10);
  const holding = waivers.filter(({ until }) => until >= today);
  return {
    rows: rows.map((row) => (isBad(row) ? waivedRow(row, holding) : row)),
    waivers: {
      sha256,
      expired: waivers.filter(({ until }) => until < today),
      unmatched: holding.filter((waiver) => matchesNothing(waiver, rows)),
    },
  };
}

function isBad({ outcome }: ReportRow): boolean {
  return outcome === 'fail' || outcome === 'warn';
}

function waivedRow(row: ReportRow, waivers: readonly Waiver[]): ReportRow {
  const ofCheck = waivers.filter(({ check }) => check === row.id);
  const general = ofCheck.find(({ subject }) => subject === undefined);
  if (row.findings === undefined || row.findings.length === 0) {
    return general === undefined ? row : { ...row, waived: waivedBy(general) };
  }
  const findings = row.findings.map((finding) => waivedFinding(finding, ofCheck, general));
  // Whoever waives findings one by one does not know those that have no name here.
  if (general === undefined && (row.unnamedFindings ?? 0) > 0) return { ...row, findings };
  // The row is as good as the waiver that ends first.
  const [first] = findings
    .flatMap(({ waived }) => (waived === undefined ? [] : [waived]))
    .sort((one, other) => one.until.localeCompare(other.until));
  return first !== undefined && findings.every(({ waived }) => waived !== undefined)
    ? { ...row, findings, waived: first }
    : { ...row, findings };
}

function waivedFinding(
  finding: Finding,
  waivers: readonly Waiver[],
  general: Waiver | undefined,
): ReportedFinding {
  const waiver = waivers.find(({ subject }) => subject === finding.subject) ?? general;
  return waiver === undefined ? finding : { ...finding, waived: waivedBy(waiver) };
}

function waivedBy({ reason, until }: Waiver): NonNullable<ReportRow['waived']> {
  return { reason, until };
}

/** Of what was not judged nobody can tell. */
function matchesNothing({ check, subject }: Waiver, rows: readonly ReportRow[]): boolean {
  const row = rows.find(({ id }) => id === check);
  if (row === undefined) return false;
  if (row.outcome === 'pass') return true;
  const { findings = [] } = row;
  return isBad(row) && subject !== undefined && !findings.some((finding) => finding.subject === subject);
}
