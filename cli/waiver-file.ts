import { createHash } from 'node:crypto';
import { readWaivers, type WaiverFile } from '../verify';
import type { CommandContext } from './command-context';
import { parseYaml, readTextFile } from './json-file';

/**
 * Reads the waivers of `--waivers`.
 *
 * @param startedAt of the run that they are for, ISO 8601
 * @throws UsageError or ConfigError with everything that is wrong with the file
 */
export function readWaiverFile(context: CommandContext, file: string, startedAt: string): WaiverFile {
  const text = readTextFile(context, file, 'the waivers');
  return {
    waivers: readWaivers(parseYaml(text, file, 'the waivers'), file, startedAt),
    sha256: createHash('sha256').update(text).digest('hex'),
  };
}
