import { randomInt } from 'node:crypto';
import { existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { version } from '../package.json';
import {
  ConfigError,
  gatherEvidence,
  readTelemetrySettings,
  runJson,
  runText,
  startTelemetry,
  SystemClock,
  type VerifyConfig,
  watch,
  type WatchEnvironment,
  type WatchRun,
  type WatchTelemetry,
} from '../verify';
import { type CommandContext, type ExitCode, UsageError } from './command-context';
import { OptionReader } from './option-reader';
import { readWaiverFile } from './waiver-file';
import { asUsage, type VerifyOptions, verifyConfigOf, withVerifyOptions } from './verify-options';

interface WatchCommandOptions extends VerifyOptions {
  readonly interval: number;
  readonly jitter: number;
  readonly maxRuns?: number;
  readonly json?: true;
  readonly aliveFile?: string;
  readonly waivers?: string;
}

const RANDOM_STEPS = 2 ** 32;

/** `dicom-lake watch`. */
export function watchCommand(context: CommandContext, setExitCode: (code: ExitCode) => void): Command {
  const reader = new OptionReader();
  return withVerifyOptions(
    new Command('watch').description('verify again and again, and send metrics and traces to OpenTelemetry'),
  )
    .option(
      '--interval <seconds>',
      'from the start of one run to the start of the next',
      reader.wholeNumber('--interval', { minimum: 10, maximum: 86_400 }),
      300,
    )
    .option(
      '--jitter <percent>',
      'put each start but the first off by up to this share of the interval',
      reader.wholeNumber('--jitter', { minimum: 0, maximum: 100 }),
      10,
    )
    .option(
      '--max-runs <count>',
      'end after so many runs',
      reader.wholeNumber('--max-runs', { minimum: 1, maximum: 1_000_000 }),
    )
    .option(
      '--waivers <file>',
      'YAML or JSON list of { check, subject, reason, until }, read anew before each run',
    )
    .option('--json', 'print one line of JSON per run')
    .option('--alive-file <file>', 'write the outcome of each run to this file, for a liveness probe')
    .addHelpText('after', WATCH_HELP)
    .action(async (manifest: string | undefined, options: WatchCommandOptions) => {
      reader.check();
      const exitCode = await asUsage(() => watchAndTell(context, manifest, options));
      setExitCode(exitCode);
    });
}

const WATCH_HELP = `
Telemetry is sent over OTLP by the standard variables of OpenTelemetry, such as OTEL_EXPORTER_OTLP_ENDPOINT and
OTEL_EXPORTER_OTLP_HEADERS; docs/watch.md lists what is sent. Without them, the runs are printed and nothing is sent.
Ends with Ctrl-C or SIGTERM, once the run under way has cleaned up, or with --max-runs and the exit code of the worst run.

Examples:
  OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 dicom-lake watch outputs.json
  dicom-lake watch outputs.json --profile read-only --interval 60 --alive-file /tmp/alive
  dicom-lake watch outputs.json --waivers waivers.yaml
  dicom-lake watch outputs.json --max-runs 1 --jitter 0 --json

Exit codes:
  0    every run passed
  1    a check failed in one of them
  2    it did not start: wrong options, or a manifest, names or waivers that cannot be used
  3    nothing failed, but something could not be judged in one of them
  130  interrupted; what had been sent was deleted`;

async function watchAndTell(
  context: CommandContext,
  manifest: string | undefined,
  options: WatchCommandOptions,
): Promise<ExitCode> {
  const config = await verifyConfigOf(context, manifest, options);
  const aliveFile = options.aliveFile === undefined ? undefined : aliveFileIn(context, options.aliveFile);
  const waivers = waiversIn(context, options.waivers);
  const telemetry = await telemetryOf(context, config);
  try {
    return await watch(
      (signal) => gatherEvidence(config, { signal, identity: context.identity }),
      {
        intervalMs: options.interval * 1000,
        jitter: options.jitter / 100,
        ...(options.maxRuns === undefined ? {} : { maxRuns: options.maxRuns }),
      },
      {
        clock: new SystemClock(),
        signal: context.signal,
        random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
        onRun: (run) => {
          context.out(options.json === true ? runJson(run) : runText(run));
          tellBug(context, run);
          telemetry?.record(run);
          if (aliveFile !== undefined) keepAlive(context, aliveFile, run);
        },
        ...waivers,
      },
    );
  } finally {
    await telemetry?.close();
  }
}

async function telemetryOf(
  context: CommandContext,
  { target }: VerifyConfig,
): Promise<WatchTelemetry | undefined> {
  const settings = readTelemetrySettings(context.environment);
  if (settings === undefined) {
    context.err('telemetry: none is sent; set OTEL_EXPORTER_OTLP_ENDPOINT to send metrics and traces\n');
    return undefined;
  }
  const serviceUrl = target.kind === 'dicomweb' ? target.url : target.manifest.dicomService.serviceUrl;
  return startTelemetry({ settings, version, serviceUrl, notice: (message) => context.err(`${message}\n`) });
}

function tellBug({ err }: CommandContext, run: WatchRun): void {
  if (run.outcome !== 'error' || run.error instanceof ConfigError) return;
  const { error } = run;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  err(`Run ${run.number} met a bug in dicom-lake; please report it.\n${stack}\n`);
}

/** @throws UsageError where they cannot be read more than once */
function waiversIn(context: CommandContext, file: string | undefined): Pick<WatchEnvironment, 'readWaivers'> {
  if (file === undefined) return {};
  if (file === '-')
    throw new UsageError('--waivers takes no standard input here: it is read before each run');
  return { readWaivers: (startedAt) => readWaiverFile(context, file, startedAt) };
}

/** @throws UsageError where it can never be written */
function aliveFileIn({ workingDirectory }: CommandContext, name: string): string {
  const file = path.resolve(workingDirectory, name);
  if (!existsSync(path.dirname(file)))
    throw new UsageError(`the alive file '${name}' cannot be written: there is no such folder`);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new UsageError(`the alive file '${name}' cannot be written: it is a folder`);
  return file;
}

/** Only a run with a report is a sign of life. Whoever reads the file never sees half of it. */
function keepAlive({ err }: CommandContext, file: string, run: WatchRun): void {
  if (run.outcome === 'error' || run.outcome === 'interrupted') return;
  const endedAt = new Date(run.startedAt + run.durationMs).toISOString();
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify({ run: run.number, endedAt, outcome: run.outcome })}\n`);
    renameSync(`${file}.new`, file);
  } catch (error) {
    err(`the alive file cannot be written: ${(error as Error).message}\n`);
  }
}
