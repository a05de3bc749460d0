import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { AZURERM_MAJORS } from '../../constructs';
import { temporaryFolder } from '../support/cli';
import { blocksOf } from '../support/docs/page';
import { everyDeployment, withoutVersions } from '../support/every-deployment';
import { EXAMPLES } from '../support/example';
import { INSTALL_OPTIONS, packTarball } from '../support/packed-project';

jest.setTimeout(300_000);

/** A project as a user has it: what docs/opentofu-and-cdktn.md has in package.json, brought by npm, and the examples. */
const project = temporaryFolder();

const PROFILES = `
import { synthesizeSettings } from 'dicom-lake';
const problems = synthesizeSettings(process.env['DICOM_LAKE_SETTINGS'] ?? '', process.env);
if (problems.length > 0) throw new Error(problems.join());
`;

beforeAll(async () => {
  const { file } = await packTarball(project.path);
  const manifest = blocksOf('docs/opentofu-and-cdktn.md').find(({ language }) => language === 'json');
  const { dependencies, ...others } = JSON.parse(manifest?.code ?? '') as { readonly dependencies: object };
  writeJson('package.json', {
    ...others,
    private: true,
    dependencies: { ...dependencies, 'dicom-lake': `file:${file}` },
  });
  await run('npm', ['install', ...INSTALL_OPTIONS]);
  for (const example of EXAMPLES) write(`${example}.ts`, asUserCode(example));
  write('every-profile.ts', PROFILES);
  write('under-own-name.ts', asUserCode('private-network').replace("from 'cdktf'", "from 'cdktn'"));
  writeJson('tsconfig.json', {
    compilerOptions: {
      module: 'node16',
      target: 'es2022',
      strict: true,
      rootDir: '.',
      outDir: 'js',
      types: ['node'],
      typeRoots: [path.resolve('node_modules/@types')],
    },
    include: ['*.ts'],
  });
  await run(process.execPath, [path.resolve('node_modules/typescript/bin/tsc'), '-p', '.']);
});

afterAll(() => {
  project[Symbol.dispose]();
});

test('npm installs CDK Terrain alone, under both names, and the bindings once', () => {
  const packages = ['cdktf', 'cdktn', '@cdktf/provider-azurerm'].map((folder) => {
    const file = path.join(project.path, 'node_modules', folder, 'package.json');
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    return `${String(name)} ${String(version)}`;
  });
  expect(packages).toEqual(['cdktn 0.24.0', 'cdktn 0.24.0', '@cdktn/provider-azurerm 16.1.0']);
  for (const folder of ['dicom-lake/node_modules/cdktf', '@cdktn/provider-azurerm'])
    expect(existsSync(path.join(project.path, 'node_modules', folder))).toBe(false);
});

test.each(AZURERM_MAJORS)(
  'every example and every profile synthesizes as under cdktf, for azurerm %s',
  async (major) => {
    const [before, moved] = await Promise.all([
      everyDeployment(major),
      everyDeployment(major, { mainOf: compiled }),
    ]);
    expect([...moved.keys()]).toEqual([...before.keys()]);
    for (const [name, stack] of moved) {
      expect(JSON.stringify(stack)).toContain('"0.24.0"');
      expect(withoutVersions(stack)).toEqual(withoutVersions(before.get(name) ?? stack));
    }
  },
);

test('an application that imports CDK Terrain under its own name as well synthesizes the same', async () => {
  const name = 'private-network/private-network';
  const mainOf = (application: string): string =>
    compiled(application === 'private-network' ? 'under-own-name' : application);
  const mixed = (await everyDeployment(4, { mainOf })).get(name);
  expect(mixed).toBeDefined();
  expect(mixed).toEqual((await everyDeployment(4, { mainOf: compiled })).get(name));
});

/** An example with the kit as a package. */
function asUserCode(example: string): string {
  return readFileSync(`examples/${example}/main.ts`, 'utf8').replace(
    /'(?:\.\.\/)+(?:constructs|stacks\/[\w-]+)'/g,
    "'dicom-lake'",
  );
}

function compiled(application: string): string {
  return path.join(project.path, 'js', `${application}.js`);
}

function write(name: string, text: string): void {
  writeFileSync(path.join(project.path, name), text);
}

function writeJson(name: string, value: object): void {
  write(name, JSON.stringify(value));
}

/** @throws Error with what the command printed, where it fails */
async function run(command: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(command, args, { cwd: project.path }).catch((error: unknown) => {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  });
}
