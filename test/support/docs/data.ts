import { parseAllDocuments } from 'yaml';
import { readAllowList } from '../../../guards';
import { readSettings } from '../../../stacks/settings-file';
import { deploymentSchema } from '../../../stacks/settings-schema';
import { readPriceBook, readTierPlan, readWaivers } from '../../../verify';
import { kitCommandProblem } from './kit-command';
import { commandProblem } from './known-programs';
import type { CodeBlock } from './page';
import { readShell } from './shell';

type Fields = Readonly<Record<string, unknown>>;
type Problems = readonly string[];

interface Kind {
  readonly name: string;
  /** Told by what is in it, so that the pages need no marks. */
  readonly is: (value: unknown) => boolean;
  /** Reads it as the product does, or as far as it names the product. */
  readonly problems: (value: unknown, text: string) => Problems | Promise<Problems>;
}

const KINDS: readonly Kind[] = [
  {
    name: 'settings (deployments)',
    is: has('deployments'),
    problems: (_value, text) => settingsProblems(text),
  },
  {
    name: 'waivers (a list with check)',
    is: lists('check'),
    problems: (value) => thrown(() => readWaivers(value, 'the waivers', `${earliestEnd(value)}T00:00:00Z`)),
  },
  {
    name: 'an allow list (a list with address)',
    is: lists('address'),
    problems: (value) => {
      const result = readAllowList(value);
      return result.ok ? [] : result.problems;
    },
  },
  {
    name: 'a tier plan (a list with basis)',
    is: lists('basis'),
    problems: (value) => thrown(() => readTierPlan(value, 'the plan')),
  },
  { name: 'prices (currency)', is: has('currency'), problems: (value) => thrown(() => readPriceBook(value)) },
  {
    name: 'Kubernetes (apiVersion) and Container Apps (properties)',
    is: (value) => has('apiVersion')(value) || has('properties')(value),
    problems: containerProblems,
  },
  {
    name: 'a pipeline, or steps or jobs of one (jobs, stages, steps, runs, hooks, uses, template)',
    is: (value) =>
      objectsIn(value).some((part) =>
        ['jobs', 'stages', 'steps', 'runs', 'hooks', 'uses', 'template'].some((key) => key in part),
      ),
    problems: scriptProblems,
  },
  { name: 'a part of package.json (dependencies)', is: has('dependencies'), problems: () => [] },
  {
    name: 'a part of a deployment in the settings',
    is: (value) => isFields(value) && Object.keys(value).every((key) => key in deploymentSchema.shape),
    problems: (value) => settingsProblems(JSON.stringify({ deployments: { part: value } })),
  },
];

/** What is wrong with a block of YAML or JSON. */
export async function dataProblems({ code, language }: CodeBlock): Promise<Problems> {
  const documents = parseAllDocuments(code, { prettyErrors: true });
  const problems: string[] = [];
  if (language === 'json') problems.push(...thrown(() => JSON.parse(code)));
  for (const document of documents) {
    if (document.errors.length > 0) {
      problems.push(...document.errors.map(({ message }) => message));
      continue;
    }
    const value: unknown = document.toJS();
    const kind = KINDS.find(({ is }) => is(value));
    problems.push(
      ...(kind === undefined
        ? [
            `nobody knows what it is: known are ${KINDS.map(({ name }) => name).join('; ')}. Add a kind to test/support/docs/data.ts`,
          ]
        : await kind.problems(value, code)),
    );
  }
  return problems;
}

/** Pages show parts of a file: what is missing may stand in the rest. */
function settingsProblems(text: string): Problems {
  const result = readSettings(text, 'the settings');
  return result.ok ? [] : result.problems.filter((problem) => !/ must be .*, got nothing$/.test(problem));
}

/** A container of the kit runs one of its commands, `watch` where the arguments name none. */
async function containerProblems(value: unknown): Promise<Problems> {
  const containers = objectsIn(value).filter(
    ({ image, args }) => /\bdicom-lake\b/.test(String(image)) && Array.isArray(args),
  );
  const problems = containers.map(async ({ args }) => {
    const words = (args as readonly unknown[]).map(String);
    if ((await kitCommandProblem(words)) === undefined) return [];
    const problem = await kitCommandProblem(['watch', ...words]);
    return problem === undefined ? [] : [`args of a container: ${problem}`];
  });
  return (await Promise.all(problems)).flat();
}

/** Scripts of GitHub Actions, Azure Pipelines and the Azure Developer CLI. */
async function scriptProblems(value: unknown): Promise<Problems> {
  const scripts = objectsIn(value)
    .flatMap(({ run, script, bash, inlineScript }) => [run, script, bash, inlineScript])
    .filter((script) => typeof script === 'string');
  return (await Promise.all(scripts.map((script) => shellProblems(script)))).flat();
}

/**
 * What is wrong with the commands of a script.
 *
 * @param functions that scripts before it define
 */
export async function shellProblems(script: string, functions: readonly string[] = []): Promise<Problems> {
  const { commands, functions: own, problems } = await readShell(script);
  const started = commands.filter(([name = '']) => ![...functions, ...own].includes(name));
  const wrong = await Promise.all(started.map(commandProblem));
  return [...problems, ...wrong.filter((problem) => problem !== undefined)];
}

function objectsIn(value: unknown): readonly Fields[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (!isFields(value)) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function has(key: string): (value: unknown) => boolean {
  return (value) => isFields(value) && key in value;
}

function lists(key: string): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.some(has(key));
}

function earliestEnd(waivers: unknown): string {
  return objectsIn(waivers)
    .map(({ until }) => String(until))
    .sort()[0] as string;
}

function thrown(read: () => unknown): Problems {
  try {
    read();
    return [];
  } catch (error) {
    const { message, problems = [] } = error as Error & { readonly problems?: Problems };
    return [[message, ...problems].join(': ')];
  }
}
