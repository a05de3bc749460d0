import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type CliResult, temporaryFolder } from './cli';

const ROOT = path.resolve(__dirname, '../..');
const run = promisify(execFile);

/** Nothing that packages bring is run, and the registry is asked only for what the cache lacks. */
export const INSTALL_OPTIONS = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];

/** What `npm publish` would upload. */
export interface Tarball {
  readonly file: string;
  /** Bytes, packed. */
  readonly size: number;
  readonly unpackedSize: number;
  /** Paths in the package. */
  readonly files: readonly string[];
}

/** Packs what was built last into a folder. */
export async function packTarball(folder: string): Promise<Tarball> {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: ROOT, maxBuffer: 16 * 2 ** 20 });
  const [packed] = JSON.parse(stdout) as [
    { filename: string; size: number; unpackedSize: number; files: readonly { path: string }[] },
  ];
  const { filename, size, unpackedSize, files } = packed;
  return { file: path.join(folder, filename), size, unpackedSize, files: files.map((file) => file.path) };
}

/** A project of somebody's own, with this package from its tarball and nothing of this tree; disposing removes it. */
export interface PackedProject extends Disposable {
  readonly folder: string;
  /** That it was installed from. */
  readonly tarball: string;
  /** Runs a command in its folder, such as `npx dicom-lake verify` or `node main.js`. */
  run(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CliResult>;
}

/**
 * Installs this package, as it was built last, into an empty folder. Whatever its packages would do while they are
 * installed is not done.
 *
 * @param packages to install beside it, such as `typescript@6.0.3`
 */
export async function installPackedProject(packages: readonly string[] = []): Promise<PackedProject> {
  const temporary = temporaryFolder();
  const folder = path.join(temporary.path, 'project');
  try {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const { file } = await packTarball(temporary.path);
    const project: PackedProject = {
      folder,
      tarball: file,
      run: (command, args, env = {}) => runIn(folder, command, args, env),
      [Symbol.dispose]: () => temporary[Symbol.dispose](),
    };
    // The cache of npm is that of the machine.
    const home = { HOME: process.env['HOME'] ?? folder };
    const installed = await project.run('npm', ['install', ...INSTALL_OPTIONS, file, ...packages], home);
    if (installed.exitCode !== 0) throw new Error(`npm install failed:\n${installed.stderr}`);
    return project;
  } catch (error) {
    temporary[Symbol.dispose]();
    throw error;
  }
}

async function runIn(
  cwd: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CliResult> {
  const options = { cwd, env: { PATH: process.env['PATH'], HOME: cwd, ...env }, maxBuffer: 16 * 2 ** 20 };
  try {
    return { exitCode: 0, ...(await run(command, args, options)) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number' || stdout === undefined || stderr === undefined) throw error;
    return { exitCode: code, stdout, stderr };
  }
}
