import { readAggregate, type KqlAggregate } from './kql-aggregate';
import { KqlError } from './kql-error';
import {
  type KqlColumn,
  type KqlExpression,
  type KqlRow,
  type KqlValue,
  readExpression,
  readPredicate,
} from './kql-expression';
import { KqlReader } from './kql-reader';

export interface KqlTable {
  readonly columns: readonly KqlColumn[];
  readonly rows: readonly KqlRow[];
}

/** An expression with the name that its column gets. */
interface Named<Item> {
  readonly name: string;
  readonly item: Item;
}

/** Rows of a `take` or `top`, as far as it was asked for. */
const MOST_ROWS = 30_000;

/**
 * Answers a query in the part of the Kusto query language that is known here: one table, then `where`, `project`,
 * `extend`, `summarize`, `order by`, `top`, `take` and `count`.
 *
 * @param tables those there are, by name
 * @throws KqlError for everything else
 * @see https://learn.microsoft.com/kusto/query/
 */
export function runKql(
  query: string,
  tables: Readonly<Record<string, () => KqlTable>>,
  now: number,
): KqlTable {
  const reader = new KqlReader(query);
  const name = reader.word('the name of a table');
  const source = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (source === undefined) {
    throw new KqlError('SemanticError', `Failed to resolve table or column expression named '${name}'`);
  }
  let table = source();
  while (reader.takes('|') !== undefined) table = operate(reader, table, now);
  if (reader.next.kind !== 'end') throw reader.unexpected("'|' or the end");
  return table;
}

function operate(reader: KqlReader, table: KqlTable, now: number): KqlTable {
  const operator = reader.word('an operator');
  const scope = { columns: table.columns, now };
  const column = (): Named<KqlExpression> =>
    named(
      reader,
      () => readExpression(reader, scope),
      ({ name }) => name,
    );
  switch (operator) {
    case 'where':
    case 'filter': {
      const predicate = readPredicate(reader, scope);
      return { ...table, rows: table.rows.filter((row) => predicate.of(row) === true) };
    }
    case 'project': {
      const columns = reader.list(column);
      return {
        columns: columnsOf(columns),
        rows: table.rows.map((row) => columns.map(({ item }) => item.of(row))),
      };
    }
    case 'extend': {
      const columns = reader.list(column);
      return {
        columns: [...table.columns, ...columnsOf(columns)],
        rows: table.rows.map((row) => [...row, ...columns.map(({ item }) => item.of(row))]),
      };
    }
    case 'summarize':
      return summarize(
        table,
        reader.list(() =>
          named(
            reader,
            () => readAggregate(reader, scope),
            ({ name }) => name,
          ),
        ),
        reader.takes('by') === undefined ? undefined : reader.list(column),
      );
    case 'sort':
    case 'order':
      reader.expect('by');
      return { ...table, rows: sorted(reader, table, now) };
    case 'top': {
      const count = reader.wholeNumber('a number of rows');
      reader.expect('by');
      return { ...table, rows: sorted(reader, table, now).slice(0, Math.min(count, MOST_ROWS)) };
    }
    case 'take':
    case 'limit':
      return {
        ...table,
        rows: table.rows.slice(0, Math.min(reader.wholeNumber('a number of rows'), MOST_ROWS)),
      };
    case 'count':
      return { columns: [{ name: 'Count', type: 'long' }], rows: [[table.rows.length]] };
    default:
      throw new KqlError('SyntaxError', `the emulator knows no operator '${operator}'`);
  }
}

function named<Item>(
  reader: KqlReader,
  read: () => Item,
  nameOf: (item: Item) => string | undefined,
): Named<Item> {
  if (reader.next.kind === 'word' && reader.following.text === '=') {
    const name = reader.word('a name');
    reader.expect('=');
    return { name, item: read() };
  }
  const item = read();
  return { name: nameOf(item) ?? 'Column1', item };
}

/** Without groups there is one row, also where there are none to look at. */
function summarize(
  { rows }: KqlTable,
  aggregates: readonly Named<KqlAggregate>[],
  groups: readonly Named<KqlExpression>[] | undefined,
): KqlTable {
  const keyed = new Map<string, { readonly key: KqlRow; readonly rows: KqlRow[] }>();
  if (groups === undefined) keyed.set('', { key: [], rows: [...rows] });
  for (const row of groups === undefined ? [] : rows) {
    const key = groups?.map(({ item }) => item.of(row)) ?? [];
    const text = JSON.stringify(key);
    const group = keyed.get(text) ?? { key, rows: [] };
    group.rows.push(row);
    keyed.set(text, group);
  }
  return {
    columns: [...columnsOf(groups ?? []), ...columnsOf(aggregates)],
    rows: [...keyed.values()].map((group) => [
      ...group.key,
      ...aggregates.map(({ item }) => item.over(group.rows)),
    ]),
  };
}

/** As Kusto does, descending where nothing is said; rows without a value come last then. */
function sorted(reader: KqlReader, { columns, rows }: KqlTable, now: number): readonly KqlRow[] {
  const keys = reader.list(() => {
    const by = readExpression(reader, { columns, now });
    return { by, sign: reader.takes('asc', 'desc') === 'asc' ? 1 : -1 };
  });
  return rows.toSorted((one, other) => {
    for (const { by, sign } of keys) {
      const order = compared(by.of(one), by.of(other));
      if (order !== 0) return sign * order;
    }
    return 0;
  });
}

function compared(one: KqlValue, other: KqlValue): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? -1 : 1;
  return one < other ? -1 : 1;
}

function columnsOf(named: readonly Named<Pick<KqlColumn, 'type'>>[]): readonly KqlColumn[] {
  return named.map(({ name, item: { type } }) => ({ name, type }));
}
