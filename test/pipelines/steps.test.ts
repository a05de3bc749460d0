import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { temporaryFolder } from '../support/cli';

const STEPS = path.resolve('pipelines/steps');
const SCRIPTS = readdirSync('pipelines', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.sh'))
  .map((name) => path.join('pipelines', name));

const missing =
  spawnSync('shellcheck', ['--version']).status === 0
    ? undefined
    : 'the Debian package shellcheck is not installed';
if (missing !== undefined && process.env['REQUIRE_PEERS'] === '1')
  throw new Error(`shellcheck was demanded, but ${missing}`);
const checked = missing === undefined ? test : test.skip;

checked('shellcheck finds nothing in the scripts', () => {
  expect(SCRIPTS.length).toBeGreaterThan(7);
  expect(spawnSync('shellcheck', SCRIPTS, { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stdout: '',
  });
  expect(spawnSync('shellcheck', ['-s', 'bash', '-'], { input: 'cp $1 x', encoding: 'utf8' }).status).toBe(1);
});

/** Every script that stands in YAML. */
function scriptsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'string' && ['run', 'bash', 'inlineScript'].includes(key) ? [inner] : scriptsIn(inner),
  );
}

checked.each([
  'pipelines/github/dicom-lake.yml',
  'pipelines/github/verify/action.yml',
  '.github/workflows/verify.yml',
  'pipelines/azure/azure-pipelines.yml',
  'pipelines/azure/verify.yml',
])('shellcheck finds nothing in the scripts of %s', (file) => {
  const scripts = scriptsIn(parse(readFileSync(file, 'utf8')));
  expect(scripts.length).toBeGreaterThan(1);
  for (const input of scripts) {
    // What is sourced is checked by itself; what env sets is not seen here.
    const excluded = '--exclude=SC1091,SC2154';
    expect(spawnSync('shellcheck', ['-s', 'bash', excluded, '-'], { input, encoding: 'utf8' }).stdout).toBe(
      '',
    );
  }
});

test('scripts may be run, but for the one that is sourced, and none has a feature of bash that macOS lacks', () => {
  const runnable = SCRIPTS.filter((file) => (statSync(file).mode & 0o111) !== 0);
  expect(SCRIPTS.filter((file) => !runnable.includes(file))).toEqual(['pipelines/azure/sign-in.sh']);
  for (const file of SCRIPTS)
    expect(readFileSync(file, 'utf8')).not.toMatch(/mapfile|readarray|declare -A|\$\{\w+,,/);
});

function runStep(name: string, cwd: string, environment: Readonly<Record<string, string>> = {}) {
  const { PATH = '' } = process.env;
  const { status, stdout, stderr } = spawnSync('bash', [path.join(STEPS, name)], {
    cwd,
    encoding: 'utf8',
    env: { PATH, HOME: cwd, ...environment },
  });
  return { status, output: stdout + stderr };
}

test.each([
  ['apply.sh', {}, 2, 'run plan.sh first'],
  ['verify.sh', {}, 2, "the manifest 'out/manifest.json' cannot be read"],
  ['verify.sh', { DICOM_LAKE_TARGET: '--subscription=4\n\n--workspace=w\n' }, 2, '--resource-group'],
  ['clean-up.sh', {}, 0, 'Nothing was sent.'],
])('%s with nothing to work on: %j', (name, environment, status, message) => {
  using folder = temporaryFolder();
  expect(runStep(name, folder.path, environment)).toEqual({
    status,
    output: expect.stringContaining(message) as string,
  });
});

test('the version of Terraform is the same on each host', () => {
  const files = ['pipelines/github/dicom-lake.yml', 'pipelines/azure/install-terraform.sh'];
  const versions = files.flatMap((file) =>
    Array.from(
      readFileSync(file, 'utf8').matchAll(/^\s*(?:terraform_)?version[:=] ?([\d.]+)$/gm),
      ([, found]) => found,
    ),
  );
  expect(versions.length).toBe(3);
  expect(new Set(versions).size).toBe(1);
});
