import { execFile } from 'node:child_process';
import type { CommandContext } from '../command-context';

/** The program that cdktf would plan and apply with, or could. */
export interface FoundTerraform {
  /** Name or path by which it was called. */
  readonly name: string;
  /** Undefined where it was found and did not say. */
  readonly version?: string;
  /** Whether cdktf calls it without being told to. */
  readonly isUsed: boolean;
}

type TerraformPlace = Pick<CommandContext, 'environment' | 'workingDirectory' | 'signal'>;

/** What cdktf calls in place of terraform. @see https://developer.hashicorp.com/terraform/cdktf/create-and-deploy/environment-variables */
export const BINARY_VARIABLE = 'TERRAFORM_BINARY_NAME';

/** Finds terraform or OpenTofu, in the way in which cdktf does. */
export async function findTerraform(
  context: TerraformPlace,
  limitMs: number,
): Promise<FoundTerraform | undefined> {
  const chosen = context.environment[BINARY_VARIABLE] ?? '';
  for (const name of chosen === '' ? ['terraform', 'tofu'] : [chosen]) {
    const said = await run(context, name, limitMs);
    if (said === undefined) continue;
    const version = versionIn(said);
    return {
      name,
      ...(version === undefined ? {} : { version }),
      isUsed: chosen !== '' || name === 'terraform',
    };
  }
  return undefined;
}

/** What a program prints; undefined where there is none. */
function run(
  { environment, workingDirectory, signal }: TerraformPlace,
  name: string,
  limitMs: number,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      name,
      ['version', '-json'],
      {
        cwd: workingDirectory,
        // Does not ask on the internet whether there is a newer one.
        env: { ...environment, CHECKPOINT_DISABLE: '1' },
        timeout: limitMs,
        signal,
        windowsHide: true,
      },
      (error, stdout) =>
        resolve((error as NodeJS.ErrnoException | null)?.code === 'ENOENT' ? undefined : stdout),
    );
  });
}

/** OpenTofu calls it so as well. */
function versionIn(text: string): string | undefined {
  try {
    const { terraform_version: version } = JSON.parse(text) as { readonly terraform_version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
