import { cpus } from 'node:os';
import { synthesisBench } from './synthesis';

const ROUNDS = 7;

async function main(): Promise<void> {
  const [cpu] = cpus();
  process.stdout.write(
    `Node ${process.version}, ${cpus().length} x ${cpu?.model ?? 'unknown'}; ${ROUNDS} rounds\n\n`,
  );
  process.stdout.write(`${await synthesisBench(ROUNDS)}\n`);
}

void main();
