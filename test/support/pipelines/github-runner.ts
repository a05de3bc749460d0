import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { type Contexts, interpolate, type JobStatus, runsIf } from './github-expression';
import { install, type PipelineProject, type StepRun } from './project';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly shell?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly steps: readonly Step[];
}

export interface JobRun {
  readonly result: 'success' | 'failure' | 'skipped';
  /** The steps of shell that ran, without the installation of packages. */
  readonly steps: readonly StepRun[];
  readonly cwd: string;
  readonly summary: string;
}

/** What happened in a repository, as the contexts `github` and `inputs` tell it. */
export interface GitHubEvent {
  readonly event_name: 'pull_request' | 'push' | 'schedule' | 'workflow_dispatch';
  readonly ref: string;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** Told of each step of shell as it starts, with its group of processes and the folder that it is in. */
export type OnStep = (name: string, group: number, cwd: string) => void;

/**
 * Runs a workflow as far as GitHub is not needed for it: jobs in their order with conditions and expressions, each in a
 * checkout of its own; steps of shell; artefacts, as copies. Other actions and the installation of packages are left out.
 */
export async function runWorkflow(
  project: PipelineProject,
  file: string,
  event: GitHubEvent,
  onStep?: OnStep,
): Promise<Readonly<Record<string, JobRun>>> {
  const workflow = parse(readFileSync(file, 'utf8')) as {
    readonly env?: Readonly<Record<string, string>>;
    readonly jobs: Readonly<Record<string, Job>>;
  };
  const runs: Record<string, JobRun> = {};
  for (const [id, job] of Object.entries(workflow.jobs)) {
    const needs = [job.needs ?? []].flat();
    const contexts = contextsOf(project, event, needs, runs);
    const failed = needs.some((need) => runs[need]?.result !== 'success');
    if (await runsIf(job.if, contexts, failed ? 'failure' : 'success'))
      runs[id] = await runSteps(project, job.steps, { contexts, env: workflow.env ?? {}, onStep });
    else runs[id] = { result: 'skipped', steps: [], cwd: '', summary: '' };
  }
  return runs;
}

/** Runs the steps of a composite action in a checkout that has what the job made before. */
export async function runAction(
  project: PipelineProject,
  file: string,
  inputs: Readonly<Record<string, string>>,
  cwd: string,
): Promise<JobRun> {
  const action = parse(readFileSync(file, 'utf8')) as {
    readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
    readonly runs: { readonly steps: readonly Step[] };
  };
  const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? '']);
  const contexts: Contexts = { inputs: { ...(Object.fromEntries(defaults) as object), ...inputs } };
  return runSteps(project, action.runs.steps, { contexts, env: {}, cwd });
}

function contextsOf(
  project: PipelineProject,
  { event_name, ref, inputs = {} }: GitHubEvent,
  needs: readonly string[],
  runs: Readonly<Record<string, JobRun>>,
): Contexts {
  const repository = 'hospital/imaging';
  return {
    github: {
      event_name,
      ref,
      repository,
      event: { pull_request: { head: { repo: { full_name: repository } } } },
    },
    vars: {
      AZURE_TENANT_ID: project.ready.tenantId,
      AZURE_SUBSCRIPTION_ID: project.ready.subscriptionId,
      AZURE_CLIENT_ID: '88888888-8888-8888-8888-888888888888',
      DICOM_LAKE_DEPLOYMENT: '',
    },
    needs: Object.fromEntries(needs.map((need) => [need, { result: runs[need]?.result }])),
    inputs,
  };
}

interface Setting {
  readonly contexts: Contexts;
  readonly env: Readonly<Record<string, string>>;
  readonly onStep?: OnStep | undefined;
  /** @default - a new checkout */
  readonly cwd?: string;
}

async function runSteps(
  project: PipelineProject,
  steps: readonly Step[],
  { contexts, env, onStep, cwd = project.checkOut() }: Setting,
): Promise<JobRun> {
  const temporary = path.join(cwd, 'runner');
  install(path.join(temporary, 'dicom-lake/node_modules'));
  const summary = path.join(temporary, 'summary');
  const runs: StepRun[] = [];
  let status: JobStatus = 'success';
  for (const step of steps) {
    if (!(await runsIf(step.if, contexts, status))) continue;
    const { name = '', run, shell } = step;
    const environment: Record<string, string> = { RUNNER_TEMP: temporary, GITHUB_STEP_SUMMARY: summary };
    for (const [key, text] of Object.entries({ ...env, ...step.env }))
      environment[key] = await interpolate(text, contexts);
    if (run === undefined) {
      if (!(await useArtifact(project, step, contexts, cwd))) status = 'failure';
    } else if (!/^npm (ci|install)\b/.test(run)) {
      const flags = shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e'];
      const script = await interpolate(run, contexts);
      const ran = await project.run(cwd, { name, script, environment, flags }, (group) =>
        onStep?.(name, group, cwd),
      );
      runs.push(ran);
      if (ran.exitCode !== 0) status = 'failure';
    }
  }
  return {
    result: status === 'success' ? 'success' : 'failure',
    steps: runs,
    cwd,
    summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '',
  };
}

/** @returns whether the step may be taken as done */
async function useArtifact(
  project: PipelineProject,
  { uses = '', with: given = {} }: Step,
  contexts: Contexts,
  cwd: string,
): Promise<boolean> {
  const [action = ''] = uses.split('@');
  if (!/^actions\/(up|down)load-artifact$/.test(action)) return true;
  const name = await interpolate(String(given['name']), contexts);
  const kept = path.join(project.folder, 'artifacts', name);
  const files = path.join(cwd, String(given['path']));
  if (action === 'actions/download-artifact') {
    if (!existsSync(kept)) return false;
    cpSync(kept, files, { recursive: true });
    return true;
  }
  if (!existsSync(files)) return given['if-no-files-found'] !== 'error';
  const isFile = path.extname(files) !== '';
  const withHidden = given['include-hidden-files'] === true;
  mkdirSync(kept, { recursive: true });
  cpSync(files, isFile ? path.join(kept, path.basename(files)) : kept, {
    recursive: true,
    filter: (source) => withHidden || !path.basename(source).startsWith('.'),
  });
  return true;
}
