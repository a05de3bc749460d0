import { appendFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import {
  exitCodeOf,
  gatherEvidence,
  githubAnnotations,
  judgeEvidence,
  jsonReport,
  markdownReport,
  printEvidenceBundle,
  readEvidenceBundle,
  type Report,
  SystemClock,
  textReport,
  type EvidenceBundle,
  type WaiverFile,
} from '../verify';
import { type CommandContext, type ExitCode, UsageError } from './command-context';
import { readJsonFile } from './json-file';
import { showProgress } from './progress';
import {
  exitCodeWithoutReport,
  FORMATS,
  readReportTarget,
  type ReportTarget,
  type ReportWriter,
  writeReportFile,
  writeReports,
} from './report-files';
import {
  asUsage,
  PROFILES_HELP,
  VERIFY_OPTIONS,
  type VerifyOptions,
  verifyConfigOf,
  withVerifyOptions,
} from './verify-options';
import { readWaiverFile } from './waiver-file';

interface VerifyCommandOptions extends VerifyOptions {
  readonly failOn: 'fail' | 'warn';
  readonly json?: true;
  readonly github?: true;
  readonly quiet?: true;
  readonly report: readonly ReportTarget[];
  readonly waivers?: string;
  readonly gatherOnly?: string;
  readonly judgeOnly?: string;
}

/** `dicom-lake verify`. */
export function verifyCommand(context: CommandContext, setExitCode: (code: ExitCode) => void): Command {
  return withVerifyOptions(
    new Command('verify').description(
      'prove that images go in, lie in the lake as promised, come out unchanged and go away',
    ),
  )
    .addOption(
      new Option('--fail-on <outcome>', 'what ends with 1').choices(['fail', 'warn']).default('fail'),
    )
    .option(
      '--waivers <file>',
      'YAML or JSON list of { check, subject, reason, until }: findings that do not count until then',
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
    .action(async (manifest: string | undefined, options: VerifyCommandOptions) => {
      const stepSummary = options.github === true ? stepSummaryFile(context) : undefined;
      const { evidence, waivers } = await asUsage(() => evidenceFor(context, manifest, options));
      if (options.gatherOnly !== undefined) {
        writeReportFile(context, options.gatherOnly, printEvidenceBundle(evidence));
        setExitCode(evidence.interrupted ? 130 : 0);
        return;
      }
      const report = judgeEvidence(evidence, waivers);
      const problems = writeReports(reportWriters(context, options, report, stepSummary));
      for (const problem of problems) context.err(`${problem}\n`);
      const exitCode = exitCodeOf(report, options.failOn);
      setExitCode(problems.length === 0 ? exitCode : exitCodeWithoutReport(exitCode));
    });
}

function reportWriters(
  context: CommandContext,
  options: VerifyCommandOptions,
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
      write: () => writeReportFile(context, file, FORMATS[format](report)),
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
const GATHERING = [...VERIFY_OPTIONS, 'quiet', 'gatherOnly'] satisfies (keyof VerifyCommandOptions)[];
/** What makes no sense while nothing is judged. */
const REPORTING = ['failOn', 'waivers', 'json', 'github', 'report'] satisfies (keyof VerifyCommandOptions)[];

const VERIFY_HELP = `${PROFILES_HELP}
Reports hold no token, no key and nothing of a patient: files of --dicom are numbered, in the order in which
find FOLDER -type f -not -name '.*' | LC_ALL=C sort lists them. What a killed run left, the next one or dicom-lake sweep
deletes.
Sends images of nobody under fresh UIDs, deletes what it made, and touches nothing else. docs/verify-in-pipelines.md
tells more of signing in, clouds and waivers.

Examples:
  npx cdktf deploy --outputs-file outputs.json && dicom-lake verify outputs.json
  terraform output -json | dicom-lake verify -
  dicom-lake verify --subscription 44444444-4444-4444-4444-444444444444 --resource-group rg-imaging \\
    --workspace hospital --dicom-service images
  dicom-lake verify outputs.json --profile quick --deadline 90 --report junit=verify.xml
  dicom-lake verify outputs.json --report html=verify.html
  dicom-lake verify outputs.json --profile read-only --only tiers
  dicom-lake verify outputs.json --profile deep --report json=verify.json
  dicom-lake verify outputs.json --waivers waivers.yaml --github
  dicom-lake verify outputs.json --gather-only evidence.json && dicom-lake verify --judge-only evidence.json
  dicom-lake verify --dicomweb http://127.0.0.1:8042/dicom-web

Exit codes:
  0    nothing failed (--fail-on warn: nor warned), everything was judged, nothing was left behind
  1    a check failed (--fail-on warn: or warned) for which there is no waiver
  2    it did not start: wrong options, or a manifest, names or waivers that cannot be used
  3    nothing failed, but something could not be judged, or was left behind, or a report could not be written
  130  interrupted; what had been sent was deleted`;

/** @throws UsageError or ConfigError where the run cannot start; waivers are looked at before anything is sent */
async function evidenceFor(
  context: CommandContext,
  manifest: string | undefined,
  options: VerifyCommandOptions,
): Promise<{ readonly evidence: EvidenceBundle; readonly waivers?: WaiverFile }> {
  const { judgeOnly, waivers: file } = options;
  const waiversAt = (startedAt: string): { readonly waivers?: WaiverFile } =>
    file === undefined ? {} : { waivers: readWaiverFile(context, file, startedAt) };
  if (judgeOnly !== undefined) {
    const evidence = savedEvidence(context, manifest, judgeOnly);
    return { evidence, ...waiversAt(evidence.startedAt) };
  }
  const waivers = waiversAt(new Date(new SystemClock().now()).toISOString());
  return { evidence: await gather(context, manifest, options), ...waivers };
}

async function gather(
  context: CommandContext,
  manifest: string | undefined,
  options: VerifyCommandOptions,
): Promise<EvidenceBundle> {
  const config = await verifyConfigOf(context, manifest, options);
  const progress = showProgress(context, options.quiet === true);
  try {
    return await gatherEvidence(config, {
      signal: context.signal,
      identity: context.identity,
      progress: progress.tell,
    });
  } finally {
    progress.end();
  }
}

function savedEvidence(context: CommandContext, manifest: string | undefined, file: string): EvidenceBundle {
  if (manifest !== undefined) {
    throw new UsageError(
      `--judge-only takes no manifest, got '${manifest}'; the evidence holds what it needs`,
    );
  }
  return readEvidenceBundle(readJsonFile(context, file, 'the evidence'), file);
}

/** @throws UsageError outside GitHub Actions, before anything is sent */
function stepSummaryFile({ environment }: CommandContext): string {
  const file = environment['GITHUB_STEP_SUMMARY'] ?? '';
  if (file !== '') return file;
  throw new UsageError(
    '--github needs GITHUB_STEP_SUMMARY, which GitHub Actions sets; elsewhere use --report markdown=FILE',
  );
}
