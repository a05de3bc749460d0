import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ConfigError, DEADLINE_SECONDS, type Profile, PROFILES, type VerifyConfig } from '../verify';
import { type CommandContext, UsageError } from './command-context';
import { TARGET_OPTIONS, type TargetOptions, targetOf, withTargetOptions } from './target-options';

/** Below the working directory, unless another is named. */
export const JOURNAL_FOLDER = '.dicom-lake/journal';

/** What is verified, and how: the same for one run and for many. */
export interface VerifyOptions extends TargetOptions {
  readonly dicom?: string;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly profile: Profile;
  readonly deadline?: number;
  readonly state: string;
  readonly fileRemovalDeadline: number;
  readonly healthWindow: number;
}

/** Names of the options, for commands that take them in some cases only. */
export const VERIFY_OPTIONS = [
  ...TARGET_OPTIONS,
  'dicom',
  'only',
  'skip',
  'profile',
  'deadline',
  'state',
  'fileRemovalDeadline',
  'healthWindow',
] satisfies (keyof VerifyOptions)[];

/** Gives a command the argument and the options that `verifyConfigOf` reads. */
export function withVerifyOptions(command: Command): Command {
  return withTargetOptions(command)
    .addOption(
      new Option('--profile <name>', 'how much to look at, see below').choices(PROFILES).default('full'),
    )
    .option('--deadline <seconds>', 'when to stop asking, in place of that of the profile', seconds)
    .option('--only <names...>', 'run these checks or topics only', [])
    .option('--skip <names...>', 'leave these checks or topics out', [])
    .option('--dicom <folder>', 'send the DICOM files of this folder as well, under fresh UIDs')
    .option('--state <folder>', 'where studies are journalled until they are deleted', JOURNAL_FOLDER)
    .option(
      '--file-removal-deadline <seconds>',
      'how long to wait for files of deleted images to go',
      seconds,
      600,
    )
    .option('--health-window <seconds>', 'how long to watch for the health file', seconds, 70);
}

/** What the help of a command with these options says of profiles. */
export const PROFILES_HELP = `
Profiles, each with its deadline:
${Object.entries({
  quick: 'what is known within a minute; sends a few small images of nobody',
  full: 'as quick, and waits for what takes minutes, such as the removal of a deleted file',
  'read-only': 'sends nothing to the DICOM service and writes nothing to the lake',
  deep: 'as full, and writes to the lake behind the service, in a folder of its own',
} satisfies Readonly<Record<Profile, string>>)
  .map(
    ([name, text]) =>
      `  ${name.padEnd(10)} ${String(DEADLINE_SECONDS[name as Profile]).padStart(3)} s  ${text}`,
  )
  .join('\n')}
At the deadline nothing is asked any more, what was sent is deleted, and what is not known by then is inconclusive.

Whoever runs it needs DICOM Data Owner on the service (read-only: DICOM Data Reader), Storage Blob Data Reader on the
container (deep: Storage Blob Data Contributor), and Reader on the workspace and the storage account.
Signs in as DefaultAzureCredential does: environment, workload identity, managed identity, az login.`;

/** @throws UsageError or ConfigError where the options do not fit together, or what they name cannot be read */
export async function verifyConfigOf(
  context: CommandContext,
  manifest: string | undefined,
  options: VerifyOptions,
): Promise<VerifyConfig> {
  return {
    target: await targetOf(context, manifest, options),
    journalFolder: path.resolve(context.workingDirectory, options.state),
    only: options.only,
    skip: options.skip,
    profile: options.profile,
    ...(options.deadline === undefined ? {} : { deadlineSeconds: options.deadline }),
    limits: {
      fileRemovalMs: options.fileRemovalDeadline * 1000,
      healthWindowMs: options.healthWindow * 1000,
    },
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

export function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 86_400)) throw new InvalidArgumentError('give seconds, from 0 to 86400.');
  return value;
}
