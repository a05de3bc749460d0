import { execFileSync } from 'node:child_process';
import { versionOf } from '../package-version';
import type { SectionOptions, SectionResult, Table } from '../section';
import { listingRuns, type ListingRun, type ListingWay } from './listing-bench';

/** Such as 100000 for a first look; making a million takes some minutes. */
const FILES = Number(process.env['BENCH_FILES'] ?? 1_000_000);
/** As a yardstick for memory, which must not grow with the files. */
const FEWER_FILES = FILES / 10;

const NAMES: Readonly<Record<ListingWay, string>> = {
  audit: 'dicom-lake audit',
  sdk: 'listBlobsFlat of the SDK',
  rclone: 'rclone lsf with tiers',
};

/** The audit of a lake by listing, beside what else lists a lake with tiers. */
export async function listingBench({ rounds, progress }: SectionOptions): Promise<SectionResult> {
  const few = await listingRuns(FEWER_FILES, rounds, progress);
  const many = await listingRuns(FILES, rounds, progress);
  return {
    tables: [tableOf(FEWER_FILES, few), tableOf(FILES, many)],
    notes: [
      'Each in a process of its own, against the emulator in another, on two cores: the client is measured together ' +
        'with a server that takes as long for a page as the audit. All find the same number of files in each tier. ' +
        'For all of them the emulator runs with a young generation of 64 MB: with its usual small one it would ' +
        'collect garbage for most of its time once it holds a million files.',
      'Memory is what the process had resident at its peak. The goals: a fifth of the time of the SDK, less than ' +
        'rclone, less than 300 MB whatever the number of files.',
      'The SDK asks for one page after another and makes a model of each entry; rclone likewise. The audit asks for ' +
        'several ranges of names at once, and reads the few texts it needs with a streaming parser.',
    ],
    peers: {
      '@azure/storage-blob': versionOf('@azure/storage-blob'),
      saxes: versionOf('saxes'),
      rclone: rcloneVersion(),
    },
  };
}

function tableOf(files: number, runs: readonly ListingRun[]): Table {
  const ways = (Object.keys(NAMES) as ListingWay[]).filter((way) => runs.some((run) => run.way === way));
  const of = (way: ListingWay, value: (run: ListingRun) => number): readonly number[] =>
    runs.filter((run) => run.way === way).map(value);
  return {
    title: `${files.toLocaleString('en-US')} files`,
    rows: [
      ...ways.map((way) => ({
        name: `${NAMES[way]}: time`,
        unit: 'ms' as const,
        runs: of(way, ({ outcome }) => outcome.milliseconds),
        ...(way === 'audit' ? {} : { base: `${NAMES.audit}: time` }),
      })),
      ...ways.map((way) => ({
        name: `${NAMES[way]}: memory`,
        unit: 'MB' as const,
        runs: of(way, ({ outcome }) => outcome.peakBytes / 1e6),
      })),
    ],
  };
}

function rcloneVersion(): string {
  try {
    return /^rclone (\S+)/.exec(execFileSync('rclone', ['version'], { encoding: 'utf8' }))?.[1] ?? 'unknown';
  } catch {
    return 'not installed';
  }
}
