import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../package.json';
import type { DeploymentManifest } from '../contract';
import {
  audit,
  auditExitCode,
  AuditFailure,
  auditJsonReport,
  type AuditReport,
  type AuditSource,
  auditTextReport,
  type Checkpoint,
  FindingsFile,
  inventorySource,
  LISTING_CONCURRENCY,
  listingSource,
  metricsSource,
  readCheckpoint,
  removeCheckpoint,
  SystemClock,
  type TierPlan,
  writeCheckpoint,
} from '../verify';
import { AUDIT_FORMATS, type AuditReportTarget, readAuditReportTarget } from './audit-report-files';
import { planFor, pricesFor } from './audit-input';
import { type CommandContext, type ExitCode, UsageError } from './command-context';
import { ProgressLine } from './progress-line';
import { writeReportFile, writeReports } from './report-files';
import { type DeploymentOptions, deploymentOf, withDeploymentOptions } from './target-options';
import { asUsage } from './verify-options';

const SOURCES = ['listing', 'inventory', 'metrics'] as const;

interface AuditCommandOptions extends DeploymentOptions {
  readonly source?: (typeof SOURCES)[number];
  readonly inventory?: string;
  readonly inventoryContainer?: string;
  readonly concurrency?: number;
  readonly checkpoint?: string;
  readonly findings?: string;
  readonly index?: true;
  readonly plan?: string;
  readonly prices?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly report: readonly AuditReportTarget[];
}

/** `dicom-lake audit`. */
export function auditCommand(context: CommandContext, setExitCode: (code: ExitCode) => void): Command {
  return withDeploymentOptions(
    new Command('audit').description(
      'look at every file of a lake: what lies in which tier, what the service cannot read, what is not its own, what it costs',
    ),
  )
    .addOption(new Option('--source <name>', 'what to read, see below (default: listing)').choices(SOURCES))
    .option('--inventory <folder>', 'read the inventory from this folder; goes with the source inventory')
    .option(
      '--inventory-container <name>',
      'read the inventory from this container of the lake (default: inventory)',
    )
    .option(
      '--concurrency <number>',
      `listings at once, 1 to 64 (default: ${LISTING_CONCURRENCY})`,
      wholeNumberUpTo64,
    )
    .option('--checkpoint <file>', 'keep there how far a listing is, and go on from there')
    .option('--findings <file>', 'write every file that stands out to this file, as CSV')
    .option('--index', 'compare the index of the service with the files, through its change feed')
    .option(
      '--plan <file>',
      'YAML or JSON list of { basis, coolAfterDays, coldAfterDays } to reckon with (default: the rules of the manifest)',
    )
    .option('--prices <file>', 'YAML or JSON with prices, see docs/audit-prices.md (default: list prices)')
    .option('--json', 'print the report as JSON')
    .option('--quiet', 'print no progress')
    .option(
      '--report <format=file>',
      'write the report to a file as text, json, csv or html; may be repeated',
      readAuditReportTarget,
      [],
    )
    .addHelpText('after', AUDIT_HELP)
    .action(async (manifest: string | undefined, options: AuditCommandOptions) => {
      refuseWrongPairs(options);
      const report = await asUsage(() => auditFor(context, manifest, options));
      if (report === undefined) {
        setExitCode(3);
        return;
      }
      const problems = writeReports([
        {
          name: 'the report',
          write: () =>
            context.out(
              options.json === true ? auditJsonReport(report) : auditTextReport(report, context.color),
            ),
        },
        ...options.report.map(({ format, file }) => ({
          name: `the ${format} report '${file}'`,
          write: () => writeReportFile(context, file, AUDIT_FORMATS[format](report)),
        })),
      ]);
      for (const problem of problems) context.err(`${problem}\n`);
      const exitCode = auditExitCode(report);
      setExitCode(problems.length > 0 && exitCode === 0 ? 3 : exitCode);
    });
}

/** @returns undefined where it failed for a reason that was told */
async function auditFor(
  context: CommandContext,
  manifestFile: string | undefined,
  options: AuditCommandOptions,
): Promise<AuditReport | undefined> {
  const prices = pricesFor(context, options.prices);
  const { manifest, azure } = await deploymentOf(context, manifestFile, options);
  const { plans, planOrigin } = planFor(context, options.plan, manifest);
  const checkpoint = checkpointOf(context, options, manifest, plans);
  using findings = findingsOf(context, options, checkpoint);
  const progress = new ProgressLine(context, options.quiet === true);
  try {
    const report = await audit(
      {
        manifest,
        azure,
        source: sourceOf(context, options, checkpoint, findings),
        plans,
        planOrigin,
        prices,
        version,
        ...(options.index === true ? { comparesIndex: true } : {}),
        ...(options.findings === undefined ? {} : { findingsFile: options.findings }),
      },
      {
        clock: new SystemClock(),
        signal: context.signal,
        progress: progress.tell,
        ...(findings === undefined ? {} : { onFound: (file) => findings.add(file) }),
      },
    );
    if (report.complete && options.checkpoint !== undefined)
      removeCheckpoint(path.resolve(context.workingDirectory, options.checkpoint));
    return report;
  } catch (error) {
    if (!(error instanceof AuditFailure)) throw error;
    progress.end();
    const { reason, remedy } = error.explanation;
    context.err(`error: ${reason}\n  ${remedy}\n`);
    if (options.checkpoint !== undefined)
      context.err(`  the same command goes on from the checkpoint '${options.checkpoint}'\n`);
    return undefined;
  } finally {
    progress.end();
  }
}

