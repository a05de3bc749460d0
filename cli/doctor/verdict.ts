/** One thing that the doctor looked at, with what came of it. */
export interface DoctorRow extends Verdict {
  readonly check: string;
}

export interface Verdict {
  /** `unknown`: it could not be judged. */
  readonly outcome: 'ok' | 'warn' | 'fail' | 'unknown';
  readonly detail: string;
  /** What to do about it; absent where it is as it should be. */
  readonly remedy?: string;
}

export function ok(detail: string): Verdict {
  return { outcome: 'ok', detail };
}

export function warn(detail: string, remedy: string): Verdict {
  return { outcome: 'warn', detail, remedy };
}

export function fail(detail: string, remedy: string): Verdict {
  return { outcome: 'fail', detail, remedy };
}

export function unknown(detail: string, remedy: string): Verdict {
  return { outcome: 'unknown', detail, remedy };
}

/** 1 where something fails, 3 where nothing does but something could not be judged. */
export function doctorExitCode(rows: readonly DoctorRow[]): 0 | 1 | 3 {
  if (rows.some(({ outcome }) => outcome === 'fail')) return 1;
  return rows.some(({ outcome }) => outcome === 'unknown') ? 3 : 0;
}
