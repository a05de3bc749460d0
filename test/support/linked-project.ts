import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { CLI_PATH } from './emulator-process';
import { type CliResult, temporaryFolder } from './cli';

const ROOT = path.resolve(__dirname, '../..');
const MODULES = path.join(ROOT, 'node_modules');

/** What `npx` would run. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'dicom-lake': CLI_PATH,
  cdktf: path.join(MODULES, 'cdktf-cli/bundle/bin/cdktf'),
};

/** A place for projects in which this package is the tree that was built, linked in place of installed. */
export interface LinkedPlace extends Disposable {
  readonly folder: string;
  /** In place of `npm install` in the folder of a project. */
  install(project: string): void;
  /**
   * Runs `npx PROGRAM ARGUMENTS` to its end, or until `isReady` says so of what it printed.
   *
   * @returns both outputs as they came
   */
  run(line: string, cwd: string, isReady?: (text: string) => boolean): Promise<LinkedRun>;
}

export interface LinkedRun extends Pick<CliResult, 'exitCode'> {
  readonly text: string;
  /** Stops what still runs. */
  stop(): Promise<void>;
}

export function linkedPlace(): LinkedPlace {
  const temporary = temporaryFolder();
  return {
    folder: temporary.path,
    install: (project) => {
      const modules = path.join(project, 'node_modules');
      mkdirSync(modules);
      for (const name of ['cdktf', 'constructs', '@cdktf', 'cdktf-cli'])
        symlinkSync(path.join(MODULES, name), path.join(modules, name));
      symlinkSync(ROOT, path.join(modules, 'dicom-lake'));
    },
    run: (line, cwd, isReady) => run(temporary.path, line, cwd, isReady),
    [Symbol.dispose]: () => temporary[Symbol.dispose](),
  };
}

function run(
  home: string,
  line: string,
  cwd: string,
  isReady: (text: string) => boolean = () => false,
): Promise<LinkedRun> {
  const [npx, program = '', ...args] = line.split(' ');
  const script = PROGRAMS[program];
  if (npx !== 'npx' || script === undefined) throw new Error(`no program for '${line}'`);
  const child = spawn(process.execPath, [script, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: home, CI: '1', CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  return new Promise((resolve, reject) => {
    const closed = new Promise<number | null>((end) => child.on('close', end));
    const stop = async (): Promise<void> => {
      child.kill('SIGTERM');
      await closed;
    };
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        if (isReady(text)) resolve({ exitCode: null, text, stop });
      });
    child.on('error', reject);
    void closed.then((exitCode) => resolve({ exitCode, text, stop }));
  });
}
