import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Linux counts the time of processes in hundredths of a second. */
const MILLISECONDS_PER_TICK = 10;

/**
 * Resident memory of a process, this one or a child, and its peak so far, in bytes. What getrusage(2) calls the peak is
 * that of the parent as well: it passes on to the child.
 */
export function memoryOf({ pid }: Pick<ChildProcess, 'pid'>): {
  readonly now: number;
  readonly peak: number;
} {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

/** Processor time that a process has taken so far, on all its threads, in milliseconds. */
export function processorTimeOf({ pid }: ChildProcess): number {
  const [, fields = ''] = readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(') ');
  const [user = NaN, system = NaN] = fields.split(' ').slice(11, 13).map(Number);
  return (user + system) * MILLISECONDS_PER_TICK;
}
