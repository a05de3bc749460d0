import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What GitHub is given: workflows and the composite action. */
const WORKFLOWS = [
  'pipelines/github/dicom-lake.yml',
  '.github/workflows/ci.yml',
  '.github/workflows/verify.yml',
];
const ACTION = 'pipelines/github/verify/action.yml';
const FILES = [...WORKFLOWS, ACTION];

const read = (file: string): string => readFileSync(file, 'utf8');

/** What GitHub's own parser finds wrong. */
async function problemsIn(name: string, content: string): Promise<readonly string[]> {
  const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
  const { parseAction } = await import('@actions/workflow-parser/actions/action-parser');
  const parseFile = name === ACTION ? parseAction : parseWorkflow;
  const { context } = parseFile({ name, content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}

test.each(FILES)('%s is what GitHub takes, and a wrong word in it is seen', async (file) => {
  expect(await problemsIn(file, read(file))).toEqual([]);
  expect(await problemsIn(file, read(file).replace('steps:', 'stepps:'))).not.toEqual([]);
  expect(
    await problemsIn(file, read(file).replaceAll(/\$\{\{ (vars|inputs|github)\./g, '${{ nowhere.')),
  ).not.toEqual([]);
});

test.each(FILES)('%s uses actions of one commit, whose version stands beside it', (file) => {
  const uses = Array.from(read(file).matchAll(/uses: (.*)$/gm), ([, used]) => used ?? '');
  expect(uses.length).toBeGreaterThan(0);
  expect(uses.filter((used) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used))).toEqual([]);
});

test('the same action is of the same commit everywhere', () => {
  const commits = new Map<string, Set<string>>();
  for (const [, action = '', commit = ''] of FILES.map(read)
    .join('')
    .matchAll(/uses: ([^@\s]+)@(.*)$/gm))
    commits.set(action, (commits.get(action) ?? new Set()).add(commit));
  expect(commits.size).toBeGreaterThan(5);
  expect([...commits].filter(([, used]) => used.size > 1)).toEqual([]);
});

test.each(WORKFLOWS)('%s gives each job what it needs, and nothing to the others', (file) => {
  const { permissions, jobs } = parse(read(file)) as {
    readonly permissions: object;
    readonly jobs: Readonly<
      Record<
        string,
        {
          readonly permissions: Readonly<Record<string, string>>;
          readonly steps: readonly { readonly uses?: string }[];
        }
      >
    >;
  };
  expect(permissions).toEqual({});
  for (const job of Object.values(jobs)) {
    const uses = (action: string): boolean =>
      job.steps.some((step) => step.uses?.startsWith(`${action}@`) === true);
    const signsIn = uses('azure/login') || uses('hashicorp/setup-terraform');
    expect(job.permissions).toEqual({
      ...(uses('actions/checkout') ? { contents: 'read' } : {}),
      ...(signsIn ? { 'id-token': 'write' } : {}),
    });
  }
});

test.each(FILES)('%s has no secret, keeps no token, and puts no expression into a script', (file) => {
  const text = read(file);
  expect(text).not.toMatch(/secrets|password|client-secret/i);
  const checkouts = text.match(/uses: actions\/checkout@/g) ?? [];
  expect(text.match(/persist-credentials: false/g) ?? []).toHaveLength(checkouts.length);
  const document = JSON.stringify(parse(text));
  const scripts = Array.from(document.matchAll(/"run":"((?:[^"\\]|\\.)*)"/g), ([, script]) => script ?? '');
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
});

test('what publishes, cleans up or keeps runs whatever became of the steps before', () => {
  for (const file of ['pipelines/github/dicom-lake.yml', '.github/workflows/verify.yml', ACTION]) {
    const steps = Array.from(read(file).matchAll(/- name: (?:Clean up|Publish the report)\n\s+if: (.*)$/gm));
    expect(steps.map(([, condition]) => condition)).toEqual(['always()', 'always()']);
  }
});
