import { parseDeploymentManifest, type DeploymentManifest } from '../contract';
import { ArgumentReader } from './argument-reader';
import { ArmClient, type ArmConnection } from './arm-client';
import { AZURERM_RESOURCES } from './azurerm-resources';
import type { Attributes, PreparedResource, ProviderSettings } from './prepared-resource';
import { referencesIn, resolveReferences, type Reference } from './expression';
import { readStackDocument, type StackDocument, type StackResource } from './stack-document';
import { StackError } from './stack-error';

export interface ApplyOptions {
  readonly connection: ArmConnection;
  readonly subscriptionId: string;
  readonly tenantId: string;
  /** Told before each resource is sent. */
  readonly progress?: (address: string, index: number, count: number) => void;
}

/**
 * Applies a synthesized stack to the Azure Resource Manager of an emulator, resource by resource in dependency
 * order, with the requests that the azurerm provider would make. Applying it again changes nothing.
 *
 * @param stack parsed cdk.tf.json
 * @returns the deployment manifest, read from the stack's output `manifest`
 * @throws StackError before anything is sent, where anything in the stack is not understood
 * @throws ArmError where Azure Resource Manager refuses a resource
 */
export async function applyStack(stack: unknown, options: ApplyOptions): Promise<DeploymentManifest> {
  const document = readStackDocument(stack, Object.keys(AZURERM_RESOURCES));
  const { subscriptionId, tenantId } = options;
  const provider = { subscriptionId, tenantId, major: document.azurermMajor };
  checkBeforeSending(document, provider);

  const arm = new ArmClient(options.connection);
  const applied = new Map<string, Attributes>();
  for (const [index, resource] of document.resources.entries()) {
    options.progress?.(resource.address, index, document.resources.length);
    const values = resolveReferences(resource.arguments, (reference) => valueOf(reference, applied));
    const send = prepare(resource, values as Readonly<Record<string, unknown>>, provider);
    applied.set(resource.address, await send(arm));
  }

  const output = resolveReferences(document.outputs['manifest'], (reference) => valueOf(reference, applied));
  const result = parseDeploymentManifest(output);
  if (!result.ok) throw new StackError(result.problems.map((problem) => `output 'manifest': ${problem}`));
  return result.manifest;
}

/** Prepares everything once with references still in place, so that what is not understood is known beforehand. */
function checkBeforeSending(document: StackDocument, provider: ProviderSettings): void {
  const problems = document.resources.flatMap((resource) => {
    try {
      prepare(resource, resource.arguments, provider);
      return [];
    } catch (error) {
      return error instanceof StackError
        ? error.problems
        : [`${resource.address}: ${(error as Error).message}`];
    }
  });
  const values = [...document.resources.map((resource) => resource.arguments), document.outputs];
  problems.push(...new Set(referencesIn(values).flatMap(unknownAttribute)));
  if (document.outputs['manifest'] === undefined) {
    problems.push(
      "the stack has no output 'manifest'; DicomLakeStack adds it, or output DicomLake.manifest()",
    );
  }
  if (problems.length > 0) throw new StackError(problems);
}

function prepare(
  resource: StackResource,
  values: Readonly<Record<string, unknown>>,
  provider: ProviderSettings,
): PreparedResource {
  const args = new ArgumentReader(resource.address, values);
  const prepared = AZURERM_RESOURCES[resource.type]?.prepare(args, provider);
  const unread = args.unread();
  if (prepared === undefined || unread.length > 0) {
    throw new StackError(unread.map((place) => `argument '${place}' is not understood by local apply`));
  }
  return prepared;
}

function unknownAttribute({ address, steps, text }: Reference): readonly string[] {
  const known = AZURERM_RESOURCES[address.slice(0, address.indexOf('.'))]?.attributes ?? [];
  const path = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  if (known.includes(path.slice(1))) return [];
  return [`'\${${text}}' asks for an attribute that local apply does not know; it knows ${known.join(', ')}`];
}

function valueOf(reference: Reference, applied: ReadonlyMap<string, Attributes>): unknown {
  const value = reference.steps.reduce<unknown>(
    (found, step) => (typeof found === 'object' && found !== null ? Reflect.get(found, step) : undefined),
    applied.get(reference.address),
  );
  if (value === undefined)
    throw new Error(`the answer for ${reference.address} lacks what '${reference.text}' asks for`);
  return value;
}
