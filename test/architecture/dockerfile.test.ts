import { readFileSync } from 'node:fs';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { imageProblems, readDockerfile } from '../support/dockerfile';

const ROOT = path.resolve(__dirname, '../..');
const DOCKERFILE = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8');

test('the Dockerfile is without fault to the linter', () => {
  expect(validate(DOCKERFILE)).toEqual([]);
});

test('the image is pinned, runs as nobody in particular, and gets signals', () => {
  expect(imageProblems(DOCKERFILE)).toEqual([]);
});

test.each([
  [
    'node:22.23.3-bookworm-slim',
    'node:latest',
    "FROM must name a version down to the patch, or a digest, got 'node:latest'",
  ],
  [
    'node:22.23.3-bookworm-slim',
    'node:22-slim',
    "FROM must name a version down to the patch, or a digest, got 'node:22-slim'",
  ],
  [
    'USER 1000:1000',
    'USER node',
    "USER must be a number other than 0, for runAsNonRoot, got 'node' on node:22.23.3-bookworm-slim",
  ],
  [
    'USER 1000:1000',
    'USER 0',
    "USER must be a number other than 0, for runAsNonRoot, got '0' on node:22.23.3-bookworm-slim",
  ],
  [
    'USER 1000:1000',
    '',
    "USER must be a number other than 0, for runAsNonRoot, got 'none' on node:22.23.3-bookworm-slim",
  ],
  [
    /^ENTRYPOINT .*$/m,
    'ENTRYPOINT node dicom-lake.js',
    'ENTRYPOINT must be in exec form: a shell would keep signals',
  ],
  ['CMD ["--help"]', 'CMD ["--help"', 'CMD must be in exec form'],
  ['COPY . .', 'ADD . .', 'ADD must be COPY'],
  [
    ' --omit=dev --omit=peer --ignore-scripts',
    '',
    "RUN 'npm ci --no-audit --no-fund' must not run scripts of packages: --ignore-scripts",
  ],
  ['ENV NODE_ENV=production', 'ENV NPM_TOKEN=abc', "nothing may look like a secret, got 'NPM_TOKEN=abc'"],
])('with %p made %p it would be refused', (from, to, problem) => {
  expect([...new Set(imageProblems(DOCKERFILE.replace(from, to)))]).toEqual([problem]);
});

test('what runs has neither what builds it nor what deploys', () => {
  const packages = readDockerfile(DOCKERFILE).find(({ name }) => name === 'packages');
  expect(packages?.steps.at(-1)).toMatchObject({
    kind: 'run',
    command: expect.stringMatching(/^npm ci --omit=dev --omit=peer /) as string,
  });
});

test('folders of sources go into the build, and nothing else', () => {
  const { include } = JSON.parse(readFileSync(path.join(ROOT, 'tsconfig.build.json'), 'utf8')) as {
    readonly include: readonly string[];
  };
  const allowed = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  const folders = include.filter((one) => one !== 'bench');
  expect(allowed.sort()).toEqual(['*', ...[...files, ...folders].map((one) => `!${one}`)].sort());
});
