import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { memoryOf, processorTimeOf } from './process-usage';

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
  return { peakMemory: () => memoryOf(child).peak / 2 ** 20, processorTime: () => processorTimeOf(child) };
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
