import type { IConstruct } from 'constructs';

/** A construct was asked for something that Azure or this kit refuses. */
export class InvalidConstructError extends Error {
  override readonly name = 'InvalidConstructError';

  constructor(
    /** Stable name of the kind of error, such as `LakeStorageInvalid`. */
    readonly code: string,
    readonly constructPath: string,
    readonly problems: readonly string[],
  ) {
    super(`${code} at ${constructPath}:${problems.length === 1 ? ' ' : '\n- '}${problems.join('\n- ')}`);
  }
}

/**
 * Throws one error with everything that is wrong with one call, if anything is.
 *
 * @param code stable name of the kind of error
 * @param problems each with what is wrong, the value got and the values allowed
 */
export function refuseInvalid(scope: IConstruct, code: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new InvalidConstructError(code, scope.node.path, problems);
}
