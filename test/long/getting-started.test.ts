import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { type PackedPlace, packedPlace, type PlacedRun } from '../support/packed-place';

const PAGE = path.resolve(__dirname, '../../docs/getting-started.md');

/** A command of the page and what stands below it. */
const BLOCK = /```console\n\$ (.*)\n([^]*?)```/g;

jest.setTimeout(300_000);

let place: PackedPlace;
const running: PlacedRun[] = [];

beforeAll(async () => {
  place = await packedPlace();
});

afterAll(async () => {
  for (const run of running) await run.stop();
  place[Symbol.dispose]();
});

test('the page shows what its commands print, from an empty folder to a green verify', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const project = path.join(place.folder, 'imaging');
  const printed = new Map<string, string>();
  const codes: (readonly [string, number | null])[] = [];
  for (const [, line = ''] of page.matchAll(BLOCK)) {
    const isEmulator = line.includes(' emulator --ready-file');
    const cwd = existsSync(project) ? project : place.folder;
    const isInit = line.includes(' init ');
    const command = isInit ? `${line} --package ${place.packageSpec}` : line;
    const run = await place.run(command, cwd, (text) => isEmulator && text.endsWith('}\n'));
    if (isEmulator) running.push(run);
    else codes.push([line, run.exitCode]);
    printed.set(line, normal(run.text));
    if (isInit) await place.install(project);
  }
  expect(codes.filter(([, exitCode]) => exitCode !== 0)).toEqual([]);
  expect([...printed.keys()].map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual([
    'dicom-lake init',
    'cdktf synth',
    'dicom-lake emulator',
    'dicom-lake local',
    'dicom-lake verify',
    'dicom-lake emulator',
  ]);
  expect([...printed.values()].join('')).toMatch(/\n\d\d passed, 0 warned, 0 failed, 0 inconclusive, /);
  expect(readFileSync(path.join(project, 'out/verify.html'), 'utf8')).toContain('<html');
  const fresh = page.replace(
    BLOCK,
    (_block, line: string) => `\`\`\`console\n$ ${line}\n${printed.get(line) ?? ''}\`\`\``,
  );
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, fresh);
  expect(readFileSync(PAGE, 'utf8')).toBe(fresh);

  const again = await place.run(
    'npx dicom-lake verify manifest.json --emulator ready.json --profile quick --quiet',
    project,
  );
  expect(again.exitCode).toBe(1);
  expect(again.text).toMatch(/^FAIL {2}dicomweb\/instance-stored /m);
});

test('its application type-checks with the strictest settings', () => {
  const program = ts.createProgram([path.join(place.folder, 'imaging', 'main.js')], {
    allowJs: true,
    checkJs: true,
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [path.resolve(__dirname, '../../node_modules/@types')],
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
  });
  const messages = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  expect(messages).toEqual([]);
});

test('the demo takes its stack', async () => {
  const project = path.join(place.folder, 'imaging');
  const { text, exitCode } = await place.run(
    'npx dicom-lake demo --stack cdktf.out/stacks/emulator/cdk.tf.json',
    project,
  );
  expect(text).toContain(
    'The healthy deployment passed everything; the missing role was found and explained.',
  );
  expect(exitCode).toBe(0);
});

/** The same in every run: ports, times and sums that change with it are those of an example. */
function normal(text: string): string {
  return (
    text
      .replaceAll(/\u001b\[[\d;?]*[A-Za-z]/g, '')
      .replaceAll(
        /^\{"schemaVersion".*\}$/gm,
        '{"schemaVersion":3,"endpoints":{"arm":"https://127.0.0.1:40001", …}, …}',
      )
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:40004')
      .replaceAll(/in \d+\.\d s/g, 'in 1.0 s')
      // How much was there by then.
      .replaceAll(/\ball \d+ images\b/g, 'all 6 images')
      .replaceAll(/\bHot \d+\b/g, 'Hot 6')
      .replaceAll(/\bread \d+ times\b/g, 'read 4 times')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/g, '2026-01-01T09:00:00.000Z')
      .replaceAll(/\b[0-9a-f]{64}\b/g, '00000000…')
      .split('\n')
      .filter((line) => !/^\s*[⠀-⣿]/.test(line) && !/\[ERROR\]/.test(line))
      .join('\n')
      .trim()
      .concat('\n')
  );
}
