import { DefaultAzureCredential } from '@azure/identity';
import { Command } from 'commander';
import {
  AzureFacts,
  preflight,
  type PreflightConnection,
  type PreflightRow,
  type PreflightTarget,
} from '../guards';
import type { DeploymentSettings } from '../stacks/settings-schema';
import { type CommandContext, type ExitCode, UsageError } from './command-context';
import { readEmulatorReady, readTextFile } from './json-file';
import { deployerConnection } from './local-apply-command';
import { requirePeers } from './needed-peers';

interface PreflightOptions {
  readonly emulator?: string;
  readonly deployment: readonly string[];
  readonly json?: true;
}

/** `dicom-lake preflight`. */
export function preflightCommand(context: CommandContext, setExitCode: (code: ExitCode) => void): Command {
  return new Command('preflight')
    .description('ask Azure, before a deployment, what would stop it')
    .argument('[settings]', 'settings file of the deployments', 'dicom-lake.yaml')
    .option('--deployment <names...>', 'ask for these deployments only', [])
    .option('--emulator <file>', 'ask a running emulator, by its ready file, instead of Azure')
    .option('--json', 'print the answers as JSON')
    .addHelpText('after', PREFLIGHT_HELP)
    .action(async (file: string, options: PreflightOptions) => {
      const deployments = await deploymentsOf(context, file, options.deployment);
      const rows: PreflightRow[] = [];
      for (const [name, settings] of deployments) {
        context.err(`Asking for ${name}\n`);
        rows.push(...(await ask(context, name, settings, options.emulator)));
      }
      context.out(options.json === true ? `${JSON.stringify(rows, null, 2)}\n` : textOf(rows));
      setExitCode(rows.some(({ outcome }) => outcome === 'fail') ? 1 : 0);
    });
}

const PREFLIGHT_HELP = `
Asks whether names are free, resource providers registered, the region has the service, whoever deploys may assign
roles, and an adopted account is what the settings say. Reads only. Signs in as DefaultAzureCredential does.

Examples:
  dicom-lake preflight --deployment test && npx cdktf deploy test
  dicom-lake preflight examples/dicom-lake.yaml --deployment test --json

Exit codes:
  0  nothing stands against the deployments; something may warn
  1  something would stop one of them
  2  it did not start: wrong options, settings that cannot be used, or Azure could not be asked`;

async function deploymentsOf(
  context: CommandContext,
  file: string,
  wanted: readonly string[],
): Promise<readonly (readonly [string, DeploymentSettings])[]> {
  requirePeers('preflight');
  // Loads cdktf.
  const { readSettings } = await import('../stacks/settings-file.js');
  const result = readSettings(readTextFile(context, file, 'the settings'), file, context.environment);
  if (!result.ok) throw new UsageError(`the settings '${file}' cannot be used`, result.problems);
  const names = [...result.deployments.keys()];
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new UsageError(
      `there is no deployment ${unknown.map((name) => `'${name}'`).join(', ')} in '${file}'; it has ${names.join(', ')}`,
    );
  }
  return [...result.deployments].filter(([name]) => wanted.length === 0 || wanted.includes(name));
}

async function ask(
  context: CommandContext,
  name: string,
  settings: DeploymentSettings,
  readyFile: string | undefined,
): Promise<readonly PreflightRow[]> {
  try {
    return await preflight(
      targetOf(name, settings),
      new AzureFacts(connectionFor(context, settings, readyFile)),
    );
  } catch (error) {
    const { statusCode, code, message } = error as { statusCode?: number; code?: string; message: string };
    if (statusCode === undefined && code === undefined) throw error;
    throw new UsageError(`Azure could not be asked for deployment '${name}'`, [
      `${statusCode ?? ''} ${code ?? ''}: ${message}`.trim(),
    ]);
  }
}

function connectionFor(
  context: CommandContext,
  { subscriptionId, tenantId }: DeploymentSettings,
  readyFile: string | undefined,
): PreflightConnection {
  if (readyFile === undefined) {
    return { credential: new DefaultAzureCredential({ tenantId }), subscriptionId };
  }
  const { ready, ca } = readEmulatorReady(context, readyFile);
  return { ...deployerConnection(ready, ca), subscriptionId };
}

function targetOf(name: string, settings: DeploymentSettings): PreflightTarget {
  const { workspace, encryption } = settings;
  return {
    ...settings,
    name,
    location: workspace?.location ?? settings.location,
    workspaceId: workspace?.workspaceId,
    keyForExistingService: encryption?.dicomServiceKey !== undefined,
  };
}

function textOf(rows: readonly PreflightRow[]): string {
  const lines = rows.map(
    ({ deployment, check, outcome, detail }) => `${outcome.padEnd(4)}  ${deployment}  ${check}: ${detail}`,
  );
  const failed = rows.filter(({ outcome }) => outcome === 'fail').length;
  const end = failed === 0 ? 'Nothing stands against it.' : `${failed} would stop the deployment.`;
  return `${[...lines, end].join('\n')}\n`;
}
