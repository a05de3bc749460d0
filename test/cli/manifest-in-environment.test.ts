import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CliResult, runCli, temporaryFolder } from '../support/cli';
import { manifestFixture } from '../support/manifest';

const MANIFEST = manifestFixture();

/** Runs the command line with a manifest in the environment; `other.json` holds one of another resource group. */
async function run(args: readonly string[], variable: string): Promise<CliResult> {
  using folder = temporaryFolder();
  writeFileSync(
    path.join(folder.path, 'other.json'),
    JSON.stringify({ ...MANIFEST, resourceGroup: 'other' }),
  );
  return await runCli(args, { cwd: folder.path, env: { DICOM_LAKE_MANIFEST: variable } });
}

test('a manifest in DICOM_LAKE_MANIFEST is taken where nothing is named', async () => {
  const { exitCode, stdout, stderr } = await run(['manifest'], JSON.stringify(MANIFEST));
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual(MANIFEST);
});

test('a file that is named counts before it', async () => {
  const { stdout } = await run(['manifest', 'other.json'], JSON.stringify(MANIFEST));
  expect(JSON.parse(stdout)).toMatchObject({ resourceGroup: 'other' });
});

test.each([
  ['{"schemaVersion":', /error: the manifest 'DICOM_LAKE_MANIFEST' is not JSON: /],
  ['{}', /error: the deployment manifest in 'DICOM_LAKE_MANIFEST' cannot be used\n {2}- /],
  ['', /error: give the manifest of a deployment, or its names with --subscription/],
])('fails on %j in it', async (variable, message) => {
  const { exitCode, stderr } = await run(['verify'], variable);
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
});

test('names on the command line are asked for in its place', async () => {
  const { exitCode, stderr } = await run(['verify', '--workspace', 'hospital'], JSON.stringify(MANIFEST));
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringContaining('the names of the deployment are not complete'),
  ]);
});
