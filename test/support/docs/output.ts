/** What differs from run to run. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/(127\.0\.0\.1|localhost):\d+/g, '$1:PORT'],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, 'GUID'],
  [/\b2\.25\.\d+/g, 'UID'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)/g, 'TIME'],
  [/\b\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?\b/g, 'TIME'],
  [/\b\d+(\.\d+)? (ms|s|seconds)\b/g, 'N s'],
  [/\b[0-9a-f]{40,64}\b/g, 'HASH'],
];

/** A line that stands for others. */
const LEFT_OUT = '…';

/**
 * What is wrong with the text that a page shows, beside what there is in truth. With `…` in a line of its own, the lines
 * shown are some of the real ones in their order; without, they are `whole`, or a `part` that hangs together.
 *
 * @param real any of these will do
 */
export function shownProblem(
  shown: string,
  real: readonly string[],
  extent: 'whole' | 'part',
): string | undefined {
  const lines = linesOf(shown);
  const missing = real.map((text) => firstMissing(lines, linesOf(text), extent));
  if (missing.includes(undefined)) return undefined;
  return `${missing[0] ?? 'nothing was printed'}; what there is:\n${real[0]?.trimEnd() ?? ''}`;
}

function firstMissing(
  shown: readonly string[],
  real: readonly string[],
  extent: 'whole' | 'part',
): string | undefined {
  if (shown.includes(LEFT_OUT)) {
    let from = 0;
    for (const line of shown.filter((one) => one !== LEFT_OUT && one !== '')) {
      const at = real.indexOf(line, from);
      if (at < 0) return `there is no line '${line}'${real.includes(line) ? ' at that place' : ''}`;
      from = at + 1;
    }
    return undefined;
  }
  if (extent === 'part' && `\n${real.join('\n')}\n`.includes(`\n${shown.join('\n')}\n`)) return undefined;
  const wrong = shown.find((line) => !real.includes(line));
  if (wrong !== undefined) return `there is no line '${wrong}'`;
  return shown.join('\n') === real.join('\n')
    ? undefined
    : "lines are left out, or in another order: a line with '…' stands for those left out";
}

function linesOf(text: string): readonly string[] {
  const same = CHANGING.reduce((all, [pattern, word]) => all.replaceAll(pattern, word), text.trim());
  return same.split('\n').map((line) => line.trimEnd());
}
