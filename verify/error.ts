import type { Plane } from '../contract';

/** The run cannot start: wrong settings or input. All problems at once. */
export class ConfigError extends Error {
  public override readonly name = 'ConfigError';

  public constructor(
    message: string,
    public readonly problems: readonly string[] = [],
  ) {
    super([message, ...problems].join('\n'));
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
    super(message, options);
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
    super(`${operation} gave an answer that cannot be read: ${reason}`, options);
  }
}

/** A service answered with a status that was not expected. Holds no token and no body beyond its error text. */
export class ServiceRefusal extends Error {
  public override readonly name = 'ServiceRefusal';

  public constructor(
    public readonly plane: Plane,
    public readonly operation: string,
    public readonly status: number,
    /** Azure's own code, where it gave one. */
    public readonly serviceCode: string | undefined,
  ) {
    super(`${operation} was answered ${status}${serviceCode === undefined ? '' : ` ${serviceCode}`}`);
  }
}
