import type { Comparison } from '../../evidence/dicomweb-trials';

/** What a comparison says against what was received. */
export function unmetComparison(
  { expected, equal, others }: Comparison,
  one: string,
  several: string,
): { readonly expected: string; readonly actual: string } | undefined {
  if (expected === equal && others === 0) return undefined;
  const noun = expected === 1 ? one : several;
  const more = others === 0 ? '' : `, and ${others} more`;
  return { expected: `${expected} equal ${noun}`, actual: `${equal} of them${more}` };
}
