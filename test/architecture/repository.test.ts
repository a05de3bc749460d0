import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

test('the lockfile names no registry', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/);
});

test('every dependency is pinned to one version', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >;
  const ranges = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-r\.\d+)?$/.test(version),
  );
  expect(ranges).toEqual([]);
});

test('scripts of the documentation exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = ['README.md', 'CONTRIBUTING.md'].flatMap((file) =>
    Array.from(
      read(file).matchAll(/npm (?:run )?(demo|test|check|bench|build|docs|start)\b/g),
      ([, name]) => name ?? '',
    ),
  );
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('no tracked file names a path of somebody’s machine', () => {
  const files = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    { cwd: ROOT, encoding: 'utf8' },
  )
    .split('\0')
    .filter((file) => file !== '' && existsSync(path.join(ROOT, file)));
  const personal = /(?<![\w.])\/(?:home|Users|root)\/[a-z]/;
  const found = files.filter(
    (file) => file !== 'test/architecture/repository.test.ts' && personal.test(read(file)),
  );
  expect(found).toEqual([]);
});
