import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SystemClock } from '../../verify';
import { journalFilesBelow, journalledBelow } from '../support/journals';
import { runPipeline, runTemplate } from '../support/pipelines/azure-runner';
import { type GitHubEvent, type OnStep, runAction, runWorkflow } from '../support/pipelines/github-runner';
import {
  DEPLOYMENT,
  type PipelineProject,
  startPipelineProject,
  type StepRun,
} from '../support/pipelines/project';

/**
 * The pipelines as their files say, without their hosts: the steps of shell on the emulator, everything else as the
 * runners in test/support/pipelines take it. Terraform is the one of terraform.cjs.
 */
jest.setTimeout(180_000);

const WORKFLOW = 'pipelines/github/dicom-lake.yml';
const PIPELINE = 'pipelines/azure/azure-pipelines.yml';
const MAIN = 'refs/heads/main';
const PUSH: GitHubEvent = { event_name: 'push', ref: MAIN };
const NIGHTLY: GitHubEvent = { event_name: 'schedule', ref: MAIN };

let project: PipelineProject;
beforeAll(async () => {
  project = await startPipelineProject();
});
afterAll(() => project[Symbol.asyncDispose]());

/** Exit codes of steps by their names. */
function codesOf(steps: readonly StepRun[]): Readonly<Record<string, number | null>> {
  return Object.fromEntries(steps.map(({ name, exitCode }) => [name, exitCode]));
}

function resultsOf(runs: Readonly<Record<string, { readonly result: string }>>): readonly string[] {
  return Object.values(runs).map(({ result }) => result);
}

const artifact = (...names: readonly string[]): string => path.join(project.folder, 'artifacts', ...names);

async function expectNothingLeft(cwd: string): Promise<void> {
  expect(journalFilesBelow(path.join(cwd, 'out/verify/journal'))).toEqual([]);
  expect(await project.studies()).toBe('');
}

test('GitHub, main: plans, applies what was planned, verifies, and publishes the report', async () => {
  const { plan, apply, verify } = await runWorkflow(project, WORKFLOW, PUSH);
  expect(codesOf([...(plan?.steps ?? []), ...(apply?.steps ?? []), ...(verify?.steps ?? [])])).toEqual({
    'Plan and guard': 0,
    Apply: 0,
    Verify: 0,
    'Clean up': 0,
  });
  expect(verify?.result).toBe('success');
  expect(verify?.summary).toContain('0 failed, 0 inconclusive');
  for (const file of ['report.html', 'report.json', 'report.xml'])
    expect(existsSync(artifact('verify', file))).toBe(true);
  expect(readFileSync(artifact('verify/report.json'), 'utf8')).toContain('"profile": "full"');
  await expectNothingLeft(verify?.cwd ?? '');
});

test('GitHub, pull request: plans and guards, keeps no plan, and deploys nothing', async () => {
  const state = (): string => readFileSync(path.join(project.folder, 'state.json'), 'utf8');
  const before = state();
  rmSync(artifact(), { recursive: true });
  const { plan, apply, verify } = await runWorkflow(project, WORKFLOW, {
    event_name: 'pull_request',
    ref: 'refs/pull/1/merge',
  });
  expect([plan?.result, apply?.result, verify?.result]).toEqual(['success', 'skipped', 'skipped']);
  expect(state()).toBe(before);
  expect(existsSync(artifact())).toBe(false);
});

test('Azure DevOps, main: plans, applies, verifies, and publishes the report', async () => {
  const runs = await runPipeline(project, PIPELINE, {
    'Build.Reason': 'IndividualCI',
    'Build.SourceBranch': MAIN,
  });
  expect(Object.values(runs).map(({ steps }) => codesOf(steps))).toEqual([
    { 'Plan and guard': 0 },
    { Apply: 0 },
    { Verify: 0, 'Clean up': 0 },
  ]);
  expect(existsSync(artifact('verify/report.xml'))).toBe(true);
  await expectNothingLeft(runs['Verify']?.cwd ?? '');
});

test('Azure DevOps, nightly: plans and verifies, and applies nothing', async () => {
  const runs = await runPipeline(project, PIPELINE, {
    'Build.Reason': 'Schedule',
    'Build.SourceBranch': MAIN,
  });
  expect(resultsOf(runs)).toEqual(['Succeeded', 'Skipped', 'Succeeded']);
  await expectNothingLeft(runs['Verify']?.cwd ?? '');
});

