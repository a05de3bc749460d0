import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ORTHANC_PLUGIN } from './orthanc-server';

/**
 * The DICOM service beside Orthanc. Orthanc listens on every interface and cannot be told otherwise, so that all of it,
 * load included, runs in a network namespace of its own. Answers why not where something is missing for that.
 *
 * @param slices how many are stored, at least, before they are asked for
 */
export async function orthancBench(rounds: number, slices: number): Promise<string> {
  const missing = whatIsMissing();
  if (missing !== undefined) return `DICOMweb beside Orthanc: skipped, ${missing}\n`;
  const entry = path.join(__dirname, 'orthanc-comparison.js');
  const comparison = [process.execPath, entry, String(rounds), String(slices)];
  const script = 'ip link set lo up && exec "$@"';
  const { stdout } = await promisify(execFile)('unshare', ['-n', 'sh', '-c', script, 'sh', ...comparison]);
  return stdout;
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
