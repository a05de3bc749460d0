import { KqlError } from './kql-error';

export interface KqlToken {
  readonly kind: 'word' | 'string' | 'number' | 'timespan' | 'symbol' | 'end';
  /** As it stands in the query; of a string, what it means. */
  readonly text: string;
  /** A number, or the milliseconds of a timespan. */
  readonly value?: number;
}

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Longer operators first, since each begins like a shorter one. */
const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+|\/\/[^\n]*)`,
    String.raw`(?<timespan>\d+(?:\.\d+)?(?:ms|[dhms])\b)`,
    String.raw`(?<number>\d+(?:\.\d+)?\b)`,
    String.raw`@"(?<verbatim>[^"\n]*)"`,
    String.raw`"(?<double>(?:[^"\\\n]|\\.)*)"`,
    String.raw`'(?<single>(?:[^'\\\n]|\\.)*)'`,
    String.raw`(?<symbol>!in~|in~|!(?:in|contains|startswith|has)\b|[=!<>]=|[=!]~|[|(),=<>])`,
    String.raw`(?<word>[A-Za-z_]\w*)`,
  ].join('|'),
  'y',
);

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** @throws KqlError where something is no token of the language, as far as it is known here */
export function kqlTokens(query: string): readonly KqlToken[] {
  const tokens: KqlToken[] = [];
  for (let at = 0; at < query.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(query)?.groups;
    if (groups === undefined)
      throw new KqlError('SyntaxError', `cannot be read from '${query.slice(at, at + 20)}' on`);
    const token = tokenOf(groups);
    if (token !== undefined) tokens.push(token);
  }
  return [...tokens, { kind: 'end', text: 'the end' }];
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>): KqlToken | undefined {
  const { space, timespan, number, verbatim, double, single, symbol, word } = groups;
  if (space !== undefined) return undefined;
  if (timespan !== undefined) {
    const [, amount = '', unit = ''] = /^([\d.]+)(\w+)$/.exec(timespan) ?? [];
    return { kind: 'timespan', text: timespan, value: Number(amount) * (UNITS[unit] ?? 0) };
  }
  if (number !== undefined) return { kind: 'number', text: number, value: Number(number) };
  const quoted = double ?? single;
  if (verbatim !== undefined) return { kind: 'string', text: verbatim };
  if (quoted !== undefined) {
    return {
      kind: 'string',
      text: quoted.replaceAll(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter),
    };
  }
  return symbol === undefined ? { kind: 'word', text: word ?? '' } : { kind: 'symbol', text: symbol };
}
