import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { temporaryFolder } from '../support/cli';

const ROOT = path.resolve(__dirname, '../..');

interface Job {
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

const WORKFLOW = parse(readFileSync(path.join(ROOT, '.github/workflows/release.yml'), 'utf8')) as {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<'test' | 'publish' | 'announce', Job>>;
};

describe('the workflow of a release', () => {
  test('runs for tags only, each job with no more than it needs', () => {
    const { on, permissions, jobs } = WORKFLOW;
    expect({ on, permissions }).toEqual({ on: { push: { tags: ['v*'] } }, permissions: {} });
    expect(Object.entries(jobs).map(([name, job]) => [name, job.permissions])).toEqual([
      ['test', { contents: 'read' }],
      ['publish', { contents: 'read', 'id-token': 'write' }],
      ['announce', { contents: 'write' }],
    ]);
  });

  test('takes actions as they were at one commit', () => {
    const used = Object.values(WORKFLOW.jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });

  test('publishes what passed everything, and nothing else', () => {
    const { test: tested, publish, announce } = WORKFLOW.jobs;
    expect(tested.steps.map(({ run }) => run)).toContain('.ci/run');
    expect([publish.needs, announce.needs]).toEqual(['test', 'publish']);
    expect(publish.environment).toBe('npm');
    const publishing = publish.steps.flatMap(({ run }) =>
      run?.includes('npm publish') === true ? [run] : [],
    );
    expect(publishing).toEqual(['npm publish out/release/dicom-lake-*.tgz']);
  });
});

describe('the notes of a release', () => {
  const CHANGELOG =
    '# Changelog\n\n## [Unreleased]\n\n- later\n\n## [1.2.3] - 2026-12-01\n\n### Added\n\n- this\n\n## [1.2.2] - 2026-11-01\n';

  test.each([
    ['1.2.3', { status: 0, stdout: '### Added\n\n- this\n' }],
    ['1.2.2', { status: 1, stdout: '' }],
    ['1.2', { status: 1, stdout: '' }],
  ])('of %s are its section of the changelog, and there must be one', (version, expected) => {
    using folder = temporaryFolder();
    mkdirSync(path.join(folder.path, '.ci'));
    cpSync(path.join(ROOT, '.ci/release-notes'), path.join(folder.path, '.ci/release-notes'));
    writeFileSync(path.join(folder.path, 'CHANGELOG.md'), CHANGELOG);
    expect(run(path.join(folder.path, '.ci/release-notes'), version)).toEqual(expected);
  });
});

function run(script: string, version: string): { readonly status: number; readonly stdout: string } {
  try {
    return { status: 0, stdout: execFileSync(script, [version], { encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    return { status, stdout };
  }
}
