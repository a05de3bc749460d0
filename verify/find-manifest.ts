import { type DeploymentManifest, parseDeploymentManifest } from '../contract';
import { ConfigError } from './error';

/**
 * Finds the deployment manifest in parsed JSON: a manifest itself, the output of `terraform output -json` or of
 * `tofu output -json`, or the file of `cdktf deploy --outputs-file`.
 *
 * @param source names the JSON in errors
 * @param stack which stack, where the file has several
 * @throws ConfigError listing every problem
 */
export function findManifest(json: unknown, source: string, stack?: string): DeploymentManifest {
  const result = parseDeploymentManifest(candidate(json, source, stack));
  if (!result.ok)
    throw new ConfigError(`the deployment manifest in '${source}' cannot be used`, result.problems);
  return result.manifest;
}

function candidate(json: unknown, source: string, stack: string | undefined): unknown {
  if (!isRecord(json) || 'schemaVersion' in json) return json;
  const terraformOutput = json['manifest'];
  if (isRecord(terraformOutput) && 'value' in terraformOutput) return terraformOutput['value'];

  const stacks = Object.entries(json).flatMap(([name, outputs]) =>
    isRecord(outputs) && 'manifest' in outputs ? [[name, outputs['manifest']] as const] : [],
  );
  const [only, ...others] = stack === undefined ? stacks : stacks.filter(([name]) => name === stack);
  if (only !== undefined && others.length === 0) return only[1];
  const names = stacks.map(([name]) => name).join(', ');
  if (stack !== undefined) {
    throw new ConfigError(
      `'${source}' has no stack '${stack}' with a manifest; it has ${names === '' ? 'none' : names}`,
    );
  }
  if (only !== undefined)
    throw new ConfigError(`'${source}' has several stacks (${names}); choose one with --stack`);
  return json;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
