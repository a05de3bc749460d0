import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { CliResult } from './cli';
import { INSTALL_OPTIONS, installPackedProject } from './packed-project';

/** A place for projects that have this package from its tarball, as it was built last. */
export interface PackedPlace extends Disposable {
  readonly folder: string;
  /** What a project of the place gives npm as the version of this package. */
  readonly packageSpec: string;
  /** `npm install` in the folder of a project. */
  install(project: string): Promise<void>;
  /**
   * Runs `npx PROGRAM ARGUMENTS` to its end, or until `isReady` says so of what it printed.
   *
   * @returns both outputs as they came
   */
  run(line: string, cwd: string, isReady?: (text: string) => boolean): Promise<PlacedRun>;
}

export interface PlacedRun extends Pick<CliResult, 'exitCode'> {
  readonly text: string;
  /** Stops what still runs. */
  stop(): Promise<void>;
}

export async function packedPlace(): Promise<PackedPlace> {
  const installed = await installPackedProject();
  const folder = path.dirname(installed.folder);
  return {
    folder,
    packageSpec: `file:${installed.tarball}`,
    install: async (project) => {
      await promisify(execFile)('npm', ['install', ...INSTALL_OPTIONS], { cwd: project });
    },
    run: (line, cwd, isReady) => {
      const [npx, program = '', ...args] = line.split(' ');
      const script = [cwd, installed.folder]
        .map((project) => path.join(project, 'node_modules/.bin', program))
        .find(existsSync);
      if (npx !== 'npx' || script === undefined) throw new Error(`no program for '${line}'`);
      return run(script, args, { home: folder, cwd, isReady });
    },
    [Symbol.dispose]: () => installed[Symbol.dispose](),
  };
}

function run(
  script: string,
  args: readonly string[],
  {
    home,
    cwd,
    isReady = () => false,
  }: {
    readonly home: string;
    readonly cwd: string;
    readonly isReady: ((text: string) => boolean) | undefined;
  },
): Promise<PlacedRun> {
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
