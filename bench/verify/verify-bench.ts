import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { DeploymentManifest } from '../../contract';
import { connectionForEmulator, exitCodeOf, verify } from '../../verify';
import { type EmulatorProcess, spawnEmulator } from '../emulator-process';
import type { Row, SectionOptions, SectionResult } from '../section';
import { deployStandardStack } from './deploy-standard-stack';
import { longestChainMs, observeRequests, repeatedReads } from './observed-requests';

const CLI_PATH = path.resolve(__dirname, '../../cli/dicom-lake.js');

interface VerifyRun {
  readonly wallMs: number;
  readonly chainMs: number;
  readonly requests: number;
  /** Distinct reads that were sent more than once. */
  readonly readAgain: number;
  /** Of those that were judged. */
  readonly checks: readonly string[];
}

/** Wall time of the profile quick against the requests that have to follow one another. */
export async function verifyBench({ rounds, progress }: SectionOptions): Promise<SectionResult> {
  await using emulator = await spawnEmulator(CLI_PATH, []);
  const manifest = await deployStandardStack(emulator);
  const runs: VerifyRun[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
    const run = await runOnce(emulator, manifest);
    if (round > 0) runs.push(run);
  }
  const checks = runs.at(-1)?.checks ?? [];
  progress(`${checks.length} checks, each alone`);
  const alone: Row[] = [];
  for (const check of checks) {
    const { requests } = await runOnce(emulator, manifest, [check]);
    alone.push({ name: check, unit: 'requests', runs: [requests] });
  }
  const chain = 'its longest chain of requests';
  return {
    tables: [
      {
        title: 'profile quick on the emulator',
        rows: [
          { name: 'wall time', unit: 'ms', runs: runs.map(({ wallMs }) => wallMs), base: chain },
          { name: chain, unit: 'ms', runs: runs.map(({ chainMs }) => chainMs) },
          { name: 'requests', unit: 'requests', runs: runs.map(({ requests }) => requests) },
          { name: 'reads sent again', unit: 'requests', runs: runs.map(({ readAgain }) => readAgain) },
        ],
      },
      { title: 'each check alone', rows: alone },
    ],
    notes: [
      'The standard profile, deployed; the emulator in a process of its own; connections and tokens are new in each ' +
        'run. The chain is the requests, each sent once the one before was answered, whose times add up to the most. ' +
        'The goal is 1.5 times the chain at most.',
      'What is read again is listed with its reasons in `test/verify/requests-of-a-run.test.ts`: what may have ' +
        'changed, such as the change feed after a store.',
      'A check alone asks for its evidence, and signs in: together they share both.',
    ],
    peers: {},
  };
}

/** @param only these checks. @default - all */
async function runOnce(
  emulator: EmulatorProcess,
  manifest: DeploymentManifest,
  only: readonly string[] = [],
): Promise<VerifyRun> {
  const journalFolder = mkdtempSync(path.join(tmpdir(), 'dicom-lake-bench-'));
  using observation = observeRequests();
  try {
    const start = performance.now();
    const report = await verify({
      target: { kind: 'deployment', manifest, azure: connectionForEmulator(emulator.ready, emulator.ca) },
      journalFolder,
      profile: 'quick',
      only,
      version: '0.0.0',
    });
    const wallMs = performance.now() - start;
    if (exitCodeOf(report) !== 0) throw new Error('the verification did not pass');
    const { requests } = observation;
    return {
      wallMs,
      chainMs: longestChainMs(requests),
      requests: requests.length,
      readAgain: repeatedReads(requests).length,
      checks: report.rows.filter(({ outcome }) => outcome !== 'not-applicable').map(({ id }) => id),
    };
  } finally {
    rmSync(journalFolder, { recursive: true, force: true });
  }
}
