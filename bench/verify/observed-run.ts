import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { DeploymentManifest } from '../../contract';
import { connectionForEmulator, exitCodeOf, verify } from '../../verify';
import type { EmulatorProcess } from '../emulator-process';
import { type ObservedRequest, observeRequests } from './observed-requests';

export interface ObservedRun {
  /** Milliseconds. */
  readonly wallMs: number;
  readonly requests: readonly ObservedRequest[];
  /** Of those that were judged. */
  readonly checks: readonly string[];
}

/**
 * Verifies by the profile quick, with connections and tokens of its own, and tells what was asked.
 *
 * @param only these checks. @default - all
 * @throws Error where the verification does not pass
 */
export async function observedRun(
  emulator: Pick<EmulatorProcess, 'ready' | 'ca'>,
  manifest: DeploymentManifest,
  only: readonly string[] = [],
): Promise<ObservedRun> {
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
    return {
      wallMs,
      requests: observation.requests,
      checks: report.rows.filter(({ outcome }) => outcome !== 'not-applicable').map(({ id }) => id),
    };
  } finally {
    rmSync(journalFolder, { recursive: true, force: true });
  }
}
