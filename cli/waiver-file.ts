import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { readWaivers, type WaiverFile } from '../verify';
import { type CommandContext, UsageError } from './command-context';
import { readTextFile } from './json-file';

/**
 * Reads the waivers of `--waivers`.
 *
 * @param startedAt of the run that they are for, ISO 8601
 * @throws UsageError or ConfigError with everything that is wrong with the file
 */
export function readWaiverFile(context: CommandContext, file: string, startedAt: string): WaiverFile {
  const text = readTextFile(context, file, 'the waivers');
  return {
    waivers: readWaivers(parsed(text, file), file, startedAt),
    sha256: createHash('sha256').update(text).digest('hex'),
  };
}

function parsed(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`the waivers '${file}' are neither YAML nor JSON: ${(error as Error).message}`);
  }
}
