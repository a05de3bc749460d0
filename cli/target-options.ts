import { DefaultAzureCredential } from '@azure/identity';
import { type Command, InvalidArgumentError } from 'commander';
import {
  ConfigError,
  connectionForEmulator,
  findManifest,
  rememberSecret,
  type VerifyTarget,
} from '../verify';
import { type CommandContext, UsageError } from './command-context';
import { readEmulatorReady, readJsonFile } from './json-file';

/** Which service, and where journals of it are. */
export interface TargetOptions {
  readonly emulator?: string;
  readonly stack?: string;
  readonly dicomweb?: string;
  readonly state: string;
}

/** Gives a command the argument and the options that `targetOf` reads, and `--state`. */
export function withTargetOptions(command: Command): Command {
  return command
    .argument(
      '[manifest]',
      'JSON of the deployment: a manifest, terraform output -json, or cdktf deploy --outputs-file',
    )
    .option('--stack <name>', 'which stack, where the file has several')
    .option('--emulator <file>', 'use a running emulator, by its ready file, instead of Azure')
    .option(
      '--dicomweb <url>',
      'use any DICOMweb server instead; a bearer token is taken from DICOMWEB_TOKEN',
    )
    .option('--state <folder>', 'where studies are journalled until they are deleted', '.dicom-lake/journal');
}

/** Whatever comes back of these is not shown. */
const SECRETS = [
  'DICOMWEB_TOKEN',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_PASSWORD',
];

/** @throws UsageError or ConfigError where the options do not fit together or a file cannot be read */
export function targetOf(
  context: CommandContext,
  manifest: string | undefined,
  options: TargetOptions,
): VerifyTarget {
  const { dicomweb, emulator, stack } = options;
  for (const name of SECRETS) rememberSecret(context.environment[name] ?? '');
  if ((manifest === undefined) === (dicomweb === undefined)) {
    throw new UsageError('give either the manifest of a deployment or --dicomweb URL');
  }
  if (dicomweb !== undefined) {
    if (emulator !== undefined || stack !== undefined)
      throw new UsageError('--emulator and --stack go with a manifest');
    const bearerToken = context.environment['DICOMWEB_TOKEN'];
    return { kind: 'dicomweb', url: dicomweb, ...(bearerToken === undefined ? {} : { bearerToken }) };
  }
  const file = manifest ?? '';
  const found = findManifest(readJsonFile(context, file, 'the manifest'), file, stack);
  if (emulator === undefined)
    return { kind: 'deployment', manifest: found, azure: { credential: new DefaultAzureCredential() } };
  const { ready, ca } = readEmulatorReady(context, emulator);
  return { kind: 'deployment', manifest: found, azure: connectionForEmulator(ready, ca) };
}

/** What stops a run before it starts is wrong use of the command. */
export async function asUsage<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UsageError(error.message.split('\n')[0] ?? '', error.problems);
  }
}

export function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 86_400)) throw new InvalidArgumentError('give seconds, from 0 to 86400.');
  return value;
}
