import { kustoLiteral } from '../../../contract';
import { KqlError } from '../../../emulator/logs/kql-error';
import { runKql } from '../../../emulator/logs/kql-query';

const NOW = Date.UTC(2026, 0, 2);
const MINUTE = 60_000;

const ROWS = [
  [NOW - 30 * MINUTE, 'StorageWrite', '201', 'https://host/lake/AHDS/one/healthCheck/healthA.txt', 5],
  [NOW - 20 * MINUTE, 'StorageWrite', '403', 'https://host/lake/AHDS/two/image.dcm', 7],
  [NOW - 10 * MINUTE, 'StorageDelete', '202', 'https://host/lake/ahds/one/healthcheck/healthA.txt', 9],
] as const;

const TABLES = {
  Logs: () => ({
    columns: [
      { name: 'TimeGenerated', type: 'datetime' },
      { name: 'Category', type: 'string' },
      { name: 'StatusCode', type: 'string' },
      { name: 'Uri', type: 'string' },
      { name: 'Size', type: 'long' },
    ] as const,
    rows: ROWS,
  }),
};

function run(query: string): readonly unknown[][] {
  return runKql(query, TABLES, NOW).rows.map((row) => [...row]);
}

/** Which of the rows a condition lets through, by their numbers. */
function matching(condition: string): readonly number[] {
  const sizes = run(`Logs | where ${condition} | project Size`).map(([size]) => size);
  return ROWS.flatMap((row, at) => (sizes.includes(row[4]) ? [at] : []));
}

test.each([
  ['Category == "StorageWrite"', [0, 1]],
  ['Category == "storagewrite"', []],
  ['Category != "StorageWrite"', [2]],
  ['Category =~ "storagewrite"', [0, 1]],
  ['Category !~ "storagewrite"', [2]],
  ["Category == 'StorageDelete'", [2]],
  ['Uri contains "/HEALTHCHECK/"', [0, 2]],
  ['Uri !contains "/HEALTHCHECK/"', [1]],
  ['Uri startswith "HTTPS://host/lake/ahds/t"', [1]],
  ['Uri !startswith "https"', []],
  ['Uri has "image"', [1]],
  ['Uri has "imag"', []],
  ['Uri !has "two"', [0, 2]],
  ['StatusCode in ("201", "202")', [0, 2]],
  ['StatusCode !in ("201", "202")', [1]],
  ['Category in~ ("STORAGEDELETE")', [2]],
  ['Category in ("STORAGEDELETE")', []],
  ['Category !in~ ("STORAGEDELETE")', [0, 1]],
  ['StatusCode == "403" or StatusCode == "201"', [0, 1]],
  ['StatusCode == "403" or StatusCode == "201" and Size > 5', [1]],
  ['(StatusCode == "403" or StatusCode == "201") and Size > 5', [1]],
  ['(StatusCode == "403" or StatusCode == "201") and Size < 7', [0]],
  ['Size >= 7', [1, 2]],
  ['Size <= 7', [0, 1]],
  ['TimeGenerated > ago(25m)', [1, 2]],
  ['TimeGenerated > ago(1500s)', [1, 2]],
  ['TimeGenerated >= ago(0.5h)', [0, 1, 2]],
  ['TimeGenerated < now()', [0, 1, 2]],
  ['TimeGenerated > datetime("2026-01-01T23:45:00Z")', [2]],
  ['true', [0, 1, 2]],
])('where %s', (condition, rows) => {
  expect(matching(condition)).toEqual(rows);
});

test.each([
  ['"a\\"b\\\\c"', 'a"b\\c'],
  ["'it\\'s'", "it's"],
  ['@"back\\slash"', 'back\\slash'],
  ['"two\\tparts"', 'two\tparts'],
])('the string %s', (literal, text) => {
  expect(run(`Logs | take 1 | project Text = ${literal}`)).toEqual([[text]]);
});

test.each(['plain', 'a "quoted" word', 'back\\slash', 'both \\"', '\\n', "it's", ''])(
  'a literal of the kit means the text that it was made from: %s',
  (text) => {
    expect(run(`Logs | take 1 | project Text = ${kustoLiteral(text)}`)).toEqual([[text]]);
  },
);

