import path from 'node:path';
import { spawnEmulator } from '../emulator-process';
import type { Row, SectionOptions, SectionResult } from '../section';
import { deployStandardStack } from './deploy-standard-stack';
import { longestChainMs, repeatedReads } from './observed-requests';
import { type ObservedRun, observedRun } from './observed-run';
import { requestsPerCheck } from './requests-per-check';

const CLI_PATH = path.resolve(__dirname, '../../cli/dicom-lake.js');

/** Wall time of the profile quick against the requests that have to follow one another. */
export async function verifyBench({ rounds, progress }: SectionOptions): Promise<SectionResult> {
  await using emulator = await spawnEmulator(CLI_PATH, []);
  const manifest = await deployStandardStack(emulator);
  const runs: ObservedRun[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
    const run = await observedRun(emulator, manifest);
    if (round > 0) runs.push(run);
  }
  const checks = runs.at(-1)?.checks ?? [];
  progress(`${checks.length} checks, each alone`);
  const alone = (await requestsPerCheck(emulator, manifest, checks)).map(({ check, requests }): Row => ({
    name: check,
    unit: 'requests',
    runs: [requests.length],
  }));
  const chain = 'its longest chain of requests';
  return {
    tables: [
      {
        title: 'profile quick on the emulator',
        rows: [
          { name: 'wall time', unit: 'ms', runs: runs.map(({ wallMs }) => wallMs), base: chain },
          { name: chain, unit: 'ms', runs: runs.map(({ requests }) => longestChainMs(requests)) },
          { name: 'requests', unit: 'requests', runs: runs.map(({ requests }) => requests.length) },
          {
            name: 'reads sent again',
            unit: 'requests',
            runs: runs.map(({ requests }) => repeatedReads(requests).length),
          },
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
