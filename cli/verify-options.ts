import path from 'node:path';
import { DefaultAzureCredential } from '@azure/identity';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../package.json';
import {
  ConfigError,
  connectionForEmulator,
  findManifest,
  type Profile,
  PROFILES,
  type VerifyConfig,
  type VerifyTarget,
} from '../verify';
import { type CommandContext, UsageError } from './command-context';
import { dicomReaderIn } from './dicom-reader';
import { readEmulatorReady, readJsonFile } from './json-file';

/** What is verified, and how: the same for one run and for many. */
export interface VerifyOptions {
  readonly emulator?: string;
  readonly stack?: string;
  readonly dicomweb?: string;
  readonly dicom?: string;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly profile: Profile;
  readonly deadline?: number;
  readonly state: string;
  readonly fileRemovalDeadline: number;
  readonly healthWindow: number;
}

/** Gives a command the argument and the options that `verifyConfigOf` reads. */
export function withVerifyOptions(command: Command): Command {
  return command
    .argument(
      '[manifest]',
      'JSON of the deployment: a manifest, terraform output -json, or cdktf deploy --outputs-file',
    )
    .option('--stack <name>', 'which stack, where the file has several')
    .option('--emulator <file>', 'verify against a running emulator, by its ready file, instead of Azure')
    .option(
      '--dicomweb <url>',
      'verify any DICOMweb server instead; a bearer token is taken from DICOMWEB_TOKEN',
    )
    .option('--dicom <folder>', 'send the DICOM files of this folder as well, under fresh UIDs')
    .option('--only <names...>', 'run these checks or topics only', [])
    .option('--skip <names...>', 'leave these checks or topics out', [])
    .addOption(new Option('--profile <name>', 'how much to look at').choices(PROFILES).default('full'))
    .option('--deadline <seconds>', 'when to stop asking; 60 for quick, 300 for read-only, else 900', seconds)
    .option('--state <folder>', 'where studies are journalled until they are deleted', '.dicom-lake/journal')
    .option(
      '--file-removal-deadline <seconds>',
      'how long to wait for files of deleted images to go',
      seconds,
      600,
    )
    .option('--health-window <seconds>', 'how long to watch for the health file', seconds, 70);
}

/** @throws UsageError or ConfigError where the options do not fit together or a file cannot be read */
export function verifyConfigOf(
  context: CommandContext,
  manifest: string | undefined,
  options: VerifyOptions,
): VerifyConfig {
  return {
    target: targetOf(context, manifest, options),
    journalFolder: path.resolve(context.workingDirectory, options.state),
    only: options.only,
    skip: options.skip,
    profile: options.profile,
    ...(options.deadline === undefined ? {} : { deadlineSeconds: options.deadline }),
    limits: {
      fileRemovalMs: options.fileRemovalDeadline * 1000,
      healthWindowMs: options.healthWindow * 1000,
    },
    version,
    ...(options.dicom === undefined
      ? {}
      : { dicomFolder: path.resolve(context.workingDirectory, options.dicom) }),
  };
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

function targetOf(
  context: CommandContext,
  manifest: string | undefined,
  { dicomweb, emulator, stack }: VerifyOptions,
): VerifyTarget {
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
  const reader = dicomReaderIn(context.environment, found);
  if (emulator === undefined) {
    return {
      kind: 'deployment',
      manifest: found,
      azure: { credential: new DefaultAzureCredential(), ...reader },
    };
  }
  const { ready, ca } = readEmulatorReady(context, emulator);
  return { kind: 'deployment', manifest: found, azure: { ...connectionForEmulator(ready, ca), ...reader } };
}

export function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 86_400)) throw new InvalidArgumentError('give seconds, from 0 to 86400.');
  return value;
}
