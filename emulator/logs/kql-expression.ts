import { KqlError } from './kql-error';
import type { KqlReader } from './kql-reader';

export type KqlType = 'string' | 'datetime' | 'timespan' | 'long' | 'bool';

/** A datetime is in milliseconds since the epoch, a timespan in milliseconds; null where nothing is known. */
export type KqlValue = string | number | boolean | null;
export type KqlRow = readonly KqlValue[];

export interface KqlColumn {
  readonly name: string;
  readonly type: KqlType;
}

export interface KqlExpression {
  readonly type: KqlType;
  /** What a column of it is called that gets no name. */
  readonly name: string | undefined;
  of(row: KqlRow): KqlValue;
}

/** What expressions may refer to. */
export interface KqlScope {
  readonly columns: readonly KqlColumn[];
  /** Milliseconds since the epoch; the same for the whole query. */
  readonly now: number;
}

/** Text operators; those with `!` in front are their opposites. All but `==`, `!=`, `in` and `!in` ignore case. */
const TEXT_OPERATORS: Readonly<Record<string, (text: string, other: string) => boolean>> = {
  '=~': (text, other) => text.toLowerCase() === other.toLowerCase(),
  contains: (text, other) => text.toLowerCase().includes(other.toLowerCase()),
  startswith: (text, other) => text.toLowerCase().startsWith(other.toLowerCase()),
  has: (text, other) => hasTerm(text.toLowerCase(), other.toLowerCase()),
};

const ORDERINGS: Readonly<Record<string, (one: KqlValue, other: KqlValue) => boolean>> = {
  '<': (one, other) => Number(one) < Number(other),
  '<=': (one, other) => Number(one) <= Number(other),
  '>': (one, other) => Number(one) > Number(other),
  '>=': (one, other) => Number(one) >= Number(other),
};

const OPPOSITES: Readonly<Record<string, string>> = {
  '!~': '=~',
  '!contains': 'contains',
  '!startswith': 'startswith',
  '!has': 'has',
};

/**
 * Columns, literals, `ago()`, `now()`, `bin()`, comparisons, `and`, `or`, parentheses.
 *
 * @throws KqlError for everything else, for columns that are not there, and for types that do not go together
 * @see https://learn.microsoft.com/kusto/query/scalar-data-types/string
 */
export function readExpression(reader: KqlReader, scope: KqlScope): KqlExpression {
  const parts = [readConjunction(reader, scope)];
  while (reader.takes('or') !== undefined) parts.push(readConjunction(reader, scope));
  return joined(parts, (values) => values.includes(true));
}

/** An expression that is true or false. @throws KqlError */
export function readPredicate(reader: KqlReader, scope: KqlScope): KqlExpression {
  const predicate = readExpression(reader, scope);
  if (predicate.type !== 'bool')
    throw new KqlError('SemanticError', `a condition is a bool, got ${predicate.type}`);
  return predicate;
}

function readConjunction(reader: KqlReader, scope: KqlScope): KqlExpression {
  const parts = [readComparison(reader, scope)];
  while (reader.takes('and') !== undefined) parts.push(readComparison(reader, scope));
  return joined(parts, (values) => values.every((value) => value === true));
}

function joined(
  parts: readonly KqlExpression[],
  join: (values: readonly KqlValue[]) => boolean,
): KqlExpression {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const other = parts.find(({ type }) => type !== 'bool');
  if (other !== undefined)
    throw new KqlError('SemanticError', `'and' and 'or' join bools, got ${other.type}`);
  return bool((row) => join(parts.map((part) => part.of(row))));
}

function readComparison(reader: KqlReader, scope: KqlScope): KqlExpression {
  const left = readTerm(reader, scope);
  const set = reader.takes('in', 'in~', '!in', '!in~');
  if (set !== undefined) return membership(left, set, readSet(reader, scope));
  const operator = reader.takes(
    ...['==', '!=', ...Object.keys(ORDERINGS), ...Object.keys(TEXT_OPERATORS), ...Object.keys(OPPOSITES)],
  );
  if (operator === undefined) return left;
  return comparison(left, operator, readTerm(reader, scope));
}

