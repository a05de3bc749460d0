import { isCollection, isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { nameProblem } from '../contract';
import { deploymentSchema, fileSchema, type DeploymentSettings } from './settings-schema';
import { sentencesOf, type SettingProblem } from './settings-problem';

export type SettingsResult =
  | { readonly ok: true; readonly deployments: ReadonlyMap<string, DeploymentSettings> }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a settings file, YAML or JSON. Names every problem at once, each with its line, the setting, what it must be
 * and what was found. A key that is no setting is a problem too.
 *
 * @param name of the file, for the problems
 * @param environment ARM_TENANT_ID and ARM_SUBSCRIPTION_ID stand in where the file does not say
 */
export function readSettings(text: string, name: string, environment: Environment = {}): SettingsResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
  if (document.errors.length > 0) {
    return { ok: false, problems: document.errors.map(({ message }) => `${name}: ${message.trim()}`) };
  }
  const { problems, deployments } = judge(document.toJS(), fallback(environment));
  if (problems.length === 0) return { ok: true, deployments };
  const located = problems.map(({ path, sentence }) => ({
    line: lineOf(document, path, lines),
    text: [settingName(path), sentence].filter((part) => part !== '').join(' '),
  }));
  return {
    ok: false,
    problems: located
      .sort((one, other) => (one.line ?? 0) - (other.line ?? 0))
      .map(({ line, text: problem }) => `${name}${line === undefined ? '' : `:${line}`}: ${problem}`),
  };
}

interface Judgement {
  readonly problems: readonly SettingProblem[];
  readonly deployments: ReadonlyMap<string, DeploymentSettings>;
}

function judge(json: unknown, standIns: Readonly<Record<string, string>>): Judgement {
  const file = fileSchema.safeParse(json, { reportInput: true });
  if (!file.success)
    return { problems: sentencesOf(file.error.issues, fileSchema, json), deployments: new Map() };
  const defaults = { ...standIns, ...file.data.defaults };
  const problems: SettingProblem[] = [];
  const deployments = new Map<string, DeploymentSettings>();
  for (const [name, own] of Object.entries(file.data.deployments)) {
    problems.push(...stackNameProblems(name));
    const merged = { ...defaults, ...own };
    const result = deploymentSchema.safeParse(merged, { reportInput: true });
    if (result.success) deployments.set(name, result.data);
    else
      problems.push(
        ...below(['deployments', name], sentencesOf(result.error.issues, deploymentSchema, merged)),
      );
  }
  if (Object.keys(file.data.deployments).length === 0) {
    problems.push({ path: ['deployments'], sentence: 'must name at least one deployment, got none' });
  }
  return { problems: [...problems, ...clashes(deployments)], deployments };
}

/** Names that Azure gives out once in the world cannot be made by two deployments. */
function clashes(deployments: ReadonlyMap<string, DeploymentSettings>): SettingProblem[] {
  return (['storageAccountName', 'workspaceName'] as const).flatMap((setting) => {
    const owners = new Map<string, string>();
    return [...deployments].flatMap(([name, settings]) => {
      const value = settings[setting];
      if (value === undefined) return [];
      const owner = owners.get(value);
      owners.set(value, owner ?? name);
      if (owner === undefined) return [];
      const sentence = `must be unique in all of Azure, got '${value}', which deployment '${owner}' makes already`;
      return [{ path: ['deployments', name, setting], sentence }];
    });
  });
}

/** The name of a deployment becomes the name of its stack, and of a folder. */
function stackNameProblems(name: string): SettingProblem[] {
  const problem = nameProblem('deployment', name);
  return problem === undefined ? [] : [{ path: ['deployments', name], sentence: problem }];
}

function fallback(environment: Environment): Record<string, string> {
  const { ARM_TENANT_ID: tenantId, ARM_SUBSCRIPTION_ID: subscriptionId } = environment;
  return {
    ...(tenantId === undefined || tenantId === '' ? {} : { tenantId }),
    ...(subscriptionId === undefined || subscriptionId === '' ? {} : { subscriptionId }),
  };
}

function below(prefix: SettingProblem['path'], problems: readonly SettingProblem[]): SettingProblem[] {
  return problems.map(({ path, sentence }) => ({ path: [...prefix, ...path], sentence }));
}

function settingName(path: SettingProblem['path']): string {
  return path.reduce<string>((name, step) => {
    if (typeof step === 'number') return `${name}[${step}]`;
    return name === '' ? step : `${name}.${step}`;
  }, '');
}

/** Line of the setting, or of the nearest thing around it that is there. */
function lineOf(
  document: Document.Parsed,
  path: SettingProblem['path'],
  lines: LineCounter,
): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const step = path[length - 1];
    const node = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && key.value === step)?.key
      : isCollection(parent)
        ? parent.get(step, true)
        : undefined;
    const range = (node as { readonly range?: readonly number[] } | undefined)?.range;
    if (range?.[0] !== undefined) return lines.linePos(range[0]).line;
  }
  return undefined;
}
