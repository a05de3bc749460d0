import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type EmulatorReady, parseEmulatorReady } from '../../contract';
import type { Emulator } from '../../emulator';

const ENTRY = path.resolve(__dirname, '../../dist/cli/dicom-lake.js');

/** The built command line running an emulator in a process of its own. */
export interface EmulatorProcess extends AsyncDisposable {
  /** As far as the helpers for clients need it. */
  readonly emulator: Emulator;
  /** Ends it as a crash would: nothing of it gets to run. */
  kill(): Promise<void>;
  /** Resident memory and its peak, in bytes. */
  memory(): { readonly now: number; readonly peak: number };
}

export async function startEmulatorProcess(...args: readonly string[]): Promise<EmulatorProcess> {
  const child = spawn(process.execPath, [ENTRY, 'emulator', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
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
    emulator: { ready, ca: readFileSync(ready.caPath, 'utf8') } as Emulator,
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

function memoryOf({ pid }: ChildProcess): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}
