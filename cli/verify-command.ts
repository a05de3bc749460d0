import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DefaultAzureCredential } from '@azure/identity';
import { Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../package.json';
import {
  ConfigError,
  connectionForEmulator,
  exitCodeOf,
  findManifest,
  gatherEvidence,
  githubAnnotations,
  judgeEvidence,
  jsonReport,
  markdownReport,
  printEvidenceBundle,
  readEvidenceBundle,
  type Report,
  textReport,
  type EvidenceBundle,
  type Profile,
  PROFILES,
  type Progress,
  type VerifyTarget,
} from '../verify';
import { type CommandContext, type ExitCode, UsageError } from './command-context';
import { readEmulatorReady, readJsonFile } from './json-file';
import {
  exitCodeWithoutReport,
  FORMATS,
  readReportTarget,
  type ReportTarget,
  type ReportWriter,
  writeReports,
} from './report-files';

interface VerifyOptions {
  readonly emulator?: string;
  readonly stack?: string;
  readonly dicomweb?: string;
  readonly dicom?: string;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly profile: Profile;
  readonly deadline?: number;
  readonly failOn: 'fail' | 'warn';
  readonly json?: true;
  readonly github?: true;
  readonly quiet?: true;
  readonly report: readonly ReportTarget[];
  readonly state: string;
  readonly fileRemovalDeadline: number;
  readonly healthWindow: number;
  readonly gatherOnly?: string;
  readonly judgeOnly?: string;
}

/** `dicom-lake verify`. */
export function verifyCommand(context: CommandContext, setExitCode: (code: ExitCode) => void): Command {
  return new Command('verify')
    .description('prove that images go in, lie in the lake as promised, come out unchanged and go away')
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
    .addOption(
      new Option('--fail-on <outcome>', 'what ends with 1').choices(['fail', 'warn']).default('fail'),
    )
    .option('--json', 'print the report as JSON')
    .option(
      '--github',
      'in GitHub Actions: annotate the run, on standard error, and add to the summary of the step',
    )
    .option('--quiet', 'print no progress')
    .option(
      '--report <format=file>',
      'write the report to a file as text, json, junit, markdown or html; may be repeated',
      readReportTarget,
      [],
    )
    .option('--state <folder>', 'where studies are journalled until they are deleted', '.dicom-lake/journal')
    .option(
      '--file-removal-deadline <seconds>',
      'how long to wait for files of deleted images to go',
      seconds,
      600,
    )
    .option('--health-window <seconds>', 'how long to watch for the health file', seconds, 70)
    .addOption(
      new Option('--gather-only <file>', 'write what was seen to a file, and judge nothing').conflicts(
        REPORTING,
      ),
    )
    .addOption(
      new Option('--judge-only <file>', 'judge what --gather-only wrote, and touch nothing').conflicts(
        GATHERING,
      ),
    )
    .addHelpText('after', VERIFY_HELP)
    .action(async (manifest: string | undefined, options: VerifyOptions) => {
      const stepSummary = options.github === true ? stepSummaryFile(context) : undefined;
      const evidence = await asUsage(() =>
        options.judgeOnly === undefined
          ? gather(context, manifest, options)
          : savedEvidence(context, manifest, options.judgeOnly),
      );
      if (options.gatherOnly !== undefined) {
        writeText(context, options.gatherOnly, printEvidenceBundle(evidence));
        setExitCode(evidence.interrupted ? 130 : 0);
        return;
      }
      const report = judgeEvidence(evidence);
      const problems = writeReports(reportWriters(context, options, report, stepSummary));
      for (const problem of problems) context.err(`${problem}\n`);
      const exitCode = exitCodeOf(report, options.failOn);
      setExitCode(problems.length === 0 ? exitCode : exitCodeWithoutReport(exitCode));
    });
}

function reportWriters(
  context: CommandContext,
  options: VerifyOptions,
  report: Report,
  stepSummary: string | undefined,
): readonly ReportWriter[] {
  return [
    {
      name: 'the report',
      write: () =>
        context.out(options.json === true ? jsonReport(report) : textReport(report, context.color)),
    },
    ...options.report.map(({ format, file }) => ({
      name: `the ${format} report '${file}'`,
      write: () => writeText(context, file, FORMATS[format](report)),
    })),
    ...(stepSummary === undefined
      ? []
      : [
          { name: 'the annotations', write: () => context.err(githubAnnotations(report)) },
          {
            name: `the summary '${stepSummary}'`,
            write: () => appendFileSync(stepSummary, `${markdownReport(report)}\n`),
          },
        ]),
  ];
}

/** What makes no sense while nothing is gathered; evidence is judged by the checks it was gathered for. */
const GATHERING = [
  'stack',
  'emulator',
  'dicomweb',
  'dicom',
  'only',
  'skip',
  'profile',
  'deadline',
  'quiet',
  'state',
  'fileRemovalDeadline',
  'healthWindow',
  'gatherOnly',
] satisfies (keyof VerifyOptions)[];
/** What makes no sense while nothing is judged. */
const REPORTING = ['failOn', 'json', 'github', 'report'] satisfies (keyof VerifyOptions)[];

const VERIFY_HELP = `
Signs in as DefaultAzureCredential does: environment, workload identity, managed identity, az login. Whoever runs it
needs DICOM Data Owner on the service, Storage Blob Data Reader on the container, and Reader on the workspace and the storage account.
Sends images of nobody under fresh UIDs, deletes them, and touches nothing else.

Examples:
  npx cdktf deploy --outputs-file outputs.json && dicom-lake verify outputs.json
  dicom-lake verify outputs.json --report junit=verify.xml --report json=verify.json
  dicom-lake verify outputs.json --report html=verify.html
  dicom-lake verify outputs.json --github
  dicom-lake verify outputs.json --profile read-only --only tiers
  dicom-lake verify outputs.json --gather-only evidence.json && dicom-lake verify --judge-only evidence.json
  dicom-lake verify --dicomweb http://127.0.0.1:8042/dicom-web`;

function gather(
  context: CommandContext,
  manifest: string | undefined,
  options: VerifyOptions,
): Promise<EvidenceBundle> {
  return gatherEvidence(
    {
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
    },
    { signal: context.signal, progress: options.quiet === true ? () => undefined : progressTo(context) },
  );
}

function savedEvidence(context: CommandContext, manifest: string | undefined, file: string): EvidenceBundle {
  if (manifest !== undefined) {
    throw new UsageError(
      `--judge-only takes no manifest, got '${manifest}'; the evidence holds what it needs`,
    );
  }
  return readEvidenceBundle(readJsonFile(context, file, 'the evidence'), file);
}

async function asUsage<T>(action: () => T | Promise<T>): Promise<T> {
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
  options: VerifyOptions,
): VerifyTarget {
  const { dicomweb, emulator, stack } = options;
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

/** Says the same thing once only: probes repeat themselves while they wait. */
function progressTo(context: CommandContext): (event: Progress) => void {
  let last = '';
  return (event) => {
    if (event.kind !== 'message') return;
    const { message } = event;
    const gist = message.replace(/\d+/g, '#');
    if (gist !== last) context.err(`  ${message}\n`);
    last = gist;
  };
}

/** @throws UsageError outside GitHub Actions, before anything is sent */
function stepSummaryFile({ environment }: CommandContext): string {
  const file = environment['GITHUB_STEP_SUMMARY'] ?? '';
  if (file !== '') return file;
  throw new UsageError(
    '--github needs GITHUB_STEP_SUMMARY, which GitHub Actions sets; elsewhere use --report markdown=FILE',
  );
}

function writeText(context: CommandContext, file: string, text: string): void {
  const target = path.resolve(context.workingDirectory, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 86_400)) throw new InvalidArgumentError('give seconds, from 0 to 86400.');
  return value;
}