test('azd: the hook before plans and guards, azd gets the same stack, the hook after verifies it', async () => {
  const cwd = project.checkOut();
  const hook = (name: string, environment: Readonly<Record<string, string>>): Promise<StepRun> =>
    project.run(cwd, { name, script: `hooks/${name}.sh`, environment, flags: [] });
  const before = await hook('preprovision', {
    AZURE_ENV_NAME: 'test',
    AZURE_SUBSCRIPTION_ID: project.ready.subscriptionId,
    AZURE_TENANT_ID: project.ready.tenantId,
  });
  expect(before).toMatchObject({ exitCode: 0 });
  const infra = path.join(cwd, 'out/infra');
  expect(readFileSync(path.join(infra, 'cdk.tf.json'), 'utf8')).toBe(
    readFileSync(path.join(cwd, 'out/plan/cdk.tf.json'), 'utf8'),
  );
  // What azd looks for before it leaves the state to the stack.
  expect(readFileSync(path.join(infra, 'backend.tf'), 'utf8')).toContain('backend "azurerm"');
  for (const file of ['main.tfvars.json', 'provider.conf.json'])
    expect(JSON.parse(readFileSync(path.join(infra, file), 'utf8'))).toEqual({});
  const after = await hook('postprovision', { manifest: JSON.stringify(project.manifest()) });
  expect(after).toMatchObject({ exitCode: 0 });
  await expectNothingLeft(cwd);
});

describe('the last step, wherever it runs', () => {
  const inputs = (): Readonly<Record<string, string>> => ({
    version: '0.1.0',
    environment: 'verify',
    'manifest-artifact': 'manifest',
    target: project.target,
    profile: 'quick',
  });

  /** A checkout that has the manifest, and the waivers where there are some. */
  function checkOut(waivers: string | undefined): string {
    const cwd = project.checkOut();
    mkdirSync(path.join(cwd, 'out'));
    writeFileSync(path.join(cwd, 'out/manifest.json'), JSON.stringify(project.manifest()));
    if (waivers !== undefined) writeFileSync(path.join(cwd, 'waivers.yaml'), waivers);
    return cwd;
  }

  async function everywhere(waivers?: string): Promise<readonly (readonly StepRun[])[]> {
    const cwds = [checkOut(waivers), checkOut(waivers), checkOut(waivers)] as const;
    const [action, template, hook] = await Promise.all([
      runAction(project, 'pipelines/github/verify/action.yml', inputs(), cwds[0]),
      runTemplate(project, 'pipelines/azure/verify.yml', inputs(), cwds[1]),
      project.run(cwds[2], {
        name: 'Verify',
        script: 'hooks/postprovision.sh',
        environment: { manifest: JSON.stringify(project.manifest()) },
      }),
    ]);
    for (const cwd of cwds) expect(journalFilesBelow(path.join(cwd, 'out/verify/journal'))).toEqual([]);
    return [action.steps, template.steps, [hook]];
  }

  test.each([
    ['arm/lifecycle-rule-archives', 1],
    ['dicom/no-token-accepted', 1],
    ['arm/reader-role-removed', 3],
  ])('%s: red with %i, and nothing is left', async (fault, code) => {
    expect(await project.setFault(fault)).toMatchObject({ exitCode: 0 });
    const runs = await everywhere();
    expect(await project.clearFaults()).toMatchObject({ exitCode: 0 });
    expect(runs.map(codesOf)).toEqual([
      { Verify: code, 'Clean up': 0 },
      { Verify: code, 'Clean up': 0 },
      { Verify: code },
    ]);
    expect(readFileSync(artifact('verify/report.json'), 'utf8')).toContain(
      code === 1 ? '"outcome": "fail"' : '"outcome": "inconclusive"',
    );
    expect(await project.studies()).toBe('');
  });

  test('waivers that cannot be used: red with 2, before anything is sent', async () => {
    const runs = await everywhere('- { check: tiers/files-online, reason: because }\n');
    expect(runs.map(codesOf)).toEqual([
      { Verify: 2, 'Clean up': 0 },
      { Verify: 2, 'Clean up': 0 },
      { Verify: 2 },
    ]);
    for (const [run] of runs) expect(run?.output).toContain('until');
  });

  test('a run that is killed: red, and the step after it deletes what was sent', async () => {
    const killed: string[] = [];
    const clock = new SystemClock();
    const kill = async (group: number, cwd: string): Promise<void> => {
      while (journalledBelow(path.join(cwd, 'out/verify/journal')).length === 0) await clock.sleep(5);
      process.kill(-group, 'SIGKILL');
      killed.push(cwd);
    };
    const onStep: OnStep = (name, group, cwd) => {
      if (name === 'Verify') void kill(group, cwd);
    };
    mkdirSync(artifact('manifest'), { recursive: true });
    writeFileSync(artifact('manifest', 'manifest.json'), JSON.stringify(project.manifest()));
    const event = { ...PUSH, inputs: inputs() };
    const { verify } = await runWorkflow(project, '.github/workflows/verify.yml', event, onStep);
    expect(killed).toEqual([verify?.cwd]);
    expect(verify?.result).toBe('failure');
    expect(codesOf(verify?.steps ?? [])).toEqual({ Verify: null, 'Clean up': 0 });
    expect(verify?.steps[1]?.output).toMatch(/^run .* has left nothing any more$/m);
    await expectNothingLeft(verify?.cwd ?? '');
  });
});

