import path from 'node:path';
import { Command } from 'commander';
import { sweepExitCode, sweepLeftovers, type SweepReport, type SweptEntry, type SweptRun } from '../verify';
import type { CommandContext, ExitCode } from './command-context';
import { targetOf, type TargetOptions, withTargetOptions } from './target-options';
import { asUsage, JOURNAL_FOLDER, seconds } from './verify-options';

interface SweepOptions extends TargetOptions {
  readonly state: string;
  readonly dryRun?: true;
  readonly json?: true;
  readonly deadline: number;
}

/** `dicom-lake sweep`. */
export function sweepCommand(context: CommandContext, setExitCode: (code: ExitCode) => void): Command {
  return withTargetOptions(new Command('sweep'))
    .description('delete what runs of verify left behind that were killed')
    .option('--state <folder>', 'where studies are journalled until they are deleted', JOURNAL_FOLDER)
    .option('--dry-run', 'say what would be deleted, and touch nothing')
    .option('--deadline <seconds>', 'when to stop trying', seconds, 300)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', SWEEP_HELP)
    .action(async (manifest: string | undefined, options: SweepOptions) => {
      const report = await asUsage(async () =>
        sweepLeftovers(
          {
            target: await targetOf(context, manifest, options),
            journalFolder: path.resolve(context.workingDirectory, options.state),
            dryRun: options.dryRun ?? false,
            deadlineSeconds: options.deadline,
          },
          { signal: context.signal, identity: context.identity },
        ),
      );
      context.out(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : textOf(report));
      setExitCode(sweepExitCode(report));
    });
}

const SWEEP_HELP = `
Deletes what is in the journals of dead runs, and nothing else; verify does the same before it sends anything. A run is
dead when its process is, or when it gave no sign of life for two minutes, if it ran on another machine.
Folders in the lake are left by --profile deep only; to delete one needs Storage Blob Data Contributor on the container.

Examples:
  dicom-lake sweep outputs.json --dry-run
  dicom-lake sweep outputs.json --state /var/lib/dicom-lake/journal

Exit codes:
  0    nothing of dead runs is left
  2    it did not start: wrong options, or a manifest or names that cannot be used
  3    something could not be deleted
  130  interrupted`;

function textOf({ serviceUrl, runs, dryRun, interrupted }: SweepReport): string {
  const lines = runs.flatMap((run) => [
    headline(run),
    ...run.entries.map((entry) => `  ${lineOf(entry, run)}`),
  ]);
  const count = (outcome: SweptEntry['outcome']): number =>
    runs
      .filter((run) => run.outcome !== 'in-use')
      .flatMap(({ entries }) => entries)
      .filter((entry) => entry.outcome === outcome).length;
  const end = dryRun
    ? `${count('found')} would be deleted`
    : `${count('deleted')} deleted, ${count('gone')} gone already, ${count('kept')} kept`;
  const beginning = dryRun ? 'Looked at what runs left in' : 'Swept';
  return [`${beginning} ${serviceUrl}`, ...lines, interrupted ? `Interrupted: ${end}` : end, ''].join('\n');
}

const RUNS: Readonly<Record<SweptRun['outcome'], string>> = {
  swept: 'has left nothing any more',
  kept: 'is not swept yet',
  'in-use': 'lives, so what is its own is not touched',
  found: 'left',
};

function headline({ runUid, outcome, owner }: SweptRun): string {
  const where = owner === undefined ? '' : ` (process ${owner.pid} on ${owner.host.split(' ')[0] ?? ''})`;
  return `run ${runUid}${where} ${RUNS[outcome]}`;
}

function lineOf({ kind, subject, baseUrl, outcome, reason }: SweptEntry, run: SweptRun): string {
  const what = kind === 'study' ? `study ${subject} at ${baseUrl ?? ''}` : `folder ${subject} in the lake`;
  if (outcome === 'found') return run.outcome === 'in-use' ? what : `${what}: would be deleted`;
  if (outcome === 'kept') return `${what}: kept, ${reason ?? ''}`;
  return `${what}: ${outcome === 'deleted' ? 'deleted' : 'gone already'}`;
}
