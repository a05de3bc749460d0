import { referencesIn } from './expression';
import type { AzurermMajor } from './prepared-resource';
import { StackError } from './stack-error';

/** One resource of a synthesized stack. */
export interface StackResource {
  /** `{type}.{name}`, as references name it. */
  readonly address: string;
  readonly type: string;
  /** The arguments as synthesized: references unresolved, meta-arguments removed. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly dependsOn: readonly string[];
}

/** A synthesized stack, resources in an order in which each one comes after all it depends on. */
export interface StackDocument {
  readonly resources: readonly StackResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Major version of the azurerm provider that the stack asks for. @default 4 */
  readonly azurermMajor: AzurermMajor;
}

const UNDERSTOOD_SECTIONS = ['//', 'provider', 'resource', 'output', 'terraform'];
const META_ARGUMENTS = ['//', 'depends_on', 'lifecycle', 'provider'];
const REFUSED_META_ARGUMENTS = ['count', 'for_each', 'provisioner', 'connection'];

/**
 * Reads what cdktf wrote to `cdktf.out/stacks/{name}/cdk.tf.json`.
 *
 * @throws StackError naming every section, resource and expression that is not understood
 */
export function readStackDocument(json: unknown, knownTypes: readonly string[]): StackDocument {
  const problems: string[] = [];
  if (!isRecord(json) || !isRecord(json['resource'])) {
    throw new StackError([
      "the file holds no 'resource' section; give the cdk.tf.json that 'cdktf synth' wrote to cdktf.out/stacks/{name}/",
    ]);
  }
  for (const section of Object.keys(json)) {
    if (!UNDERSTOOD_SECTIONS.includes(section)) {
      problems.push(`section '${section}' is not understood; local apply reads resource and output`);
    }
  }

  const resources: StackResource[] = [];
  for (const [type, byName] of Object.entries(json['resource'])) {
    if (!knownTypes.includes(type)) {
      problems.push(
        `resource type '${type}' is not understood (${Object.keys(byName as object).join(', ')}); local apply knows ${knownTypes.join(', ')}`,
      );
      continue;
    }
    for (const [name, body] of Object.entries(byName as Record<string, Record<string, unknown>>)) {
      collect(problems, `${type}.${name}`, () => resources.push(readResource(type, name, body, problems)));
    }
  }

  const outputs: Record<string, unknown> = {};
  for (const [name, output] of Object.entries(
    (json['output'] ?? {}) as Record<string, { value?: unknown }>,
  )) {
    outputs[name] = output.value;
    collect(problems, `output '${name}'`, () =>
      checkReferences(`output '${name}'`, output.value, resources, problems),
    );
  }
  for (const { address, arguments: values, dependsOn } of resources) {
    collect(problems, address, () => checkReferences(address, values, resources, problems));
    const referred = referencesIn(values).map((reference) => reference.address);
    for (const dependency of dependsOn) {
      if (!referred.includes(dependency) && !resources.some((other) => other.address === dependency)) {
        problems.push(`${address} depends on '${dependency}', which is not in the stack`);
      }
    }
  }
  if (problems.length > 0) throw new StackError(problems);
  return { resources: inDependencyOrder(resources), outputs, azurermMajor: majorIn(json['terraform']) };
}

/** The first number of a version or a range of versions such as `>= 5.1.0, < 6.0.0`. */
function majorIn(terraform: unknown): AzurermMajor {
  const { azurerm } = { ...(terraform as TerraformSection | undefined)?.required_providers };
  return /\d+/.exec(azurerm?.version ?? '')?.[0] === '5' ? 5 : 4;
}

interface TerraformSection {
  readonly required_providers?: Readonly<Record<string, { readonly version?: string }>>;
}

function readResource(
  type: string,
  name: string,
  body: Readonly<Record<string, unknown>>,
  problems: string[],
): StackResource {
  const address = `${type}.${name}`;
  for (const key of REFUSED_META_ARGUMENTS) {
    if (key in body) problems.push(`${address} uses '${key}', which local apply does not understand`);
  }
  const values = Object.fromEntries(Object.entries(body).filter(([key]) => !META_ARGUMENTS.includes(key)));
  const explicit = (body['depends_on'] ?? []) as readonly string[];
  const implied = referencesIn(values).map((reference) => reference.address);
  return { address, type, arguments: values, dependsOn: [...new Set([...explicit, ...implied])] };
}

function checkReferences(
  place: string,
  value: unknown,
  resources: readonly StackResource[],
  problems: string[],
): void {
  for (const reference of referencesIn(value)) {
    if (!resources.some((resource) => resource.address === reference.address)) {
      problems.push(
        `${place}: '\${${reference.text}}' refers to '${reference.address}', which is not in the stack`,
      );
    }
  }
}

function inDependencyOrder(resources: readonly StackResource[]): readonly StackResource[] {
  const ordered: StackResource[] = [];
  const waiting = new Set(resources);
  while (waiting.size > 0) {
    const ready = [...waiting].filter((resource) =>
      resource.dependsOn.every((address) => ordered.some((done) => done.address === address)),
    );
    if (ready.length === 0) {
      const names = [...waiting].map((resource) => resource.address).join(', ');
      throw new StackError([`these resources wait for each other in a circle: ${names}`]);
    }
    for (const resource of ready) {
      ordered.push(resource);
      waiting.delete(resource);
    }
  }
  return ordered;
}

function collect(problems: string[], place: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    problems.push(`${place}: ${(error as Error).message}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