test('GitHub, nightly, with drift and a fault: both are red, and the report is published', async () => {
  project.settings({ test: { ...DEPLOYMENT, tags: { owner: 'somebody' } } });
  await project.setFault('lake/shared-key-on');
  const { plan, apply, verify } = await runWorkflow(project, WORKFLOW, NIGHTLY);
  await project.clearFaults();
  expect(codesOf([...(plan?.steps ?? []), ...(verify?.steps ?? [])])).toEqual({
    'Plan and guard': 1,
    Verify: 1,
    'Clean up': 0,
  });
  expect(apply?.result).toBe('skipped');
  expect(plan?.steps[0]?.output).toContain('error: drift: what is deployed differs from dicom-lake.yaml');
  expect(verify?.steps[0]?.output).toContain('Runbook: docs/runbook/');
  expect(readFileSync(artifact('verify/report.json'), 'utf8')).toContain('"profile": "quick"');
  await expectNothingLeft(verify?.cwd ?? '');
});

test('a plan that the guard refuses is red with 1 on each host, and is not applied', async () => {
  project.settings({ test: { ...DEPLOYMENT, dicomServiceName: 'others' } });
  const [gitHub, azure] = await Promise.all([
    runWorkflow(project, WORKFLOW, PUSH),
    runPipeline(project, PIPELINE, { 'Build.Reason': 'IndividualCI', 'Build.SourceBranch': MAIN }),
  ]);
  expect(resultsOf(gitHub)).toEqual(['failure', 'skipped', 'skipped']);
  expect(resultsOf(azure)).toEqual(['Failed', 'Skipped', 'Skipped']);
  for (const steps of [gitHub['plan']?.steps, azure['Plan']?.steps])
    expect(steps).toMatchObject([{ exitCode: 1, output: expect.stringContaining('INDEX_LOST') as string }]);
});

describe('a plan that cannot be made', () => {
  const TWO = {
    test: DEPLOYMENT,
    production: { ...DEPLOYMENT, workspaceName: 'hospital', storageAccountName: 'hospitallake' },
  };
  const { state, ...withoutState } = DEPLOYMENT;
  expect(state).toBeDefined();

  test.each([
    ['wrong settings', { test: { ...DEPLOYMENT, location: undefined } }, {}, 2, 'cannot be synthesized'],
    ['several deployments', TWO, {}, 2, 'set DICOM_LAKE_DEPLOYMENT to one of: production test'],
    [
      'an unknown deployment',
      TWO,
      { DICOM_LAKE_DEPLOYMENT: 'prod' },
      2,
      "there is no deployment 'prod'; set DICOM_LAKE_DEPLOYMENT to one of: production test",
    ],
    ['a state on this machine', { test: withoutState }, {}, 2, "give it 'state' in dicom-lake.yaml"],
    ['Terraform fails', { test: DEPLOYMENT }, { PIPELINE_TERRAFORM_FAILS: 'plan' }, 3, 'was made to fail'],
  ])('%s', async (_what, deployments, environment, exitCode, message) => {
    project.settings(deployments);
    const ids = { ARM_TENANT_ID: project.ready.tenantId, ARM_SUBSCRIPTION_ID: project.ready.subscriptionId };
    const script = 'bash node_modules/dicom-lake/pipelines/steps/plan.sh';
    const cwd = project.checkOut();
    const run = await project.run(cwd, { name: 'Plan', script, environment: { ...ids, ...environment } });
    expect(run).toMatchObject({ exitCode, output: expect.stringContaining(message) as string });
    expect(existsSync(path.join(cwd, 'out/plan/plan.bin'))).toBe(false);
  });
});
