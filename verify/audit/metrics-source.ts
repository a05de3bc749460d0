import { API_VERSIONS, explainServiceError } from '../../contract';
import { type ArmBody, objectIn, objectsIn, textIn } from '../clients/arm-body';
import { armReader } from '../clients/azure';
import { codeOnly } from '../clients/redact';
import { EvidenceError, ServiceRefusal, UnreadableAnswer } from '../error';
import type { AuditRequest } from './audit-source';
import { DAY_MS } from './age-band';
import type { Finding, MeasuredLake } from './model';

const HOUR_MS = 3_600_000;

/** Values come once an hour and up to a day late; what is older than this says nothing of the lake any more. */
const LONGEST_DELAY_MS = 3 * DAY_MS;

/** A series that fell so far behind the newest has ended: its tier is empty now. */
const LONGEST_LAG_MS = DAY_MS;

/** Without it Azure answers 10 series of each metric and drops the others without a word. */
const MOST_SERIES = '1000';

const BYTES = 'BlobCapacity';
const COUNT = 'BlobCount';
const OPERATION = 'the capacity metrics';

/**
 * What lies in each tier of the whole storage account, as Azure Monitor has it: one request, whatever the size.
 *
 * @throws EvidenceError where the caller may not ask, or there are no values
 * @see https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference
 */
export async function metricsSource({
  manifest,
  azure,
  clock,
  signal,
}: Pick<AuditRequest, 'manifest' | 'azure' | 'clock' | 'signal'>): Promise<MeasuredLake> {
  const { storageAccountId, storageAccountName } = manifest.lake;
  const now = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
  const since = now - LONGEST_DELAY_MS;
  const id = `${storageAccountId}/blobServices/default/providers/Microsoft.Insights/metrics`;
  const answer = await explained(
    armReader(azure).get(id, API_VERSIONS.metrics, signal, {
      metricnames: `${BYTES},${COUNT}`,
      aggregation: 'Average',
      interval: 'PT1H',
      timespan: `${new Date(since).toISOString()}/${new Date(now).toISOString()}`,
      // Series by series, since an average over types of blobs is no sum of them.
      $filter: "BlobType eq '*' and Tier eq '*'",
      top: MOST_SERIES,
    }),
    storageAccountName,
  );
  const bytes = tierValues(answer, BYTES, since);
  const counts = tierValues(answer, COUNT, since);
  if (bytes === undefined || counts === undefined) throw noValues(storageAccountName);
  const tiers = [...new Set([...bytes.byTier.keys(), ...counts.byTier.keys()])]
    .map((tier) => ({ tier, count: counts.byTier.get(tier) ?? 0, bytes: bytes.byTier.get(tier) ?? 0 }))
    .filter((sums) => sums.count > 0 || sums.bytes > 0);
  return {
    tiers,
    findings: tiers.filter(({ tier }) => tier === 'Archive').map(archived),
    source: { kind: 'metrics', scope: 'storage account' },
    asOf: new Date(Math.min(bytes.at, counts.at)).toISOString(),
    complete: true,
  };
}

function archived({ count, bytes }: { readonly count: number; readonly bytes: number }): Finding {
  return { finding: 'archived', count, bytes, first: [] };
}

interface TierValues {
  readonly byTier: ReadonlyMap<string, number>;
  /** Of the oldest value that counts, in milliseconds since the epoch. */
  readonly at: number;
}

interface Value {
  readonly tier: string;
  readonly at: number;
  readonly value: number;
}

/** The newest value of every series, summed by tier; undefined where there is none. */
function tierValues(answer: ArmBody, metric: string, since: number): TierValues | undefined {
  const found = objectsIn(answer, 'value').find((one) => textIn(objectIn(one, 'name'), 'value') === metric);
  if (found === undefined) throw new UnreadableAnswer(OPERATION, `it has no ${metric}`);
  const code = textIn(found, 'errorCode') ?? 'Success';
  if (code !== 'Success') {
    throw new EvidenceError(
      'UNAVAILABLE',
      `Azure Monitor could not tell ${metric}: ${codeOnly(code) ?? 'a code that cannot be shown'}`,
      'ask again in some minutes, or audit with another source',
    );
  }
  if (!Array.isArray(found['timeseries']))
    throw new UnreadableAnswer(OPERATION, `${metric} has no list of series`);
  const newest = objectsIn(found, 'timeseries').flatMap((series) => newestOf(series, metric, since) ?? []);
  const last = Math.max(...newest.map(({ at }) => at));
  const counted = newest.filter(({ at }) => last - at <= LONGEST_LAG_MS);
  if (counted.length === 0) return undefined;
  const byTier = new Map<string, number>();
  for (const { tier, value } of counted) byTier.set(tier, (byTier.get(tier) ?? 0) + Math.round(value));
  return { byTier, at: Math.min(...counted.map(({ at }) => at)) };
}

function newestOf(series: ArmBody, metric: string, since: number): Value | undefined {
  const tier = objectsIn(series, 'metadatavalues').find(
    (one) => textIn(objectIn(one, 'name'), 'value')?.toLowerCase() === 'tier',
  );
  const name = tier === undefined ? undefined : textIn(tier, 'value');
  if (name === undefined) throw new UnreadableAnswer(OPERATION, `a series of ${metric} has no tier`);
  let newest: Value | undefined;
  for (const point of objectsIn(series, 'data')) {
    const value = point['average'];
    if (value === undefined || value === null) continue;
    const at = Date.parse(textIn(point, 'timeStamp') ?? '');
    if (typeof value !== 'number' || value < 0 || Number.isNaN(at))
      throw new UnreadableAnswer(OPERATION, `a value of ${metric} is no number at a time`);
    if (at >= since && at >= (newest?.at ?? 0)) newest = { tier: name, at, value };
  }
  return newest;
}

async function explained(reading: Promise<ArmBody>, account: string): Promise<ArmBody> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ServiceRefusal) || error.status !== 403) throw error;
    const cause = explainServiceError('arm', 403, error.serviceCode)?.cause ?? 'the caller may not';
    throw new EvidenceError(
      'NOT_AUTHORIZED',
      `${error.message}: ${cause}`,
      `grant Monitoring Reader or Reader on the storage account '${account}'`,
      { cause: error },
    );
  }
}

function noValues(account: string): EvidenceError {
  return new EvidenceError(
    'NOT_OBSERVABLE',
    `Azure Monitor has no capacity of '${account}' from the last ${LONGEST_DELAY_MS / DAY_MS} days`,
    'audit with another source; a new account has its first values within a day',
  );
}
