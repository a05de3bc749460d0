import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ClientSecretCredential } from '@azure/identity';
import { Command } from 'commander';
import type { DeploymentManifest, EmulatorReady } from '../contract';
import { ArmError, type ArmConnection, applyStack, StackError } from '../local';
import { type CommandContext, UsageError } from './command-context';
import { readEmulatorReady, readJsonFile } from './json-file';

interface LocalApplyOptions {
  readonly emulator: string;
  readonly out?: string;
}

/** `dicom-lake local apply`. */
export function localCommand(context: CommandContext): Command {
  const apply = new Command('apply')
    .description('apply a synthesized stack to a running emulator')
    .argument('<stack>', 'cdk.tf.json as cdktf synth wrote it, in cdktf.out/stacks/{name}/')
    .requiredOption('--emulator <file>', 'ready file of the emulator')
    .option('--out <file>', 'write the deployment manifest to this file instead of standard output')
    .addHelpText('after', LOCAL_EXAMPLE)
    .action(async (stack: string, options: LocalApplyOptions) => {
      const manifest = await applyLocally(context, stack, options.emulator);
      const text = `${JSON.stringify(manifest, null, 2)}\n`;
      if (options.out === undefined) {
        context.out(text);
      } else {
        const file = path.resolve(context.workingDirectory, options.out);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
        context.err(`Wrote the deployment manifest to ${options.out}\n`);
      }
    });
  return new Command('local')
    .description('try a stack without Azure')
    .addCommand(apply)
    .addHelpText('after', LOCAL_EXAMPLE);
}

const LOCAL_EXAMPLE = `
Example:
  dicom-lake local apply cdktf.out/stacks/emulator/cdk.tf.json --emulator ready.json --out manifest.json`;

async function applyLocally(
  context: CommandContext,
  stackFile: string,
  readyFile: string,
): Promise<DeploymentManifest> {
  const { ready, ca } = readEmulatorReady(context, readyFile);
  const stack = readJsonFile(context, stackFile, 'the stack');
  try {
    return await applyStack(stack, {
      connection: deployerConnection(ready, ca),
      subscriptionId: ready.subscriptionId,
      tenantId: ready.tenantId,
      progress: (address, index, count) => context.err(`[${index + 1}/${count}] ${address}\n`),
    });
  } catch (error) {
    if (error instanceof StackError) {
      throw new UsageError(`the stack '${stackFile}' cannot be applied`, error.problems);
    }
    if (error instanceof ArmError) {
      throw new UsageError(
        `the emulator refused a resource of '${stackFile}'; run apply again after mending it`,
        [error.message],
      );
    }
    throw error;
  }
}

/** Azure Resource Manager of the emulator, as the one who deploys. */
export function deployerConnection(ready: EmulatorReady, ca: string): ArmConnection {
  const { clientId, clientSecret } = ready.credentials.deployer;
  const credential = new ClientSecretCredential(ready.tenantId, clientId, clientSecret, {
    authorityHost: ready.endpoints.entra,
    disableInstanceDiscovery: true,
    tlsOptions: { ca },
  });
  return { endpoint: ready.endpoints.arm, credential, ca };
}
