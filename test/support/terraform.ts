import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Synthesized } from './synth';

/**
 * A folder of plugins as `filesystem_mirror` takes it: `registry.terraform.io/hashicorp/azurerm/…` for Terraform,
 * `registry.opentofu.org/hashicorp/azurerm/…` for OpenTofu.
 */
const PLUGINS = process.env['TEST_TERRAFORM_PLUGINS'] ?? '';

/** `tofu` for OpenTofu; cdktf and CDK Terrain read the same variable. */
const BINARY = process.env['TERRAFORM_BINARY_NAME'] ?? 'terraform';

/** What the examples ask for, on major 4 and 5 of the provider. */
const WANTED: readonly (readonly [string, string, RegExp])[] = [
  ['azurerm', '4.55.0', /^4\.55\.0$/],
  ['azurerm', '4.56 or a later 4.x', /^4\.(?:5[6-9]|[6-9]\d)\./],
  ['azurerm', '5.1 or a later 5.x', /^5\.[1-9]/],
  ['time', '0.9 or a later 0.x', /^0\.(?:9|\d\d)\./],
];

/** Why Terraform or OpenTofu cannot be run with the real provider, or undefined where it can. */
export function whyNoTerraform(): string | undefined {
  if (PLUGINS === '') return 'TEST_TERRAFORM_PLUGINS names no folder with plugins of the providers';
  let registry: string;
  try {
    registry = registryOf(execFileSync(BINARY, ['version'], { encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    return `${BINARY} is not installed`;
  }
  const absent = WANTED.filter(
    ([name, , version]) => !versionsOf(registry, name).some((one) => version.test(one)),
  );
  if (absent.length === 0) return undefined;
  const versions = absent.map(([name, version]) => `${name} ${version}`).join(', ');
  return `TEST_TERRAFORM_PLUGINS names '${PLUGINS}', which lacks plugins of ${versions} below ${registry}`;
}

/** Where the program looks for a provider whose source names no host. */
function registryOf(version: string): string {
  return version.startsWith('OpenTofu') ? 'registry.opentofu.org' : 'registry.terraform.io';
}

function versionsOf(registry: string, name: string): readonly string[] {
  const folder = path.join(PLUGINS, registry, 'hashicorp', name);
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** One stack in a folder of its own, as `cdktf synth` leaves it, for the real Terraform or OpenTofu. */
export class TerraformFolder {
  public constructor(
    private readonly folder: string,
    stack: Synthesized,
  ) {
    writeFileSync(path.join(folder, 'cdk.tf.json'), JSON.stringify(stack));
    writeFileSync(path.join(folder, 'override.tf.json'), JSON.stringify(overridesFor(stack)));
    writeFileSync(
      path.join(folder, 'terraformrc'),
      `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(PLUGINS)}\n  }\n}\n`,
    );
  }

  /** Version of the azurerm provider that `terraform init` chose. */
  public azurermVersion(): string {
    const lock = readFileSync(path.join(this.folder, '.terraform.lock.hcl'), 'utf8');
    return /azurerm"[^}]*?version\s*=\s*"([^"]+)"/s.exec(lock)?.[1] ?? '';
  }

  /** @throws Error with all that it said, where it does not end with 0 */
  public async run(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const child = spawn(BINARY, [...args, '-no-color'], {
      cwd: this.folder,
      env: {
        PATH: process.env['PATH'],
        HOME: this.folder,
        TF_CLI_CONFIG_FILE: path.join(this.folder, 'terraformrc'),
        TF_IN_AUTOMATION: '1',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (exitCode !== 0) throw new Error(`${BINARY} ${args.join(' ')} ended with ${exitCode}:\n${output}`);
  }
}

/**
 * What a test cannot wait for, what it wants gone at its end, and a state of its own. Terraform merges it into the
 * configuration.
 */
function overridesFor({ resource }: Synthesized): object {
  const overridden = Object.entries(resource).map(([type, resources]): [string, object] => [
    type,
    Object.fromEntries(
      Object.entries(resources).flatMap(([id, { lifecycle }]): [string, object][] => {
        if (type === 'time_sleep') return [[id, { create_duration: '1s' }]];
        const { prevent_destroy } = (lifecycle ?? {}) as { readonly prevent_destroy?: boolean };
        return prevent_destroy === true ? [[id, { lifecycle: { prevent_destroy: false } }]] : [];
      }),
    ),
  ]);
  return {
    terraform: { backend: { local: {} } },
    resource: Object.fromEntries(overridden.filter(([, ids]) => Object.keys(ids).length > 0)),
  };
}
