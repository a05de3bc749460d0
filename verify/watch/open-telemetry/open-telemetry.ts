import { hostname } from 'node:os';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AggregationTemporality,
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions';
import { SystemClock } from '../../clock';
import type { TelemetryOptions, TelemetrySettings, WatchTelemetry } from '../telemetry';
import type { WatchRun } from '../watch-run';
import { noticing, type Notice } from './noticing-exporter';
import { RunMetrics } from './run-metrics';
import { traceRun } from './run-trace';

const SCOPE = 'dicom-lake';
const CLOSE_MS = 5_000;

/**
 * Pushes runs over OTLP, by the standard variables of OpenTelemetry. Sets none of OpenTelemetry's global providers, so
 * that the SDKs of Azure stay silent.
 */
export class OpenTelemetry implements WatchTelemetry {
  private readonly meterProvider: MeterProvider | undefined;
  private readonly tracerProvider: TracerProvider | undefined;
  private readonly metrics: RunMetrics | undefined;
  private isFlushing = false;
  private hasMore = false;

  public constructor(private readonly options: TelemetryOptions) {
    const { settings, version, serviceUrl } = options;
    const resource = resourceOf(version);
    this.meterProvider = meterProvider(options, resource);
    this.tracerProvider = tracerProvider(options, resource);
    this.metrics =
      settings.metrics === undefined || this.meterProvider === undefined
        ? undefined
        : new RunMetrics(this.meterProvider.getMeter(SCOPE, version), addressOf(serviceUrl));
  }

  public record(run: WatchRun): void {
    const { version, serviceUrl } = this.options;
    this.metrics?.record(run);
    if (this.tracerProvider !== undefined)
      traceRun(run, this.tracerProvider.getTracer(SCOPE, version), addressOf(serviceUrl));
    void this.flush();
  }

  public async close(): Promise<void> {
    const over = new AbortController();
    const waited = new SystemClock().sleep(CLOSE_MS, over.signal).catch(() => undefined);
    await Promise.race([
      Promise.allSettled([this.meterProvider?.shutdown(), this.tracerProvider?.shutdown()]),
      waited,
    ]);
    over.abort();
  }

  /** One at a time: a collector that hangs piles up nothing, and what came meanwhile goes with the next. */
  private async flush(): Promise<void> {
    this.hasMore = true;
    if (this.isFlushing) return;
    this.isFlushing = true;
    while (this.hasMore) {
      this.hasMore = false;
      await Promise.allSettled([this.meterProvider?.forceFlush(), this.tracerProvider?.forceFlush()]);
    }
    this.isFlushing = false;
  }
}

function meterProvider(
  { settings, notice }: TelemetryOptions,
  resource: Resource,
): MeterProvider | undefined {
  const { metrics, metricIntervalMs } = settings;
  if (metrics === undefined) return undefined;
  const timeout = timeoutOf(settings);
  const exporter =
    metrics === 'http/json' ? new JsonMetricExporter(timeout) : new ProtobufMetricExporter(timeout);
  const temporalityOf = exporter.selectAggregationTemporality.bind(exporter);
  // Gauges have none, but by this the SDK decides whether it repeats points that are observed no more: it must not.
  exporter.selectAggregationTemporality = (type) =>
    type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : temporalityOf(type);
  const reader = new PeriodicExportingMetricReader({
    exporter: noticing(exporter, noticeOf('metrics', notice)),
    exportIntervalMillis: metricIntervalMs,
  });
  return new MeterProvider({ resource, readers: [reader] });
}

function tracerProvider(
  { settings, notice }: TelemetryOptions,
  resource: Resource,
): TracerProvider | undefined {
  const { traces } = settings;
  if (traces === undefined) return undefined;
  const timeout = timeoutOf(settings);
  const exporter =
    traces === 'http/json' ? new JsonTraceExporter(timeout) : new ProtobufTraceExporter(timeout);
  const processor = new BatchSpanProcessor({ exporter: noticing(exporter, noticeOf('traces', notice)) });
  return new TracerProvider({ resource, spanProcessors: [processor] });
}

function timeoutOf({ timeoutMs }: TelemetrySettings): { readonly timeoutMillis?: number } {
  return timeoutMs === undefined ? {} : { timeoutMillis: timeoutMs };
}

function noticeOf(signal: string, notice: (message: string) => void): Notice {
  return (problem) =>
    notice(
      problem === undefined
        ? `telemetry: ${signal} get through again`
        : `telemetry: ${signal} do not get through (${problem}); the checks go on without`,
    );
}

/** What the environment says goes before what is said here. */
function resourceOf(version: string): Resource {
  return defaultResource()
    .merge(
      resourceFromAttributes({
        [ATTR_SERVICE_NAME]: 'dicom-lake-watch',
        [ATTR_SERVICE_VERSION]: version,
        [ATTR_SERVICE_INSTANCE_ID]: hostname(),
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
}

function addressOf(serviceUrl: string): string {
  return URL.canParse(serviceUrl) ? new URL(serviceUrl).hostname : 'unknown';
}
