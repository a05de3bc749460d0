import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { deployerCredential } from '../deployer-credential';
import { type EmulatorProcess, spawnEmulator } from '../emulator-process';
import { ArmTraffic } from './arm-traffic';
import { Chance } from './chance';
import { checkDicomFiles } from './dicom-files-check';
import { DicomTraffic } from './dicom-traffic';
import { LakeTraffic } from './lake-traffic';
import { Measurements, type OperationFigures } from './measurements';
import { auditState } from './state-audit';
import type { LoadSession, LoadTarget, Traffic } from './traffic';

const DICOM_CLIENTS = 6;
const LAKE_CLIENTS = 3;
const ARM_CLIENTS = 1;
const MEMORY_PERIOD_MS = 1_000;

export interface LoadOptions {
  /** The built `dicom-lake.js`. */
  readonly cliPath: string;
  /** Where the emulator keeps its state; empty at first. */
  readonly stateFolder: string;
  /** How long traffic goes on, without the checks in between. */
  readonly seconds: number;
  /** How often the emulator is killed in the middle of the traffic, at random moments. */
  readonly kills: number;
  readonly seed: number;
  /** Makes what the traffic needs, on a new emulator. */
  readonly deploy: (emulator: Pick<EmulatorProcess, 'ready' | 'ca'>) => Promise<LoadTarget>;
  readonly onProgress: (text: string) => void;
}

export interface MemorySample {
  /** Since the beginning. */
  readonly atSeconds: number;
  /** Starts again at 1 with every start of the emulator. */
  readonly run: number;
  readonly residentBytes: number;
}

export interface LoadReport {
  readonly seconds: number;
  readonly kills: number;
  readonly requests: number;
  readonly operations: readonly OperationFigures[];
  readonly memory: readonly MemorySample[];
  /** From the start of the process to its ready line, one for each restart. */
  readonly restartMs: readonly number[];
  /** What there was to compare at the end. */
  readonly checked: {
    readonly things: number;
    readonly changes: number;
    readonly contents: number;
  };
  /** Empty where everything acknowledged was there, and nothing else. */
  readonly problems: readonly string[];
}

/** Sends mixed traffic at full speed, kills the emulator in the middle of it, and checks what was acknowledged. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { cliPath, stateFolder, seconds, kills, onProgress } = options;
  const chance = new Chance(options.seed);
  const dicom = Array.from(
    { length: DICOM_CLIENTS },
    (_, at) => new DicomTraffic(`dicom-${at}`, chance.fork()),
  );
  const traffic: readonly Traffic[] = [
    ...dicom,
    ...Array.from({ length: LAKE_CLIENTS }, (_, at) => new LakeTraffic(`lake-${at}`, chance.fork())),
    ...Array.from({ length: ARM_CLIENTS }, (_, at) => new ArmTraffic(`load${at}w`, chance.fork())),
  ];
  const underLoad = new Measurements();
  const problems: string[] = [];
  const memory: MemorySample[] = [];
  const restartMs: number[] = [];
  const began = performance.now();
  let changes = 0;

  const start = (): Promise<EmulatorProcess> =>
    spawnEmulator(cliPath, ['--state', stateFolder, '--file-removal-seconds', '1'], {
      onError: (line) => problems.push(`the emulator says: ${line}`),
    });
  const restart = async (): Promise<EmulatorProcess> => {
    const from = performance.now();
    const restarted = await start();
    restartMs.push(performance.now() - from);
    return restarted;
  };
  let emulator = await start();
  try {
    const target = await options.deploy(emulator);
    for (const [round, roundSeconds] of roundsOf(seconds, kills, chance).entries()) {
      const isLast = round === kills;
      let isOver = false;
      connectAll(traffic, emulator, target, underLoad);
      const clients = traffic.map(async (client) => {
        try {
          while (!isOver) await client.step();
        } catch (error) {
          if (!isOver || isLast) problems.push(`under load: ${(error as Error).message}`);
        }
      });
      const end = performance.now() + roundSeconds * 1000;
      while (performance.now() < end) {
        await sleep(Math.min(MEMORY_PERIOD_MS, end - performance.now()));
        const residentBytes = emulator.memory().now;
        memory.push({ atSeconds: (performance.now() - began) / 1000, run: round + 1, residentBytes });
        onProgress(progressOf(underLoad.count, residentBytes, round, kills));
      }
      isOver = true;
      if (!isLast) {
        await emulator.kill();
        const { missing } = await auditState(stateFolder);
        problems.push(...missing.map((id) => `crash ${round + 1}: the content ${id} is needed and missing`));
        emulator = await restart();
      }
      await Promise.all(clients);
      onProgress(
        isLast ? 'checking everything' : `killed ${round + 1} of ${kills} times; checking everything`,
      );
      const session = connectAll(traffic, emulator, target, new Measurements());
      for (const client of traffic) problems.push(...(await client.check()));
      const files = await checkDicomFiles(session, dicom, Math.min(round + 1, kills) * DICOM_CLIENTS);
      problems.push(...files.problems);
      changes = files.changes;
    }
    // What nobody needs any more goes with the next start at the latest.
    await emulator.kill();
    emulator = await restart();
    await emulator.kill();
    const { missing, orphaned, contents } = await auditState(stateFolder);
    problems.push(...missing.map((id) => `the content ${id} is needed and missing`));
    problems.push(...orphaned.map((id) => `the content ${id} is kept and not needed`));
    return {
      seconds,
      kills,
      requests: underLoad.count,
      operations: underLoad.figures(seconds),
      memory,
      restartMs,
      checked: { things: traffic.reduce((sum, { size }) => sum + size, 0), changes, contents },
      problems,
    };
  } finally {
    await emulator.kill();
  }
}

function connectAll(
  traffic: readonly Traffic[],
  emulator: EmulatorProcess,
  target: LoadTarget,
  measurements: Measurements,
): LoadSession {
  const credential = deployerCredential(emulator);
  const session = { emulator, target, credential, measurements };
  for (const client of traffic) client.connect(session);
  return session;
}

/** Lengths of the rounds of traffic, in seconds: each but the last ends with a crash. */
function roundsOf(seconds: number, kills: number, chance: Chance): readonly number[] {
  const crashes = Array.from({ length: kills }, () => seconds * (0.1 + 0.8 * chance.fraction()));
  const ends = [...crashes.toSorted((a, b) => a - b), seconds];
  return ends.map((end, at) => end - (ends[at - 1] ?? 0));
}

function progressOf(requests: number, residentBytes: number, crashes: number, kills: number): string {
  const mebibytes = Math.round(residentBytes / 2 ** 20);
  return `${requests} requests, ${mebibytes} MiB resident, killed ${crashes} of ${kills} times`;
}
