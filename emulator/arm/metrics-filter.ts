/** What a filter asks of one dimension. */
export interface DimensionCondition {
  readonly dimension: string;
  /** `*` stands for every value, each by itself. */
  readonly values: readonly string[];
}

const CONDITION = /^\s*([A-Za-z][\w/.]*)\s+eq\s+'((?:[^']|'')*)'\s*/i;

/**
 * Reads `A eq 'a1' or A eq 'a2' and B eq '*'`: `or` stands between values of one dimension only.
 *
 * @returns undefined where it is no such filter
 * @see https://learn.microsoft.com/rest/api/monitor/metrics/list
 */
export function parseMetricsFilter(text: string): readonly DimensionCondition[] | undefined {
  const found: { dimension: string; values: string[] }[] = [];
  let joined: 'and' | 'or' = 'and';
  for (let rest = text; ;) {
    const [matched, dimension = '', value = ''] = CONDITION.exec(rest) ?? [];
    if (matched === undefined) return undefined;
    const last = found.at(-1);
    const isSame = last?.dimension.toLowerCase() === dimension.toLowerCase();
    if (joined === 'or' && !isSame) return undefined;
    if (joined === 'or') last?.values.push(value.replaceAll("''", "'"));
    else found.push({ dimension, values: [value.replaceAll("''", "'")] });
    rest = rest.slice(matched.length);
    if (rest === '') return found;
    const [operator, word = ''] = /^(and|or)(?=\s)/i.exec(rest) ?? [];
    if (operator === undefined) return undefined;
    joined = word.toLowerCase() === 'or' ? 'or' : 'and';
    rest = rest.slice(operator.length);
  }
}
