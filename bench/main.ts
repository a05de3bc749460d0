import { cpus } from 'node:os';
import { orthancBench } from './orthanc-bench';
import { synthesisBench } from './synthesis';

const ROUNDS = 7;
/** Such as 10000, to see memory and searches with more than what is stored to measure; each takes 2 MB of disk. */
const SLICES = Number(process.env['BENCH_SLICES'] ?? 0);

async function main(): Promise<void> {
  const [cpu] = cpus();
  process.stdout.write(
    `Node ${process.version}, ${cpus().length} x ${cpu?.model ?? 'unknown'}; ${ROUNDS} rounds\n\n`,
  );
  process.stdout.write(`${await synthesisBench(ROUNDS)}\n`);
  process.stdout.write(`${await orthancBench(ROUNDS, SLICES)}\n`);
}

void main();