function sourceOf(
  context: CommandContext,
  options: AuditCommandOptions,
  checkpoint: Checkpoint | undefined,
  findings: FindingsFile | undefined,
): AuditSource {
  const { concurrency, checkpoint: file } = options;
  switch (sourceNameOf(options)) {
    case 'metrics':
      return metricsSource;
    case 'inventory':
      return inventorySource({
        from:
          options.inventory === undefined
            ? { container: options.inventoryContainer ?? 'inventory' }
            : { folder: path.resolve(context.workingDirectory, options.inventory) },
      });
    case 'listing':
      return listingSource({
        ...(concurrency === undefined ? {} : { concurrency }),
        ...(checkpoint === undefined ? {} : { checkpoint }),
        ...(file === undefined
          ? {}
          : {
              onCheckpoint: (reached) =>
                writeCheckpoint(path.resolve(context.workingDirectory, file), {
                  ...reached,
                  findingsBytes: findings?.position() ?? 0,
                }),
            }),
      });
  }
}

function sourceNameOf({
  source,
  inventory,
  inventoryContainer,
}: AuditCommandOptions): (typeof SOURCES)[number] {
  return source ?? (inventory === undefined && inventoryContainer === undefined ? 'listing' : 'inventory');
}

/** @throws UsageError with every pair of options that do not go together */
function refuseWrongPairs(options: AuditCommandOptions): void {
  const source = sourceNameOf(options);
  const only = (flag: string, given: unknown, ...sources: readonly string[]): readonly string[] =>
    given === undefined || sources.includes(source)
      ? []
      : [`${flag} goes with --source ${sources.join(' or ')}, not with ${source}`];
  const problems = [
    ...only('--inventory', options.inventory, 'inventory'),
    ...only('--inventory-container', options.inventoryContainer, 'inventory'),
    ...only('--concurrency', options.concurrency, 'listing'),
    ...only('--checkpoint', options.checkpoint, 'listing'),
    ...only('--findings', options.findings, 'listing', 'inventory'),
    ...only('--index', options.index, 'listing', 'inventory'),
    ...(options.inventory !== undefined && options.inventoryContainer !== undefined
      ? ['give --inventory or --inventory-container, not both']
      : []),
    ...(options.index === true && options.checkpoint !== undefined
      ? ['--index needs the whole listing at once: leave --checkpoint out, or read an inventory']
      : []),
  ];
  if (problems.length > 0) throw new UsageError('these options do not go together', problems);
}

function checkpointOf(
  { workingDirectory }: CommandContext,
  { checkpoint, findings }: AuditCommandOptions,
  manifest: DeploymentManifest,
  plans: readonly TierPlan[],
): Checkpoint | undefined {
  if (checkpoint === undefined) return undefined;
  const found = readCheckpoint(path.resolve(workingDirectory, checkpoint), manifest, plans);
  if (found === undefined || found.findingsBytes > 0 === (findings !== undefined)) return found;
  throw new UsageError(
    findings === undefined
      ? `the checkpoint '${checkpoint}' goes with a file of findings: give the same --findings as before`
      : `the checkpoint '${checkpoint}' goes without a file of findings: leave --findings out, or begin anew with another checkpoint`,
  );
}

function findingsOf(
  { workingDirectory }: CommandContext,
  { findings }: AuditCommandOptions,
  checkpoint: Checkpoint | undefined,
): FindingsFile | undefined {
  if (findings === undefined) return undefined;
  const file = path.resolve(workingDirectory, findings);
  return checkpoint === undefined
    ? FindingsFile.create(file)
    : FindingsFile.resume(file, checkpoint.findingsBytes);
}

function wholeNumberUpTo64(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 1 && value <= 64))
    throw new InvalidArgumentError('give a whole number from 1 to 64.');
  return value;
}

const AUDIT_HELP = `
Sources:
  listing    lists every name, many ranges at a time; for lakes of some ten million files
  inventory  reads the newest complete run of a Blob Inventory, from the lake or a folder; for any size
  metrics    asks Azure Monitor for capacity by tier, of the whole account; seconds

Whoever runs it needs Storage Blob Data Reader on the container (metrics: Reader on the account), with --index DICOM Data
Reader on the service. Signs in as DefaultAzureCredential does. Reads only. docs/audit.md tells how to read the report,
docs/audit-at-scale.md which source to take.

Examples:
  dicom-lake audit outputs.json
  dicom-lake audit outputs.json --checkpoint audit.json --findings findings.csv --report html=audit.html
  dicom-lake audit outputs.json --source metrics
  dicom-lake audit outputs.json --inventory-container inventory --index
  dicom-lake audit outputs.json --inventory ./inventory --plan plan.yaml --prices prices.yaml --json

Exit codes:
  0    every file can be read by the service and is its own, as far as the source tells
  1    some are archived, on their way back, misplaced, foreign, work items; or index and files differ
  2    it did not start: wrong options, or a file that cannot be used
  3    it could not be judged, or a report could not be written
  130  interrupted; with --checkpoint the same command goes on`;
