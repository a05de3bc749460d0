import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** Linux counts the time of processes in hundredths of a second. */
const MILLISECONDS_PER_TICK = 10;

/** A server under load, in a process of its own. */
export interface DicomwebServer extends AsyncDisposable {
  /** Root of the DICOMweb service, without a slash at the end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** PEM text, for https. */
  readonly ca?: string;
  /** The most that was resident so far, in MB. */
  peakMemory(): number;
  /** Processor time that it has taken so far, on all its threads, in milliseconds. */
  processorTime(): number;
}

export function usageOf(child: ChildProcess): Pick<DicomwebServer, 'peakMemory' | 'processorTime'> {
  return { peakMemory: () => peakMemoryOf(child), processorTime: () => processorTimeOf(child) };
}

function peakMemoryOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

function processorTimeOf({ pid }: ChildProcess): number {
  const [, fields = ''] = readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(') ');
  const [user = NaN, system = NaN] = fields.split(' ').slice(11, 13).map(Number);
  return (user + system) * MILLISECONDS_PER_TICK;
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
