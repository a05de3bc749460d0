import { KqlError } from './kql-error';
import {
  type KqlExpression,
  type KqlRow,
  type KqlScope,
  type KqlType,
  type KqlValue,
  readExpression,
  readPredicate,
} from './kql-expression';
import type { KqlReader } from './kql-reader';

/** One value made of many rows. */
export interface KqlAggregate {
  readonly type: KqlType;
  readonly name: string;
  over(rows: readonly KqlRow[]): KqlValue;
}

const SIGNS: Readonly<Record<string, 1 | -1>> = { max: 1, maxif: 1, min: -1, minif: -1 };

/**
 * `count()`, `countif()`, `max()`, `maxif()`, `min()` and `minif()`.
 *
 * @throws KqlError for every other one
 */
export function readAggregate(reader: KqlReader, scope: KqlScope): KqlAggregate {
  const name = reader.word('an aggregation');
  return reader.nested(() => aggregateNamed(name, reader, scope));
}

function aggregateNamed(name: string, reader: KqlReader, scope: KqlScope): KqlAggregate {
  if (name === 'count') return { type: 'long', name: 'count_', over: (rows) => rows.length };
  if (name === 'countif') {
    const predicate = readPredicate(reader, scope);
    return {
      type: 'long',
      name: 'countif_',
      over: (rows) => rows.filter((row) => predicate.of(row) === true).length,
    };
  }
  const sign = SIGNS[name];
  if (sign === undefined) throw new KqlError('SemanticError', `the emulator knows no aggregation '${name}'`);
  const of = readExpression(reader, scope);
  if (of.type === 'string' || of.type === 'bool') {
    throw new KqlError('SemanticError', `the emulator finds no ${name} of values of type ${of.type}`);
  }
  const predicate = name.endsWith('if') ? readSecond(reader, scope) : undefined;
  return {
    type: of.type,
    name: `${name}_${of.name ?? ''}`,
    over: (rows) =>
      outermost(of, sign, predicate === undefined ? rows : rows.filter((row) => predicate.of(row) === true)),
  };
}

function readSecond(reader: KqlReader, scope: KqlScope): KqlExpression {
  reader.expect(',');
  return readPredicate(reader, scope);
}

function outermost(of: KqlExpression, sign: 1 | -1, rows: readonly KqlRow[]): KqlValue {
  let found: number | null = null;
  for (const row of rows) {
    const value = of.of(row);
    if (typeof value === 'number' && (found === null || sign * value > sign * found)) found = value;
  }
  return found;
}
