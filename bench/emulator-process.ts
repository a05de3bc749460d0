import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type EmulatorReady, parseEmulatorReady } from '../contract';
import { memoryOf } from './process-usage';

const READY_MESSAGE = 'The emulator is ready; Ctrl-C stops it.';

/** An emulator in a process of its own, as the built command line runs it. */
export interface EmulatorProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly ready: EmulatorReady;
  /** PEM text of the certificate authority that clients have to trust. */
  readonly ca: string;
  /** Ends it as a crash would: nothing of it gets to run. */
  kill(): Promise<void>;
  /** Resident memory and its peak, in bytes. */
  memory(): { readonly now: number; readonly peak: number };
}

/**
 * @param cliPath the built `dicom-lake.js`
 * @param args of `dicom-lake emulator`
 * @param options.onError told of each line on standard error, which tells of errors of the emulator's own
 * @param options.nodeArgs of Node itself, such as sizes of its heap
 */
export async function spawnEmulator(
  cliPath: string,
  args: readonly string[],
  {
    onError = (line) => process.stderr.write(`${line}\n`),
    nodeArgs = [],
  }: { readonly onError?: (line: string) => void; readonly nodeArgs?: readonly string[] } = {},
): Promise<EmulatorProcess> {
  const child = spawn(process.execPath, [...nodeArgs, cliPath, 'emulator', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line !== READY_MESSAGE) onError(line);
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [unknown];
  if (typeof line !== 'string') throw new Error(`the emulator ended at once, with ${String(line)}`);
  const ready = readyOf(line);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    child,
    ready,
    ca: readFileSync(ready.caPath, 'utf8'),
    kill,
    memory: () => memoryOf(child),
    [Symbol.asyncDispose]: kill,
  };
}

function readyOf(line: string): EmulatorReady {
  const parsed = parseEmulatorReady(JSON.parse(line));
  if (!parsed.ok) throw new Error('the emulator printed no ready line');
  return parsed.ready;
}
