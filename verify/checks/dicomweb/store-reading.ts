import type { StoreAnswer } from '../../evidence/dicomweb-trials';

/** What an answer says against a store that had to succeed for all instances. */
export function unmetStore(
  answer: StoreAnswer,
  wanted: readonly string[],
): { readonly expected: string; readonly actual: string } | undefined {
  const isFine =
    (answer.status === 200 || answer.status === 202) &&
    answer.failed.length === 0 &&
    isSame(answer.stored, wanted) &&
    isSame(answer.kept, wanted);
  return isFine
    ? undefined
    : { expected: `200, stored and there afterwards: ${wanted.join(', ')}`, actual: inWords(answer) };
}

/** Such as `202, stored good, failed broken (272), there afterwards: good`. */
export function inWords({ status, stored, failed, kept }: StoreAnswer): string {
  const failures = failed.map(({ instance, reason }) =>
    reason === undefined ? instance : `${instance} (${reason})`,
  );
  return [
    String(status),
    ...(stored.length === 0 ? [] : [`stored ${stored.join(', ')}`]),
    ...(failures.length === 0 ? [] : [`failed ${failures.join(', ')}`]),
    `there afterwards: ${kept.length === 0 ? 'none' : kept.join(', ')}`,
  ].join(', ');
}

/** In any order. */
export function isSame(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join('\n') === [...others].sort().join('\n');
}
