import type { Plane } from '../contract';
import { codeOnly, redact } from './clients/redact';

/** The run cannot start: wrong settings or input. All problems at once. */
export class ConfigError extends Error {
  public override readonly name = 'ConfigError';

  public readonly problems: readonly string[];

  public constructor(message: string, problems: readonly string[] = []) {
    super([message, ...problems].map(redact).join('\n'));
    this.problems = problems.map(redact);
  }
}

export type EvidenceErrorCode =
  | 'UNREACHABLE'
  | 'NOT_AUTHENTICATED'
  | 'NOT_AUTHORIZED'
  | 'REFUSED'
  | 'NOT_OBSERVABLE'
  /** It was asked until the deadline, and answered 429 or 503 every time. */
  | 'THROTTLED'
  | 'UNAVAILABLE'
  /** The time of the run was over before it was known. */
  | 'DEADLINE'
  | 'INTERRUPTED';

/** Evidence could not be had; the checks that need it become inconclusive. */
export class EvidenceError extends Error {
  public override readonly name = 'EvidenceError';

  public constructor(
    public readonly code: EvidenceErrorCode,
    message: string,
    public readonly remedy: string,
    options?: { readonly cause?: unknown },
  ) {
    super(redact(message), options);
  }
}

/** A service answered with success, but with a body that cannot be read. Holds nothing of the body. */
export class UnreadableAnswer extends Error {
  public override readonly name = 'UnreadableAnswer';

  public constructor(
    public readonly operation: string,
    /** What is wrong with the body. */
    public readonly reason: string,
    options?: { readonly cause?: unknown },
  ) {
    super(redact(`${operation} gave an answer that cannot be read: ${reason}`), options);
  }
}

/** A service answered with a status that was not expected. Holds nothing of the answer but its code. */
export class ServiceRefusal extends Error {
  public override readonly name = 'ServiceRefusal';

  /** Azure's own code, where it gave one. */
  public readonly serviceCode: string | undefined;

  public constructor(
    public readonly plane: Plane,
    public readonly operation: string,
    public readonly status: number,
    serviceCode: string | undefined,
  ) {
    const code = codeOnly(serviceCode);
    super(`${operation} was answered ${status}${code === undefined ? '' : ` ${code}`}`);
    this.serviceCode = code;
  }
}

/** Whether a request failed in a way that is understood, and not by a mistake of ours. */
export function isKnownFailure(error: unknown): boolean {
  return (
    error instanceof ServiceRefusal || error instanceof EvidenceError || error instanceof UnreadableAnswer
  );
}
