import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { dependencies, exports as entries } from '../../package.json';
import { temporaryFolder } from '../support/cli';
import { packTarball, type Tarball } from '../support/packed-project';

const ROOT = path.resolve(__dirname, '../..');

/** All that a user needs; whatever is not named here is not packed. */
const MAY_BE_PACKED = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
  /^dist\/(index|package)\.(js|d\.ts|json)$/,
  // What the public types lead to.
  /^dist\/(constructs|contract|emulator|stacks|verify)\/.+\.(js|d\.ts|json)$/,
  // What the command line runs.
  /^dist\/(cli|guards|local)\/.+\.js$/,
  /^dist\/examples\/minimal\/main\.js$/,
  // What reports and messages lead to.
  /^docs\/(?!releasing)[^/]+\.(md|schema\.json)$/,
  /^docs\/runbook\/[^/]+\.md$/,
  // What a project's pipeline runs, and init copies.
  /^pipelines\/(azd|azure|github|steps)\/[\w./-]+\.(sh|yml|yaml)$/,
];

let folder: ReturnType<typeof temporaryFolder>;
let tarball: Tarball;

beforeAll(async () => {
  folder = temporaryFolder();
  tarball = await packTarball(folder.path);
});
afterAll(() => folder[Symbol.dispose]());

test('the tarball holds what users need, and nothing else', () => {
  const { files } = tarball;
  expect(files.filter((file) => !MAY_BE_PACKED.some((rule) => rule.test(file)))).toEqual([]);
  const needed = [...Object.values(entries), 'dist/cli/dicom-lake.js', 'dist/examples/minimal/main.js']
    .flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)))
    .map((file) => path.posix.normalize(file));
  expect(needed.filter((file) => !files.includes(file))).toEqual([]);
});

test('nothing is packed that was built from a source that is gone', () => {
  const stale = tarball.files.filter((file) => {
    const source = path.join(ROOT, file.replace(/^dist\//, '')).replace(/(\.d\.ts|\.js)$/, '');
    return file.startsWith('dist/') && ![`${source}.ts`, source].some(existsSync);
  });
  expect(stale).toEqual([]);
});

test('the tarball is small: 1.0 MB, 4.0 MB unpacked', () => {
  expect(tarball.size).toBeLessThan(1.2e6);
  expect(tarball.unpackedSize).toBeLessThan(4.5e6);
});

test('every dependency is used by what is packed, and nothing is used that is none', () => {
  const used = new Set<string>(
    tarball.files
      .filter((file) => /^dist\/.+\.(js|d\.ts)$/.test(file))
      .flatMap((file) => packagesIn(readFileSync(path.join(ROOT, file), 'utf8'))),
  );
  const { peerDependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    peerDependencies: Readonly<Record<string, string>>;
  };
  // The application that init writes asks for the kit itself.
  used.delete('dicom-lake');
  expect([...used].sort()).toEqual(Object.keys({ ...dependencies, ...peerDependencies }).sort());
});

test('both module systems find code and types of every entry', () => {
  const linter = path.join(__dirname, 'lint-tarball.mjs');
  const found = JSON.parse(execFileSync(process.execPath, [linter, tarball.file], { encoding: 'utf8' })) as {
    readonly publint: readonly unknown[];
  };
  expect(found).toEqual({
    publint: [],
    types: 'included',
    entrypoints: ['.', './contract', './emulator', './verify', './package.json'],
    problems: [],
  });
});

/** Packages that a file asks for, in any way in which ours do. */
function packagesIn(text: string): readonly string[] {
  const asked =
    /(?:\b(?:require(?:\.resolve)?|import)\(|\bfrom )["']((?:@[a-z0-9.-]+\/)?[a-z0-9][a-z0-9.-]*)(?:\/[^"']*)?["']/g;
  return Array.from(text.matchAll(asked), ([, name]) => name ?? '');
}
