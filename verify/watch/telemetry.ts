import { ConfigError } from '../error';
import type { WatchRun } from './watch-run';

/** Where the runs of a watch are told to. Never throws, never waits for whoever listens. */
export interface WatchTelemetry {
  record(run: WatchRun): void;
  /** Sends what is left, for a few seconds at most. */
  close(): Promise<void>;
}

export type OtlpProtocol = 'http/protobuf' | 'http/json';

/** Which signals are sent, and how; where to is read by OpenTelemetry itself. */
export interface TelemetrySettings {
  readonly metrics?: OtlpProtocol;
  readonly traces?: OtlpProtocol;
  /** How often metrics are sent between the runs, in milliseconds. */
  readonly metricIntervalMs: number;
  /** For one export with all its tries, in milliseconds. @default - what the environment says */
  readonly timeoutMs?: number;
}

/** Half of what OpenTelemetry waits by default: the process does not end before, and containers are given little time. */
const TIMEOUT_MS = 5_000;

export interface TelemetryOptions {
  readonly settings: TelemetrySettings;
  /** Version of the tool. */
  readonly version: string;
  /** URL of the DICOM service, or of the DICOMweb server. */
  readonly serviceUrl: string;
  /** Told once when telemetry no longer gets through, and once when it does again. */
  readonly notice: (message: string) => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the standard variables of OpenTelemetry, as far as they decide what is sent.
 *
 * @returns undefined where nothing is to be sent
 * @throws ConfigError with everything that cannot be done
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function readTelemetrySettings(environment: Environment): TelemetrySettings | undefined {
  if (environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined;
  const problems: string[] = [];
  const metrics = protocolOf('METRICS', environment, problems);
  const traces = protocolOf('TRACES', environment, problems);
  const metricIntervalMs = Number(environment['OTEL_METRIC_EXPORT_INTERVAL'] || 60_000);
  if (!(metricIntervalMs >= 1_000 && metricIntervalMs <= 3_600_000)) {
    problems.push('OTEL_METRIC_EXPORT_INTERVAL must be milliseconds from 1000 to 3600000');
  }
  if (problems.length > 0)
    throw new ConfigError('telemetry cannot be sent as the environment asks', [...new Set(problems)]);
  if (metrics === undefined && traces === undefined) return undefined;
  return {
    ...(metrics === undefined ? {} : { metrics }),
    ...(traces === undefined ? {} : { traces }),
    metricIntervalMs,
    ...(['', 'METRICS_', 'TRACES_'].some((signal) => environment[`OTEL_EXPORTER_OTLP_${signal}TIMEOUT`])
      ? {}
      : { timeoutMs: TIMEOUT_MS }),
  };
}

/** Starts to send telemetry. What that takes is loaded here and not before. */
export async function startTelemetry(options: TelemetryOptions): Promise<WatchTelemetry> {
  const { OpenTelemetry } = await import('./open-telemetry/open-telemetry.js');
  return new OpenTelemetry(options);
}

/** @returns undefined where the signal is not to be sent */
function protocolOf(
  signal: 'METRICS' | 'TRACES',
  environment: Environment,
  problems: string[],
): OtlpProtocol | undefined {
  const name = ['ENDPOINT', 'PROTOCOL'].map((what) =>
    [`OTEL_EXPORTER_OTLP_${signal}_${what}`, `OTEL_EXPORTER_OTLP_${what}`].find(
      (variable) => (environment[variable] ?? '') !== '',
    ),
  );
  const [endpoint, protocolName] = name;
  const exporter = environment[`OTEL_${signal}_EXPORTER`] || 'otlp';
  if (endpoint === undefined || exporter === 'none') return undefined;
  if (exporter !== 'otlp') problems.push(`OTEL_${signal}_EXPORTER must be otlp or none`);
  if (!/^https?:\/\//.test(environment[endpoint] ?? '') || !URL.canParse(environment[endpoint] ?? '')) {
    problems.push(`${endpoint} must be a URL that starts with http:// or https://`);
  }
  const protocol = protocolName === undefined ? 'http/protobuf' : environment[protocolName];
  if (protocol === 'http/protobuf' || protocol === 'http/json') return protocol;
  problems.push(
    `${protocolName ?? ''} must be http/protobuf or http/json, got '${protocol ?? ''}'; collectors listen for these on port 4318`,
  );
  return undefined;
}