test.each<readonly [query: string, rows: readonly unknown[]]>([
  ['Logs | count', [[3]]],
  ['Logs // all of them\n| summarize Writes = countif(Category == "StorageWrite")', [[2]]],
  [
    'Logs | summarize count() by Category',
    [
      ['StorageWrite', 2],
      ['StorageDelete', 1],
    ],
  ],
  ['Logs | summarize max(Size), min(Size)', [[9, 5]]],
  ['Logs | summarize maxif(Size, Category == "StorageWrite"), minif(Size, Size > 5)', [[7, 7]]],
  ['Logs | where Size > 100 | summarize Rows = count(), Newest = max(TimeGenerated)', [[0, null]]],
  ['Logs | where Size > 100 | summarize count() by Category', []],
  ['Logs | summarize count() by bin(TimeGenerated, 1h)', [[NOW - 60 * MINUTE, 3]]],
  ['Logs | top 1 by Size | project Size', [[9]]],
  ['Logs | top 1 by Size asc | project Size', [[5]]],
  ['Logs | order by Category asc, Size desc | project Size', [[9], [7], [5]]],
  ['Logs | sort by TimeGenerated | limit 2 | project Size', [[9], [7]]],
  ['Logs | extend Big = Size > 6 | where Big == true | project Size', [[7], [9]]],
])('%s', (query, rows) => {
  expect(run(query)).toEqual(rows);
});

test('columns have names and types', () => {
  const { columns } = runKql(
    'Logs | summarize max(TimeGenerated), Rows = count() by Span = bin(TimeGenerated, 5m), Category',
    TABLES,
    NOW,
  );
  expect(columns).toEqual([
    { name: 'Span', type: 'datetime' },
    { name: 'Category', type: 'string' },
    { name: 'max_TimeGenerated', type: 'datetime' },
    { name: 'Rows', type: 'long' },
  ]);
});

test.each([
  ['SyntaxError', ''],
  ['SyntaxError', '| count'],
  ['SyntaxError', 'Logs |'],
  ['SyntaxError', 'Logs count'],
  ['SyntaxError', 'Logs | join Logs'],
  ['SyntaxError', 'Logs | where'],
  ['SyntaxError', 'Logs | where Category =='],
  ['SyntaxError', 'Logs | where (Size > 1'],
  ['SyntaxError', 'Logs | where Category == "open'],
  ['SyntaxError', 'Logs | where Size > 1.5'],
  ['SyntaxError', 'Logs | take many'],
  ['SyntaxError', 'Logs | where Size > 1; Logs'],
  ['SyntaxError', 'Logs | where TimeGenerated > datetime("never")'],
  ['SemanticError', 'Unknown | count'],
  ['SemanticError', 'constructor | count'],
  ['SemanticError', 'Logs | where Missing == "x"'],
  ['SemanticError', 'Logs | where StatusCode == 403'],
  ['SemanticError', 'Logs | where Category'],
  ['SemanticError', 'Logs | where Category and true'],
  ['SemanticError', 'Logs | where Category > "A"'],
  ['SemanticError', 'Logs | where Size contains "1"'],
  ['SemanticError', 'Logs | where Size in ("1")'],
  ['SemanticError', 'Logs | where strlen(Category) > 1'],
  ['SemanticError', 'Logs | where TimeGenerated > ago(5)'],
  ['SemanticError', 'Logs | summarize dcount(Category)'],
  ['SemanticError', 'Logs | summarize max(Category)'],
  ['SemanticError', 'Logs | summarize maxif(Size, Size)'],
])('a %s: %s', (code, query) => {
  const outcome = (): unknown => runKql(query, TABLES, NOW);
  expect(outcome).toThrow(KqlError);
  expect(outcome).toThrow(expect.objectContaining({ code }) as Error);
});

test.each([101, 100_000])('%i parentheses in each other are too many', (depth) => {
  const query = `Logs | where ${'('.repeat(depth)}true${')'.repeat(depth)}`;
  expect(() => run(query)).toThrow('nested deeper than 100');
});
