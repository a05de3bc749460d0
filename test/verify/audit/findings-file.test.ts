import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, FindingsFile } from '../../../verify';
import type { FoundFile } from '../../../verify/audit/model';
import { temporaryFolder } from '../../support/cli';
import { recordsOf } from '../../support/csv';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

let made = 0;
const newPath = (): string => path.join(folder.path, `findings-${(made += 1)}.csv`);
const textOf = (file: string): string => readFileSync(file, 'utf8');

function found(path: string, bytes = 1): FoundFile {
  return { finding: 'foreign', path, tier: 'Hot', bytes, modifiedAt: '2026-01-31T08:00:00.000Z' };
}

test('has a line for each file, which any reader of RFC 4180 gets back', () => {
  const file = newPath();
  const paths = [
    'AHDS/a.dcm',
    'a "quoted", comma\r\nand line',
    'grüße/\u{1f980}',
    '',
    '=1+1',
    '-1',
    '@x',
    '+1',
    '\tx',
  ];
  {
    using findings = FindingsFile.create(file);
    paths.forEach((name, index) => findings.add(found(name, index)));
  }
  expect(recordsOf(textOf(file))).toEqual(
    paths.map((name, index) => ({
      finding: 'foreign',
      tier: 'Hot',
      bytes: String(index),
      modifiedAt: '2026-01-31T08:00:00.000Z',
      path: /^[=@+\-\t]/.test(name) ? `'${name}` : name,
    })),
  );
});

test('has its header where nothing was found', () => {
  const file = newPath();
  FindingsFile.create(file)[Symbol.dispose]();
  expect(textOf(file)).toBe('finding,tier,bytes,modifiedAt,path\r\n');
});

test('is for its owner alone, also where it was there and longer', () => {
  const file = newPath();
  writeFileSync(file, 'x'.repeat(1000));
  chmodSync(file, 0o644);
  FindingsFile.create(file)[Symbol.dispose]();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(textOf(file)).not.toContain('x'.repeat(5));
  const fresh = newPath();
  FindingsFile.create(fresh)[Symbol.dispose]();
  expect(statSync(fresh).mode & 0o777).toBe(0o600);
});

test('keeps no more than a buffer to itself', () => {
  const file = newPath();
  using findings = FindingsFile.create(file);
  let added = 0;
  for (let index = 0; index < 5000; index += 1) {
    findings.add(found(`AHDS/${index}`.padEnd(200, 'x')));
    added += 200;
    expect(added - statSync(file).size).toBeLessThan(100_000);
  }
});

test('says how long it is, and so long it is', () => {
  const file = newPath();
  using findings = FindingsFile.create(file);
  findings.add(found('grüße'));
  expect(findings.position()).toBe(statSync(file).size);
  expect(textOf(file)).toContain('grüße\r\n');
  findings.add(found('more'));
  expect(findings.position()).toBe(statSync(file).size);
});

test('goes on from a position as if it had never been interrupted', () => {
  const [whole, resumed] = [newPath(), newPath()];
  {
    using findings = FindingsFile.create(whole);
    for (const name of ['ä', 'b', 'c']) findings.add(found(name));
  }
  let position: number;
  {
    using findings = FindingsFile.create(resumed);
    findings.add(found('ä'));
    position = findings.position();
    findings.add(found('lost on the way, and longer than what comes instead'));
  }
  {
    using findings = FindingsFile.resume(resumed, position);
    expect(findings.position()).toBe(position);
    for (const name of ['b', 'c']) findings.add(found(name));
  }
  expect(textOf(resumed)).toBe(textOf(whole));
});

describe('does not touch what is not the file of the checkpoint', () => {
  const header = 'finding,tier,bytes,modifiedAt,path\r\n';
  test.each<[string, string, number]>([
    ['a shorter one', header, header.length + 1],
    ['another one', 'name,value\r\n'.repeat(9), 36],
    ['one with a line that goes on there', `${header}foreign,Hot,1,x,abc\r\n`, header.length + 5],
    ['one at its beginning', header, 0],
  ])('%s', (_what, text, position) => {
    const file = newPath();
    writeFileSync(file, text);
    expect(() => FindingsFile.resume(file, position)).toThrow(ConfigError);
    expect(textOf(file)).toBe(text);
  });

  test('one that is gone', () => {
    const file = newPath();
    expect(() => FindingsFile.resume(file, 36)).toThrow(ConfigError);
    expect(existsSync(file)).toBe(false);
  });
});

test('a folder that is not there is an error of the system, in its words', () => {
  expect(() => FindingsFile.create(path.join(folder.path, 'no', 'file.csv'))).toThrow('ENOENT');
});
