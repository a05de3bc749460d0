import { Command } from 'commander';
import type { CommandContext } from './command-context';
import { type DeploymentOptions, deploymentOf, withDeploymentOptions } from './target-options';
import { asUsage } from './verify-options';

/** `dicom-lake manifest`. */
export function manifestCommand(context: CommandContext): Command {
  return withDeploymentOptions(
    new Command('manifest').description(
      'print the manifest of a deployment: the one in a file, or one that Azure is asked for',
    ),
  )
    .addHelpText('after', MANIFEST_HELP)
    .action(async (manifest: string | undefined, options: DeploymentOptions) => {
      const { manifest: found } = await asUsage(() => deploymentOf(context, manifest, options));
      context.out(`${JSON.stringify(found, null, 2)}\n`);
    });
}

const MANIFEST_HELP = `
By names, it reads what is there and changes nothing; it needs Reader on the workspace and the storage account, and
DICOM Data Reader on a DICOM service with data partitions. What was meant, such as tier rules, is not in such a manifest.

Examples:
  dicom-lake manifest --subscription 44444444-4444-4444-4444-444444444444 --resource-group rg-imaging \\
    --workspace hospital --dicom-service images > manifest.json
  terraform output -json | dicom-lake manifest - > manifest.json`;
