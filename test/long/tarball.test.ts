import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dependencies, devDependencies, peerDependencies } from '../../package.json';
import { blocksOf } from '../support/docs/page';
import { installPackedProject, type PackedProject } from '../support/packed-project';

const { typescript, '@types/node': nodeTypes } = devDependencies;

/** The blocks of docs/extending.md that have a name. */
const PROGRAM = blocksOf('docs/extending.md').flatMap(({ file, code }) =>
  file === undefined ? [] : [[file, code] as const],
);

const MODULES = { esm: 'module', cjs: 'commonjs' } as const;

let project: PackedProject;

beforeAll(async () => {
  project = await installPackedProject([`typescript@${typescript}`, `@types/node@${nodeTypes}`]);
  for (const [folder, type] of Object.entries(MODULES)) {
    mkdirSync(path.join(project.folder, folder));
    write(`${folder}/package.json`, JSON.stringify({ type }));
    for (const [name, text] of PROGRAM) write(`${folder}/${name}`, text);
  }
}, 300_000);
afterAll(() => project[Symbol.dispose]());

test('the docs have a stack, checks, a reporter and a run', () => {
  expect(PROGRAM.map(([name]) => name)).toEqual(['stack.ts', 'checks.ts', 'chat-report.ts', 'run.ts']);
});

test('one copy of each peer is installed, and every dependency', async () => {
  const { stdout } = await project.run('npm', [
    'ls',
    '--all',
    '--parseable',
    ...Object.keys(peerDependencies),
  ]);
  const copies = stdout.trim().split('\n');
  expect(copies.map((folder) => path.relative(project.folder, folder)).sort()).toEqual(
    Object.keys(peerDependencies)
      .map((name) => `node_modules/${name}`)
      .sort(),
  );
  const listed = await project.run('npm', ['ls', ...Object.keys(dependencies)]);
  expect(listed.exitCode).toBe(0);
});

describe.each(Object.keys(MODULES))('the program of docs/extending.md as %s', (folder) => {
  test('has its types, the declarations of this package among them', async () => {
    await compile(folder, ['--module', 'node16', '--outDir', '.']);
  }, 120_000);

  test('synthesizes its stack by node alone', async () => {
    expect(await runNode(folder, 'stack.js')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const stack = readFileSync(
      path.join(project.folder, folder, 'cdktf.out/stacks/north/cdk.tf.json'),
      'utf8',
    );
    expect(JSON.parse(stack)).toHaveProperty('resource.azurerm_healthcare_dicom_service');
  });

  test('verifies with its checks and its reporter against the emulator', async () => {
    const { exitCode, stdout, stderr } = await runNode(folder, 'run.js');
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^NOT WELL: https:\/\/127\.0\.0\.1:\d+\/northhealth-images, \d{2} checks passed\nfail acme\/gateway-forwards: 3 images wait\n$/,
    );
    expect(exitCode).toBe(1);
  }, 120_000);
});

test('a bundler finds the types as well', async () => {
  await compile('esm', ['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit']);
}, 120_000);

test('the command line runs without the peers', async () => {
  for (const name of Object.keys(peerDependencies))
    await project.run('rm', ['-r', path.join('node_modules', name)]);
  const help = await project.run('npx', ['dicom-lake', 'verify', '--help']);
  expect(help).toMatchObject({ exitCode: 0, stderr: '' });
  const preflight = await project.run('npx', ['dicom-lake', 'preflight']);
  expect(preflight.stderr).toContain('dicom-lake preflight needs packages that are not installed');
  expect(preflight.exitCode).toBe(2);
});

function write(name: string, text: string): void {
  writeFileSync(path.join(project.folder, name), text);
}

async function compile(folder: string, options: readonly string[]): Promise<void> {
  const files = PROGRAM.map(([name]) => path.join(folder, name));
  const given = options.map((option) => (option === '.' ? folder : option));
  const args = ['tsc', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--types', 'node'];
  expect(await project.run('npx', [...args, ...given, ...files])).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: '',
  });
}

async function runNode(folder: string, script: string): ReturnType<PackedProject['run']> {
  return project.run('sh', ['-c', `cd ${folder} && exec "$0" "$1"`, process.execPath, script]);
}
