import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The built command line. */
export const CLI_PATH = path.resolve(__dirname, '../../dist/cli/dicom-lake.js');

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** @default - standard input is closed */
  readonly stdin?: string;
  /** Told of the process as soon as it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs the built command line, as a user would. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const child = spawn(process.execPath, [CLI_PATH, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], HOME: options.cwd, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined).end(options.stdin ?? '');
  options.onStart?.(child);
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (texts[stream] += text));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...texts }));
  });
}

/** Runs a verification that is killed once it deletes what it sent. */
export function killedWhileDeleting(args: readonly string[], cwd: string): Promise<CliResult> {
  return runCli(args, {
    cwd,
    onStart: (child) =>
      child.stderr?.on('data', (text: Buffer) => {
        if (text.includes('deleting what was sent')) child.kill('SIGKILL');
      }),
  });
}

/** A folder of its own for a test; disposing removes it. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const folder = mkdtempSync(path.join(tmpdir(), 'dicom-lake-test-'));
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
