#!/usr/bin/env node
import type { Terminal } from './command-context';
import { runProgram } from './program';
import { runIdentity } from './run-identity';
import { wantsColor } from './wants-color';

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (interruption.signal.aborted) {
      process.stderr.write(
        '\nGave up. What verify has sent and not deleted, its next run or dicom-lake sweep deletes.\n',
      );
      process.exit(130);
    }
    // First, so that whoever draws on the terminal lets go of it.
    interruption.abort(new Error(`stopped by ${name}`));
    if (name === 'SIGINT')
      process.stderr.write('\nStopping and cleaning up; press Ctrl-C again to give up at once.\n');
  });
}

void runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  workingDirectory: process.cwd(),
  environment: process.env,
  nodePath: process.execPath,
  nodeVersion: process.versions.node,
  // undefined, whatever its type says, where standard output is a file.
  color: wantsColor(process.env, (process.stdout.isTTY as boolean | undefined) === true),
  ...((process.stderr.isTTY as boolean | undefined) === true ? { terminal: terminalOf(process.stderr) } : {}),
  signal: interruption.signal,
  identity: runIdentity(process),
}).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.exitCode = 70;
    return import('./bug-report.js').then(({ bugReport }) => {
      process.stderr.write(`This is a bug in dicom-lake; please report it.\n${bugReport(error)}\n`);
    });
  },
);

/** `rows` changes with the window. */
function terminalOf(stream: NodeJS.WriteStream & { readonly rows: number }): Terminal {
  return {
    get rows() {
      return stream.rows > 0 ? stream.rows : 24;
    },
    color: wantsColor(process.env, true),
  };
}
