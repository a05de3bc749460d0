import { z } from 'zod';
import { SMALLEST_BILLED_BYTES } from '../../contract';
import { ConfigError } from '../error';
import { schemaProblems } from '../schema-problems';

const AMOUNT = 'must be an amount of the currency, 0 or more';
const REDUNDANCIES = ['LRS', 'ZRS', 'GRS', 'RA-GRS', 'GZRS', 'RA-GZRS'] as const;

/** Share of the images that is read in a month, where the price file does not say. */
const USUAL_READ_SHARE = 0.05;

const amount = z.number({ error: AMOUNT }).min(0, { error: AMOUNT });

const tierSchema = z.strictObject(
  {
    storagePerGiBMonth: amount.describe('Storage, per GiB and month. Azure writes GB and bills GiB.'),
    writePer10000: amount.describe(
      'Write operations, per 10,000. Moving a file to this tier is one, whatever its size.',
    ),
    readPer10000: amount.describe(
      'Read operations, per 10,000. Reading a file is one for every 4 MiB of it that were begun.',
    ),
    retrievalPerGiB: amount.describe('Data retrieval, per GiB that is read.'),
  },
  { error: unlessUnknownFields('must be the prices of the tier') },
);

const TEXTS = {
  currency: 'must be a currency by its three letters, such as USD',
  region: 'must be a region of Azure, such as eastus',
  redundancy: `must be one of ${REDUNDANCIES.join(', ')}`,
  asOf: 'must be the day on which the prices were looked up, such as 2026-12-31, in quotes where a tool makes times of dates',
  source: 'must be a text that says where the prices are from',
  share: 'must be a share, from 0 to 1',
  smallest: `must be ${SMALLEST_BILLED_BYTES}, or null where the account has no such rule`,
};

const bookSchema = z.strictObject(
  {
    currency: z
      .string({ error: TEXTS.currency })
      .regex(/^[A-Z]{3}$/, { error: TEXTS.currency })
      .describe('Of all prices, by its three letters.'),
    region: z
      .string({ error: TEXTS.region })
      .regex(/^[a-z][a-z0-9]+$/, { error: TEXTS.region })
      .describe('Region of the prices, as Azure Resource Manager spells it.'),
    redundancy: z
      .enum(REDUNDANCIES, { error: TEXTS.redundancy })
      .describe('Redundancy of the storage account: LRS, ZRS, GRS, RA-GRS, GZRS or RA-GZRS.'),
    asOf: z.iso.date({ error: TEXTS.asOf }).describe('Day on which they were looked up, `YYYY-MM-DD`.'),
    source: z
      .string({ error: TEXTS.source })
      .trim()
      .min(1, { error: TEXTS.source })
      .describe('Where they are from: a URL, or the name of a contract.'),
    tiers: z
      .strictObject(
        { Hot: tierSchema, Cool: tierSchema, Cold: tierSchema, Archive: tierSchema.exactOptional() },
        { error: unlessUnknownFields('must be { Hot, Cool, Cold, Archive }') },
      )
      .describe('Hot, Cool, Cold and Archive. Zone-redundant accounts have no Archive, and leave it out.'),
    listPer10000: amount.describe(
      'List operations, per 10,000: what an audit by listing costs, one for every page.',
    ),
    inventoryPerMillion: amount.describe(
      'Blob inventory, per million objects: what an audit by inventory costs, one run of its rule.',
    ),
    monthlyReadShare: z
      .number({ error: TEXTS.share })
      .min(0, { error: TEXTS.share })
      .max(1, { error: TEXTS.share })
      .default(USUAL_READ_SHARE)
      .describe('Share of the images that is read in a month, 0 to 1, the same in every tier.'),
    smallestBilledBytes: z
      .union([z.literal(SMALLEST_BILLED_BYTES), z.null()], { error: TEXTS.smallest })
      .default(SMALLEST_BILLED_BYTES)
      .describe(
        'Smallest size that is billed outside of Hot. `null` switches the rule off, for accounts made before July 2026, which have it from July 2027 on.',
      ),
  },
  { error: unlessUnknownFields('must be an object with prices') },
);

/** Prices of storage, from a file or the default ones; docs/audit-prices.md tells what each means. */
export type PriceBook = z.infer<typeof bookSchema>;

/** Prices of one tier. */
export type TierPrices = z.infer<typeof tierSchema>;

/**
 * Reads prices from parsed YAML or JSON.
 *
 * @param source names the file in errors
 * @throws ConfigError listing every problem
 */
export function readPriceBook(value: unknown, source = 'the price file'): PriceBook {
  const result = bookSchema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(
    `the prices in '${source}' cannot be used`,
    schemaProblems(result.error, value, { noun: 'a price file', fieldsAt }),
  );
}

/** A field of a price file, for its documentation. */
export interface PriceField {
  readonly name: string;
  readonly meaning: string;
  /** As JSON; undefined where the field must be there. */
  readonly whenAbsent: string | undefined;
}

export function priceFields(): readonly PriceField[] {
  return [
    ...Object.entries(bookSchema.shape).map(([name, field]) => fieldOf(name, field)),
    ...Object.entries(tierSchema.shape).map(([name, field]) => fieldOf(`tiers.{tier}.${name}`, field)),
  ];
}

function fieldOf(name: string, field: z.ZodType): PriceField {
  const absent = field.safeParse(undefined);
  return {
    name,
    meaning: field.description ?? '',
    whenAbsent: absent.success ? JSON.stringify(absent.data) : undefined,
  };
}

function fieldsAt([first, second]: readonly PropertyKey[]): readonly string[] {
  const { shape } = bookSchema;
  return Object.keys(first !== 'tiers' ? shape : second === undefined ? shape.tiers.shape : tierSchema.shape);
}

function unlessUnknownFields(message: string): (issue: { readonly code?: string }) => string | undefined {
  return ({ code }) => (code === 'unrecognized_keys' ? undefined : message);
}
