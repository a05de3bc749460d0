import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Check, defineCheck } from '../../verify/model';
import { CHECKS, docsOf, PROBES, validated } from '../../verify/registry';
import { errorOf } from '../support/errors';

const VERIFY = path.resolve(__dirname, '../../verify');

function check(changes: Partial<Check> = {}): Check {
  const good = defineCheck({
    id: 'lake/something-true',
    title: 'something is true',
    failureTitle: 'something is untrue',
    why: 'because',
    severity: 'minor',
    needs: ['lake.health-file'],
    judge: () => ({ outcome: 'pass' }),
  });
  return { ...good, ...changes };
}

test('the ids of checks are unique', () => {
  const ids = CHECKS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every check lies where its id says, and none is forgotten', () => {
  const files = readdirSync(path.join(VERIFY, 'checks'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/(^|[/\\-])reading\.ts$/.test(file))
    .map((file) => file.split(path.sep).join('/').replace(/\.ts$/, ''));
  expect(CHECKS.map(({ id }) => id).sort()).toEqual(files.sort());
});

test('every probe lies in a file of its name, under its own key', () => {
  for (const [id, probe] of Object.entries(PROBES)) {
    expect(probe.id).toBe(id);
    expect(existsSync(path.join(VERIFY, 'probes', `${id.replaceAll('.', '-')}.ts`))).toBe(true);
  }
});

test('every probe serves a check', () => {
  const needed = new Set(CHECKS.flatMap(({ needs }) => needs));
  expect(Object.keys(PROBES).filter((id) => !needed.has(id as keyof typeof PROBES))).toEqual([]);
});

test('a check that needs a probe of deployments is for deployments only', () => {
  const wrong = CHECKS.filter(
    ({ target, needs }) => target !== 'deployment' && needs.some((id) => PROBES[id].target === 'deployment'),
  );
  expect(wrong.map(({ id }) => id)).toEqual([]);
});

test.each(CHECKS.map(({ id }) => id))('the page of checks has the section that %s links to', (id) => {
  const [page = '', anchor] = docsOf(id).split('#');
  const headings = readFileSync(path.resolve(VERIFY, '..', page), 'utf8').match(/^## .*$/gm) ?? [];
  const anchors = headings.map((heading) =>
    heading
      .slice(3)
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, ''),
  );
  expect(anchors).toContain(anchor);
});

describe('validated', () => {
  test('gives back good checks', () => {
    const checks = [check(), check({ id: 'lake/another' })];
    expect(validated(checks)).toBe(checks);
  });

  test.each<readonly [changes: Partial<Check>, problem: string]>([
    [{ id: 'healthFile' }, "'healthFile' is no id like topic/state-in-words"],
    [{ id: 'lake/health/file' }, "'lake/health/file' is no id like topic/state-in-words"],
    [{ id: 'Lake/Fresh' }, "'Lake/Fresh' is no id like topic/state-in-words"],
    [{ title: '' }, "'lake/something-true' lacks a text"],
    [{ failureTitle: '' }, "'lake/something-true' lacks a text"],
    [{ why: '' }, "'lake/something-true' lacks a text"],
    [{ needs: [] }, "'lake/something-true' needs no evidence"],
  ])('fails for %j', (changes, problem) => {
    expect(errorOf(() => validated([check(changes)]))).toEqual(new Error(problem));
  });

  test('fails with all problems at once', () => {
    expect(errorOf(() => validated([check({ why: '' }), check({ needs: [] })]))).toEqual(
      new Error(
        [
          "'lake/something-true' is given twice",
          "'lake/something-true' lacks a text",
          "'lake/something-true' is given twice",
          "'lake/something-true' needs no evidence",
        ].join('\n'),
      ),
    );
  });
});
