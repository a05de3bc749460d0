import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { parseEmulatorReady, type EmulatorReady } from '../contract';
import { type CommandContext, UsageError } from './command-context';

/** Parses a JSON file named by the user, relative to the working directory. */
export function readJsonFile(context: CommandContext, file: string, what: string): unknown {
  return parseJson(readTextFile(context, file, what), file, what);
}

/** @param file where the text is from, for the message */
export function parseJson(text: string, file: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(
      text.trim() === ''
        ? `${what} '${file}' is empty`
        : `${what} '${file}' is not JSON: ${whereItFails(error as Error)}`,
    );
  }
}

/** Parses a file of YAML, which JSON is as well, named by the user, relative to the working directory. */
export function readYamlFile(context: CommandContext, file: string, what: string): unknown {
  return parseYaml(readTextFile(context, file, what), file, what);
}

/** @param file where the text is from, for the message */
export function parseYaml(text: string, file: string, what: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`${what} '${file}' cannot be read as YAML or JSON: ${(error as Error).message}`);
  }
}

/** The parser's own message quotes the file, which may hold secrets. */
function whereItFails({ message }: Error): string {
  return message.split(/, (?:\.\.\.)?"/)[0] ?? '';
}

/** The ready file of a running emulator, with the certificate authority it names. */
export function readEmulatorReady(
  context: CommandContext,
  file: string,
): { readonly ready: EmulatorReady; readonly ca: string } {
  const what = 'the ready file of the emulator';
  const result = parseEmulatorReady(readJsonFile(context, file, what));
  if (!result.ok) throw new UsageError(`${what} '${file}' cannot be used`, result.problems);
  const ca = readTextFile(context, result.ready.caPath, 'the certificate authority of the emulator');
  return { ready: result.ready, ca };
}

const STANDARD_INPUT = 0;

/** Reads a file named by the user, relative to the working directory; `-` is standard input. */
export function readTextFile(context: CommandContext, file: string, what: string): string {
  try {
    return readFileSync(file === '-' ? STANDARD_INPUT : path.resolve(context.workingDirectory, file), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Windows says so where nothing is piped in.
    if (file === '-' && code === 'EOF') return '';
    const reason = {
      ENOENT: 'there is no such file',
      EISDIR: 'it is a folder',
      EACCES: 'it may not be read',
    }[code ?? ''];
    throw new UsageError(`${what} '${file}' cannot be read: ${reason ?? message}`);
  }
}
