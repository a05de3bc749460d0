import path from 'node:path';
import {
  connectionForEmulator,
  gatherEvidence,
  ManualClock,
  SystemClock,
  type TelemetrySettings,
  type VerifyConfig,
  watch,
  type WatchEnvironment,
  type WatchRun,
} from '../../verify';
import { OpenTelemetry } from '../../verify/watch/open-telemetry/open-telemetry';
import { METRICS, SPANS } from '../../verify/watch/signals';
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver';
import { startVerifyBench, type VerifyBench } from './verify-bench';

export const JSON_SETTINGS: TelemetrySettings = {
  metrics: 'http/json',
  traces: 'http/json',
  metricIntervalMs: 60_000,
};
/** What every export brings along. */
export const AUTHORIZATION = 'Basic Y2FuYXJ5OmhlYWRlcg==';

const clock = new SystemClock();

/** A deployment on the emulator, telemetry of it, and a receiver that takes it by the environment of the process. */
export interface TelemetryBench extends AsyncDisposable {
  readonly bench: VerifyBench;
  readonly receiver: OtlpReceiver;
  readonly telemetry: OpenTelemetry;
  readonly notices: readonly string[];
  /** Watches for one run after another, with what is to happen before each; waits until each has arrived. */
  readonly watchRuns: (
    before: readonly (() => void | Promise<void>)[],
    config?: Partial<VerifyConfig>,
    readWaivers?: WatchEnvironment['readWaivers'],
  ) => Promise<readonly WatchRun[]>;
}

/** The environment of the process is the caller's to put back. */
export async function startTelemetryBench(
  settings: TelemetrySettings = JSON_SETTINGS,
): Promise<TelemetryBench> {
  const receiver = await startOtlpReceiver();
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = receiver.endpoint;
  process.env['OTEL_EXPORTER_OTLP_HEADERS'] = `authorization=${encodeURIComponent(AUTHORIZATION)}`;
  process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '500';
  const notices: string[] = [];
  const bench = await startVerifyBench();
  const { manifest } = bench.lake;
  const telemetry = new OpenTelemetry({
    settings,
    version: '0.0.0',
    serviceUrl: manifest.dicomService.serviceUrl,
    notice: (message) => notices.push(message),
  });
  return {
    bench,
    receiver,
    telemetry,
    notices,
    watchRuns: async (before, config, readWaivers) => {
      const runs: WatchRun[] = [];
      await watch(
        async (signal) => {
          await arrived(receiver, runs.length);
          await before[runs.length]?.();
          return gatherEvidence({ ...watchConfigFor(bench), ...config }, { signal });
        },
        { intervalMs: 60_000, jitter: 0, maxRuns: before.length },
        {
          clock: new ManualClock(),
          signal: new AbortController().signal,
          random: () => 0,
          onRun: (run) => {
            runs.push(run);
            telemetry.record(run);
          },
          ...(readWaivers === undefined ? {} : { readWaivers }),
        },
      );
      return runs;
    },
    [Symbol.asyncDispose]: async () => {
      await telemetry.close();
      await receiver[Symbol.asyncDispose]();
      await bench[Symbol.asyncDispose]();
    },
  };
}

/** A deployment on the emulator to watch, with a journal in the folder of its bench. */
export function watchConfigFor({ emulator, lake, folder }: VerifyBench): VerifyConfig {
  return {
    target: {
      kind: 'deployment',
      manifest: lake.manifest,
      azure: connectionForEmulator(emulator.ready, emulator.ca),
    },
    journalFolder: path.join(folder, 'journal'),
    limits: { fileRemovalMs: 5_000, healthWindowMs: 10_000 },
    version: '0.0.0',
  };
}

/** Until the metrics and the traces of so many runs are there, where they are taken. */
async function arrived(receiver: OtlpReceiver, runs: number): Promise<void> {
  if (runs === 0 || receiver.manner !== 'takes') return;
  await until(() => {
    const points = receiver.metrics().find(({ name }) => name === METRICS.runs.name)?.points ?? {};
    const counted = Object.values(points).reduce((sum, value) => sum + value, 0);
    return counted >= runs && receiver.spans().filter(({ name }) => name === SPANS.run.name).length >= runs;
  });
}

export async function until(condition: () => boolean): Promise<void> {
  const deadline = clock.now() + 10_000;
  while (!condition()) {
    if (clock.now() > deadline) throw new Error('it did not come');
    await clock.sleep(20);
  }
}

export function point(receiver: OtlpReceiver, name: string, label: string): number | undefined {
  return receiver.metrics().find((metric) => metric.name === name)?.points[label];
}
