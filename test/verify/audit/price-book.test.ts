import { parse } from 'yaml';
import { ConfigError, DEFAULT_PRICES, type PriceBook, readPriceBook } from '../../../verify';
import { errorOf } from '../../support/errors';

type Changes = Readonly<Record<string, unknown>>;

/** Prices in which fields are changed, or left out where they are undefined. */
function prices(changes: Changes = {}): unknown {
  const all: Changes = { ...DEFAULT_PRICES, ...changes };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function problemsOf(value: unknown): readonly string[] {
  const error = errorOf(() => readPriceBook(value, 'prices.yaml'));
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).message).toMatch(/^the prices in 'prices.yaml' cannot be used\n/);
  return (error as ConfigError).problems;
}

test('the default prices are a price file themselves', () => {
  expect(readPriceBook(JSON.parse(JSON.stringify(DEFAULT_PRICES)))).toEqual(DEFAULT_PRICES);
});

test('the default prices fall from tier to tier where one stores, and rise where one reads', () => {
  const tiers = Object.values(DEFAULT_PRICES.tiers);
  const storage = tiers.map(({ storagePerGiBMonth }) => storagePerGiBMonth);
  const reads = tiers.map(({ readPer10000 }) => readPer10000);
  expect(storage).toEqual([...storage].sort((a, b) => b - a));
  expect(reads).toEqual([...reads].sort((a, b) => a - b));
  expect(tiers).toHaveLength(4);
});

test('assumptions and the archive of a zone-redundant account may be left out', () => {
  const { Hot, Cool, Cold } = DEFAULT_PRICES.tiers;
  const changes = { monthlyReadShare: undefined, smallestBilledBytes: undefined, redundancy: 'ZRS' };
  const expected: PriceBook = { ...DEFAULT_PRICES, redundancy: 'ZRS', tiers: { Hot, Cool, Cold } };
  expect(readPriceBook(prices({ ...changes, tiers: { Hot, Cool, Cold } }))).toEqual(expected);
});

test('null switches the smallest billed size off', () => {
  expect(readPriceBook(prices({ smallestBilledBytes: null })).smallestBilledBytes).toBeNull();
});

test('YAML is taken as JSON is', () => {
  const yaml = JSON.stringify(prices({ asOf: '2026-12-31' })).replace('"2026-12-31"', '2026-12-31');
  expect(readPriceBook(parse(yaml)).asOf).toBe('2026-12-31');
});

test('all problems are told at once, each with its place, what must be there and what is', () => {
  const { Hot, Cool } = DEFAULT_PRICES.tiers;
  expect(
    problemsOf({
      currency: 'euro',
      region: 'West Europe',
      redundancy: 'zrs',
      asOf: '31.12.2026',
      source: ' ',
      tiers: {
        Hot: { ...Hot, storagePerGiBMonth: '0.02', retrieval: 0 },
        Cool: { ...Cool, readPer10000: -1, writePer10000: undefined },
        Cold: 0.0036,
        Premium: {},
      },
      inventoryPerMillion: Infinity,
      monthlyReadShare: 5,
      smallestBilledBytes: 4096,
      discount: 0.1,
    }).toSorted(),
  ).toEqual(
    [
      "currency must be a currency by its three letters, such as USD, got 'euro'",
      "region must be a region of Azure, such as eastus, got 'West Europe'",
      "redundancy must be one of LRS, ZRS, GRS, RA-GRS, GZRS, RA-GZRS, got 'zrs'",
      "asOf must be the day on which the prices were looked up, such as 2026-12-31, in quotes where a tool makes times of dates, got '31.12.2026'",
      "source must be a text that says where the prices are from, got ' '",
      "tiers.Hot.storagePerGiBMonth must be an amount of the currency, 0 or more, got '0.02'",
      'tiers.Hot.retrieval is not a field of a price file; known here: storagePerGiBMonth, writePer10000, readPer10000, retrievalPerGiB',
      'tiers.Cool.readPer10000 must be an amount of the currency, 0 or more, got -1',
      'tiers.Cool.writePer10000 must be an amount of the currency, 0 or more, got nothing',
      'tiers.Cold must be the prices of the tier, got 0.0036',
      'tiers.Premium is not a field of a price file; known here: Hot, Cool, Cold, Archive',
      'listPer10000 must be an amount of the currency, 0 or more, got nothing',
      'inventoryPerMillion must be an amount of the currency, 0 or more, got null',
      'monthlyReadShare must be a share, from 0 to 1, got 5',
      'smallestBilledBytes must be 131072, or null where the account has no such rule, got 4096',
      'discount is not a field of a price file; known here: currency, region, redundancy, asOf, source, tiers, listPer10000, inventoryPerMillion, monthlyReadShare, smallestBilledBytes',
    ].toSorted(),
  );
});

test.each([
  [undefined, 'got nothing'],
  [null, 'got null'],
  ['prices', "got 'prices'"],
  [[], 'got []'],
])('%j is no price file', (value, got) => {
  expect(problemsOf(value)).toEqual([`the file must be an object with prices, ${got}`]);
});

test('what is missing altogether is told field by field', () => {
  expect(problemsOf({}).map((problem) => problem.split(' ')[0])).toEqual([
    'currency',
    'region',
    'redundancy',
    'asOf',
    'source',
    'tiers',
    'listPer10000',
    'inventoryPerMillion',
  ]);
});
