import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { spawnEmulator } from '../emulator-process';
import { makeFileLake } from './file-lake';
import { inChild } from './in-child';
import type { ListingOutcome, ListingTask } from './listing-client';
import { rcloneListing } from './rclone-listing';

const CLI_PATH = path.resolve(__dirname, '../../cli/dicom-lake.js');
const CLIENT_PATH = path.resolve(__dirname, 'listing-client.js');
const PREFIX = 'AHDS/bench/dicom/images/';
/**
 * Room for what an answer allocates. The command line keeps the young generation of the emulator small; with gigabytes of
 * files on the heap each of its collections, 40 a second, walks the headers of all of them: the server would be measured,
 * and not the client.
 */
const NODE_ARGS = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

export type ListingWay = 'audit' | 'sdk' | 'rclone';

export interface ListingRun {
  readonly way: ListingWay;
  readonly outcome: ListingOutcome;
}

/**
 * Lists one lake of an emulator in every way, round by round; each in a process of its own. Fails where two ways do not
 * find the same.
 *
 * @param onRun told of every run as it ends
 */
export async function listingRuns(
  files: number,
  rounds: number,
  onRun: (text: string) => void,
): Promise<readonly ListingRun[]> {
  await using emulator = await spawnEmulator(CLI_PATH, [], { nodeArgs: NODE_ARGS });
  const lake = await makeFileLake(emulator, files, (made) => onRun(`${made} files made`));
  const { ready, ca } = emulator;
  const task = { ready, ca, manifest: lake.manifest, blobUrl: lake.blobUrl, prefix: PREFIX };
  const runs: ListingRun[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const way of hasRclone() ? WAYS : WAYS.filter((way) => way !== 'rclone')) {
      const outcome =
        way === 'rclone'
          ? await rcloneListing(lake, ca, PREFIX)
          : await inChild<ListingOutcome>(CLIENT_PATH, { ...task, way } satisfies ListingTask);
      onRun(
        `round ${round}, ${way}: ${(outcome.milliseconds / 1000).toFixed(1)} s, ${Math.round(outcome.peakBytes / 2 ** 20)} MiB`,
      );
      checkSame(runs[0]?.outcome ?? outcome, outcome, way);
      runs.push({ way, outcome });
    }
  }
  return runs;
}

const WAYS: readonly ListingWay[] = ['audit', 'sdk', 'rclone'];

function checkSame(first: ListingOutcome, outcome: ListingOutcome, way: ListingWay): void {
  const inOrder = ({ tiers }: ListingOutcome): string => JSON.stringify(Object.entries(tiers).sort());
  if (inOrder(first) !== inOrder(outcome))
    throw new Error(`${way} found ${inOrder(outcome)}, others ${inOrder(first)}`);
}

function hasRclone(): boolean {
  try {
    execFileSync('rclone', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