function comparison(left: KqlExpression, operator: string, right: KqlExpression): KqlExpression {
  const isText = left.type === 'string' && right.type === 'string';
  const text = TEXT_OPERATORS[OPPOSITES[operator] ?? operator];
  if (text !== undefined) {
    if (!isText)
      throw new KqlError(
        'SemanticError',
        `'${operator}' compares strings, got ${left.type} and ${right.type}`,
      );
    const isOpposite = operator in OPPOSITES;
    return bool((row) => text(String(left.of(row) ?? ''), String(right.of(row) ?? '')) !== isOpposite);
  }
  const ordering = ORDERINGS[operator];
  if (left.type !== right.type || (ordering !== undefined && (isText || left.type === 'bool'))) {
    throw new KqlError(
      'SemanticError',
      `cannot compare values of types ${left.type} and ${right.type} by '${operator}'`,
    );
  }
  if (ordering === undefined) return bool((row) => (left.of(row) === right.of(row)) === (operator === '=='));
  return bool((row) => {
    const [one, other] = [left.of(row), right.of(row)];
    return one !== null && other !== null && ordering(one, other);
  });
}

function readSet(reader: KqlReader, scope: KqlScope): readonly KqlExpression[] {
  return reader.nested(() => reader.list(() => readTerm(reader, scope)));
}

function membership(left: KqlExpression, operator: string, members: readonly KqlExpression[]): KqlExpression {
  const ignoresCase = operator.endsWith('~');
  const isOpposite = operator.startsWith('!');
  if (members.some(({ type }) => type !== left.type) || (ignoresCase && left.type !== 'string')) {
    throw new KqlError(
      'SemanticError',
      `'${operator}' needs values of one type, got ${left.type} and others`,
    );
  }
  const same = (value: KqlValue): KqlValue =>
    ignoresCase && typeof value === 'string' ? value.toLowerCase() : value;
  return bool((row) => members.some((one) => same(one.of(row)) === same(left.of(row))) !== isOpposite);
}

function readTerm(reader: KqlReader, scope: KqlScope): KqlExpression {
  const { kind, text, value = 0 } = reader.next;
  if (kind === 'word') return readNamed(reader, scope);
  if (kind === 'number') return constant('long', reader.wholeNumber('a whole number'));
  if (kind === 'string' || kind === 'timespan') {
    reader.take();
    return kind === 'string' ? constant('string', text) : constant('timespan', value);
  }
  if (text !== '(') throw reader.unexpected('an expression');
  return reader.nested(() => readExpression(reader, scope));
}

function readNamed(reader: KqlReader, scope: KqlScope): KqlExpression {
  const name = reader.word('an expression');
  if (reader.next.text === '(') return readCall(name, reader, scope);
  if (name === 'true' || name === 'false') return constant('bool', name === 'true');
  const at = scope.columns.findIndex((column) => column.name === name);
  const column = scope.columns[at];
  if (column === undefined) {
    throw new KqlError('SemanticError', `Failed to resolve column or scalar expression named '${name}'`);
  }
  return { type: column.type, name, of: (row) => row[at] ?? null };
}

function readCall(name: string, reader: KqlReader, scope: KqlScope): KqlExpression {
  if (name === 'datetime')
    return constant(
      'datetime',
      reader.nested(() => readDate(reader)),
    );
  const given = reader.nested(() =>
    reader.next.text === ')' ? [] : reader.list(() => readTerm(reader, scope)),
  );
  const types = given.map(({ type }) => type).join(', ');
  const [first, second] = given;
  if (name === 'now' && given.length === 0) return constant('datetime', scope.now);
  if (name === 'ago' && types === 'timespan') return constant('datetime', scope.now - Number(first?.of([])));
  if (name === 'bin' && first !== undefined && types === 'datetime, timespan') {
    const size = Number(second?.of([]));
    return {
      type: 'datetime',
      name: first.name,
      of: (row) => {
        const time = first.of(row);
        return time === null || size <= 0 ? null : Math.floor(Number(time) / size) * size;
      },
    };
  }
  throw new KqlError('SemanticError', `the emulator knows no function ${name}(${types})`);
}

/** What stands in `datetime(…)` is quoted or not; here it has to be. */
function readDate(reader: KqlReader): number {
  const { kind, text } = reader.take();
  const time = kind === 'string' ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw new KqlError('SyntaxError', `datetime takes a date in quotes, got '${text}'`);
  return time;
}

function constant(type: KqlType, value: KqlValue): KqlExpression {
  return { type, name: undefined, of: () => value };
}

function bool(of: (row: KqlRow) => boolean): KqlExpression {
  return { type: 'bool', name: undefined, of };
}

/** Terms are runs of letters and digits; one is had where it stands by itself. */
function hasTerm(text: string, term: string): boolean {
  const isPart = (letter: string | undefined): boolean =>
    letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
    if (!isPart(text[at - 1]) && !isPart(text[at + term.length])) return true;
  }
  return false;
}
