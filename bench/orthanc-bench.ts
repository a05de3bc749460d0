import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ORTHANC_PLUGIN } from './orthanc-server';
import type { SectionOptions, SectionResult, Skipped } from './section';

/** Such as 10000, to see memory and searches with more than what is stored to measure; each takes 2 MB of disk. */
const SLICES = Number(process.env['BENCH_SLICES'] ?? 0);

/**
 * The DICOM service beside Orthanc. Orthanc listens on every interface and cannot be told otherwise, so that all of it,
 * load included, runs in a network namespace of its own. Answers why not where something is missing for that.
 */
export async function orthancBench({ rounds, progress }: SectionOptions): Promise<SectionResult | Skipped> {
  const skipped = whatIsMissing();
  if (skipped !== undefined) return { skipped };
  progress('stores, retrieves and searches, minutes of it');
  const entry = path.join(__dirname, 'orthanc-comparison.js');
  const comparison = [process.execPath, entry, String(rounds), String(SLICES)];
  const script = 'ip link set lo up && exec "$@"';
  const { stdout } = await promisify(execFile)('unshare', ['-n', 'sh', '-c', script, 'sh', ...comparison]);
  return JSON.parse(stdout) as SectionResult;
}

function whatIsMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root';
  if (!existsSync(ORTHANC_PLUGIN))
    return 'the Debian packages orthanc and orthanc-dicomweb are not installed';
  try {
    execFileSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no network namespace can be made (unshare -n, iproute2)';
  }
}
