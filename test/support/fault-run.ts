import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type FaultId, FAULTS } from '../../emulator';
import {
  connectionForEmulator,
  type EvidenceBundle,
  gatherEvidence,
  judgeEvidence,
  type Report,
} from '../../verify';
import { imageOf, WatchedClock } from '../emulator/faults/fault-bench';
import { temporaryFolder } from './cli';
import { dicomSender, multipartOf } from './dicom-http';
import { JSON_ACCEPT } from './dicom-service';
import { makeDicomReader } from './dicom-reader';
import { startTestEmulator } from './emulator';
import { SharedClock } from './shared-clock';
import type { Synthesized } from './synth';
import { ADDRESS_INSIDE, deploy } from './whole-deployment';

/** When a run stops asking. */
export const FAULT_RUN_SECONDS = 120;

/** Longer than a role may take until it counts, so that nobody waits for one. */
const OLD_MS = 1_000_000;
/** Longer than a health file counts as fresh. */
const STALE_MS = 100_000;
/** Longer than a file may be in the lake before its image is in the index. */
const SETTLED_MS = 700_000;
/** Told from every other wait by its length. */
const SLOW_MS = 1_021;

/** The report on a deployment with everything after some faults were set. */
export async function verifyWithFaults(
  stack: Synthesized,
  faults: readonly FaultId[],
  clientAddress?: string,
): Promise<Report> {
  return judgeEvidence(await gatherWithFaults(stack, faults, clientAddress));
}

/** What is seen of a deployment with everything after some faults were set, all on one clock that nobody waits for. */
export async function gatherWithFaults(
  stack: Synthesized,
  faults: readonly FaultId[],
  clientAddress: string = ADDRESS_INSIDE,
): Promise<EvidenceBundle> {
  const clock = new WatchedClock();
  // Whoever asks waits for the answer, so a slow one has to move the clock itself.
  clock.onWait = (delayMs) => {
    if (delayMs === SLOW_MS) void clock.advance(SLOW_MS);
  };
  await using emulator = await startTestEmulator({
    clock,
    clientAddress,
    fileRemovalPeriodMs: 5_000,
  });
  using folder = temporaryFolder();
  const manifest = await deploy(stack, emulator);
  const { serviceUrl, partitions } = manifest.dicomService;
  const send = await dicomSender(emulator, { serviceUrl }, 'verifier');
  const kept = await send(`/partitions/${partitions[0] ?? ''}/studies`, {
    method: 'POST',
    accept: JSON_ACCEPT,
    ...multipartOf([imageOf('kept')]),
  });
  if (kept.status !== 200) throw new Error(`the image to be kept was answered ${kept.status}: ${kept.text}`);
  const groupId = manifest.workspace.id.split('/providers/')[0] ?? '';
  const bearer = await makeDicomReader(emulator, { groupId, dicomServiceId: manifest.dicomService.id });
  const dicomFolder = path.join(folder.path, 'given');
  mkdirSync(dicomFolder);
  writeFileSync(path.join(dicomFolder, 'given.dcm'), imageOf('given'));
  await clock.advance(OLD_MS);
  for (const id of faults) await emulator.faults.set(id, parametersOf(id));
  await clock.advance(faults.includes('lake/foreign-file') ? SETTLED_MS : STALE_MS);
  return await gatherEvidence(
    {
      target: {
        kind: 'deployment',
        manifest,
        azure: { ...connectionForEmulator(emulator.ready, emulator.ca), reader: { bearer } },
      },
      journalFolder: path.join(folder.path, 'journal'),
      dicomFolder,
      profile: 'deep',
      deadlineSeconds: FAULT_RUN_SECONDS,
      limits: { fileRemovalMs: 20_000, healthWindowMs: 70_000 },
      version: '0.0.0',
    },
    { clock: new SharedClock(clock) },
  );
}

/** So that the fault meets what verify sends, and nothing waits in real time. */
function parametersOf(id: FaultId): Readonly<Record<string, string | number>> {
  const { parameters } = FAULTS.find((fault) => fault.id === id) ?? { parameters: {} };
  return {
    ...('file' in parameters ? { file: 'every' } : {}),
    ...('milliseconds' in parameters ? { milliseconds: SLOW_MS } : {}),
    ...('retryAfterSeconds' in parameters ? { retryAfterSeconds: 0 } : {}),
  };
}
