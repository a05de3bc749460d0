import { ConfigError, readTelemetrySettings } from '../../../verify';

const METRICS_AND_TRACES = {
  metrics: 'http/protobuf',
  traces: 'http/protobuf',
  metricIntervalMs: 60_000,
  timeoutMs: 5_000,
};
const ENDPOINT = 'http://127.0.0.1:4318';

test.each([
  ['nothing without an endpoint', {}, undefined],
  ['nothing for an empty endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, undefined],
  ['both signals for one endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }, METRICS_AND_TRACES],
  [
    'one signal for its own endpoint',
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ENDPOINT },
    { traces: 'http/protobuf', metricIntervalMs: 60_000, timeoutMs: 5_000 },
  ],
  [
    'a signal in its own protocol',
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
    },
    { metrics: 'http/json', traces: 'http/protobuf', metricIntervalMs: 60_000, timeoutMs: 5_000 },
  ],
  [
    'what is left where an exporter is none',
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRIC_EXPORT_INTERVAL: '5000',
    },
    { metrics: 'http/protobuf', metricIntervalMs: 5_000, timeoutMs: 5_000 },
  ],
  [
    'for as long as the environment says',
    { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '100' },
    { metrics: 'http/protobuf', traces: 'http/protobuf', metricIntervalMs: 60_000 },
  ],
  [
    'nothing where it is disabled',
    { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' },
    undefined,
  ],
])('telemetry is sent: %s', (_what, environment, settings) => {
  expect(readTelemetrySettings(environment)).toEqual(settings);
});

test('fails on everything at once that cannot be sent, without repeating the URL', () => {
  const read = (): unknown =>
    readTelemetrySettings({
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'user:canary@collector:4317',
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ENDPOINT,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
    });
  expect(read).toThrow(
    new ConfigError('telemetry cannot be sent as the environment asks', [
      'OTEL_METRICS_EXPORTER must be otlp or none',
      'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT must be a URL that starts with http:// or https://',
      "OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or http/json, got 'grpc'; collectors listen for these on port 4318",
    ]),
  );
});
