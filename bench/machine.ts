import { cpus, totalmem } from 'node:os';
import { SystemClock } from '../verify';

/** What it was measured on. */
export interface Machine {
  /** Day, such as 2026-11-26. */
  readonly date: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
}

export function thisMachine(): Machine {
  const [cpu] = cpus();
  return {
    date: new Date(new SystemClock().now()).toISOString().slice(0, 'yyyy-mm-dd'.length),
    node: process.version,
    cpu: cpu?.model ?? 'unknown processor',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
  };
}

export function machineText({ date, node, cpu, cores, memoryGb }: Machine): string {
  return `${date}, Node ${node}, ${cores} x ${cpu}, ${memoryGb} GB`;
}
