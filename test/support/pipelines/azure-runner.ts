import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { install, type PipelineProject, type StepRun } from './project';

interface Step {
  readonly bash?: string;
  readonly task?: string;
  readonly publish?: string;
  readonly artifact?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly displayName?: string;
  readonly condition?: string;
}

interface Stage {
  readonly stage: string;
  readonly condition?: string;
  readonly jobs: readonly [
    {
      readonly steps?: readonly Step[];
      readonly strategy?: { readonly runOnce: { readonly deploy: { readonly steps: readonly Step[] } } };
    },
  ];
}

export interface StageRun {
  readonly result: 'Succeeded' | 'Failed' | 'Skipped';
  readonly steps: readonly StepRun[];
  readonly cwd: string;
}

export interface AzureRun {
  readonly 'Build.Reason': 'IndividualCI' | 'PullRequest' | 'Schedule';
  readonly 'Build.SourceBranch': string;
}

/**
 * Runs a pipeline as far as Azure DevOps is not needed for it: stages with their conditions, each in a checkout of its
 * own; steps of bash and of AzureCLI@2; artefacts, as copies.
 */
export async function runPipeline(
  project: PipelineProject,
  file: string,
  build: AzureRun,
): Promise<Readonly<Record<string, StageRun>>> {
  const { stages } = parse(readFileSync(file, 'utf8')) as { readonly stages: readonly Stage[] };
  const scheduled = String(build['Build.Reason'] === 'Schedule');
  const runs: Record<string, StageRun> = {};
  let before = true;
  for (const { stage, condition, jobs } of stages) {
    const results = Object.fromEntries(
      Object.entries(runs).map(([name, { result }]) => [`dependencies.${name}.result`, result]),
    );
    const known = { ...build, scheduled, ...results };
    if (!holds(condition, before, known)) {
      runs[stage] = { result: 'Skipped', steps: [], cwd: '' };
      continue;
    }
    const steps = jobs[0].steps ?? jobs[0].strategy?.runOnce.deploy.steps ?? [];
    runs[stage] = await runSteps(project, steps, known, project.checkOut());
    before = runs[stage].result === 'Succeeded';
  }
  return runs;
}

/** Runs a template of steps in a checkout that has what the job made before. */
export function runTemplate(
  project: PipelineProject,
  file: string,
  parameters: Readonly<Record<string, string>>,
  cwd: string,
): Promise<StageRun> {
  const text = readFileSync(file, 'utf8');
  const template = parse(text) as {
    readonly parameters: readonly { readonly name: string; readonly default?: string }[];
    readonly steps: readonly Step[];
  };
  const values = Object.fromEntries(
    template.parameters.map(({ name, default: value }) => [name, parameters[name] ?? value ?? '']),
  );
  const steps = JSON.parse(JSON.stringify(template.steps), (_key, value: unknown) =>
    typeof value === 'string'
      ? value.replaceAll(/\$\{\{ parameters\.(\w+) \}\}/g, (_all, name: string) => values[name] ?? '')
      : value,
  ) as readonly Step[];
  return runSteps(project, steps, {}, cwd);
}

type Known = Readonly<Record<string, string>>;

async function runSteps(
  project: PipelineProject,
  steps: readonly Step[],
  known: Known,
  cwd: string,
): Promise<StageRun> {
  const temporary = path.join(cwd, 'agent');
  install(path.join(temporary, 'dicom-lake/node_modules'));
  const ofTask = {
    AGENT_TEMPDIRECTORY: temporary,
    AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: '99999999-9999-9999-9999-999999999999',
    AZURESUBSCRIPTION_CLIENT_ID: '88888888-8888-8888-8888-888888888888',
    AZURESUBSCRIPTION_TENANT_ID: project.ready.tenantId,
  };
  const variables: Known = { 'System.AccessToken': 'a-token', ...known };
  const runs: StepRun[] = [];
  let succeeded = true;
  for (const step of steps) {
    if (!holds(step.condition, succeeded, known)) continue;
    const script = step.bash ?? (step.task === 'AzureCLI@2' ? step.inputs?.['inlineScript'] : undefined);
    if (script === undefined) succeeded = useArtifact(project, step, cwd) && succeeded;
    else if (!/^npm (ci|install)\b|install-terraform\.sh$/.test(script)) {
      const environment: Record<string, string> = {
        ...ofTask,
        SCHEDULED: variables['scheduled'] ?? '',
        DICOM_LAKE_DEPLOYMENT: '',
      };
      for (const [key, text] of Object.entries(step.env ?? {}))
        environment[key] = text.replaceAll(/\$\(([\w.]+)\)/g, (_all, name: string) => variables[name] ?? '');
      const ran = await project.run(cwd, { name: step.displayName ?? '', script, environment, flags: [] });
      runs.push(ran);
      if (ran.exitCode !== 0) succeeded = false;
    }
  }
  return { result: succeeded ? 'Succeeded' : 'Failed', steps: runs, cwd };
}

/** A condition of Azure Pipelines, with the few functions that are used. */
function holds(condition: string | undefined, succeeded: boolean, known: Known): boolean {
  const [, name = 'succeeded', inside = ''] = /^(\w+)\(([^]*)\)$/.exec(condition ?? 'succeeded()') ?? [];
  const parts = argumentsIn(inside);
  const rest = (): readonly boolean[] => parts.map((part) => holds(part, succeeded, known));
  const value = (text = ''): string => {
    const [, variable] = /^variables\['([^']+)'\]$/.exec(text) ?? [];
    return text.startsWith("'") ? text.slice(1, -1) : (known[variable ?? text] ?? '');
  };
  const functions: Readonly<Record<string, () => boolean>> = {
    succeeded: () => succeeded,
    always: () => true,
    canceled: () => false,
    not: () => !rest()[0],
    and: () => rest().every(Boolean),
    or: () => rest().some(Boolean),
    eq: () => value(parts[0]) === value(parts[1]),
  };
  const carryOut = functions[name];
  if (carryOut === undefined) throw new Error(`the condition '${condition ?? ''}' has an unknown function`);
  return carryOut();
}

function argumentsIn(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const letter of text) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += letter;
  }
  return part.trim() === '' ? parts : [...parts, part.trim()];
}

/** @returns whether the step may be taken as done */
function useArtifact(project: PipelineProject, step: Step, cwd: string): boolean {
  const kept = (name: string): string => path.join(project.folder, 'artifacts', name);
  if (step.publish !== undefined) {
    const source = path.join(cwd, step.publish);
    if (!existsSync(source)) return false;
    const target = kept(step.artifact ?? '');
    mkdirSync(target, { recursive: true });
    const isFile = path.extname(source) !== '';
    cpSync(source, isFile ? path.join(target, path.basename(source)) : target, { recursive: true });
  } else if (step.task === 'DownloadPipelineArtifact@2') {
    const source = kept(step.inputs?.['artifactName'] ?? '');
    if (!existsSync(source)) return false;
    cpSync(source, path.join(cwd, step.inputs?.['targetPath'] ?? ''), { recursive: true });
  }
  return true;
}
