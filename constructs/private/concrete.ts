import { Token } from 'cdktf';
import { nameProblem, type NameKind } from '../../contract';

/**
 * Judges a value only where it is known now; Terraform fills in a token later, and then Azure judges it.
 *
 * @param problem what is wrong with a known value, or undefined where it is fine
 */
export function whenConcrete<T>(
  value: T | undefined,
  problem: (value: T) => string | undefined,
): string | undefined {
  return value === undefined || Token.isUnresolved(value) ? undefined : problem(value);
}

/** Problem of a name as Azure would see it, starting with the prop that holds it. */
export function namePropProblem(prop: string, kind: NameKind, value: string | undefined): string | undefined {
  return whenConcrete(value, (name) => {
    const problem = nameProblem(kind, name);
    return problem === undefined ? undefined : `'${prop}' ${problem}`;
  });
}

/** Problem of a number that has to be whole and within both limits, starting with the prop that holds it. */
export function wholeNumberPropProblem(
  prop: string,
  value: number | undefined,
  minimum: number,
  maximum: number,
): string | undefined {
  return whenConcrete(value, (number) => {
    const problem = wholeNumberProblem(number, minimum, maximum);
    return problem === undefined ? undefined : `'${prop}' ${problem}`;
  });
}

/** The same as a sentence without its subject. */
export function wholeNumberProblem(value: number, minimum: number, maximum: number): string | undefined {
  return Number.isInteger(value) && value >= minimum && value <= maximum
    ? undefined
    : `must be a whole number from ${minimum} to ${maximum}, got ${value}`;
}

/** The problems among the results of several checks. */
export function problemsOf(...checks: readonly (string | undefined)[]): string[] {
  return checks.filter((check) => check !== undefined);
}
