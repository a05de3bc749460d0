#!/usr/bin/env node
import { createColors } from 'picocolors';
import { runProgram } from './program';

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    if (name === 'SIGINT') process.stderr.write('\nStopping; press Ctrl-C again to give up at once.\n');
    interruption.abort(new Error(`stopped by ${name}`));
  });
}

void runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  workingDirectory: process.cwd(),
  environment: process.env,
  nodePath: process.execPath,
  // undefined, whatever its type says, where standard output is a file.
  color: (process.stdout.isTTY as boolean | undefined) === true && createColors().isColorSupported,
  signal: interruption.signal,
}).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(
      `This is a bug in dicom-lake; please report it.\n${String((error as Error).stack ?? error)}\n`,
    );
    process.exitCode = 70;
  },
);
