import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** What a receiver does with a request: takes it, refuses it with a status, or never answers. */
export type Manner = 'takes' | 'hangs' | number;

export interface OtlpRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A metric's points at one time; attributes as `name=value`, sorted and joined by commas. */
export interface OtlpMetric {
  readonly name: string;
  readonly unit: string;
  readonly kind: string;
  readonly points: Readonly<Record<string, number>>;
  readonly attributeNames: readonly string[];
}

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
}

export type Attributes = Readonly<Record<string, string | number>>;

/** Stands in for an OpenTelemetry collector: OTLP over HTTP, on loopback. */
export interface OtlpReceiver extends AsyncDisposable {
  readonly endpoint: string;
  readonly requests: readonly OtlpRequest[];
  manner: Manner;
  /** Of the last request with metrics, which must be JSON. */
  metrics(): readonly OtlpMetric[];
  /** Of all requests, which must be JSON. */
  spans(): readonly OtlpSpan[];
  /** Of the last request. */
  resource(): Attributes;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const requests: OtlpRequest[] = [];
  const jsonOf = (path: string): readonly Json[] =>
    requests
      .filter((request) => request.path === path)
      .map(({ body }) => JSON.parse(body.toString()) as Json);
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const whole = Buffer.concat(chunks);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole;
    requests.push({ path: request.url ?? '', headers: request.headers, body });
    if (receiver.manner === 'hangs') return;
    const status = receiver.manner === 'takes' ? 200 : receiver.manner;
    // As collectors do, it repeats what it refuses.
    const text = status === 200 ? '{}' : `refused ${String(request.headers['authorization'])}`;
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: OtlpReceiver = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    manner: 'takes',
    metrics: () => metricsOf(jsonOf('/v1/metrics').at(-1) ?? {}),
    spans: () => jsonOf('/v1/traces').flatMap(spansOf),
    resource: () => {
      const last = [...jsonOf('/v1/metrics'), ...jsonOf('/v1/traces')].at(-1);
      const [first] = last?.resourceMetrics ?? last?.resourceSpans ?? [];
      return attributesOf(first?.resource.attributes);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

/** The JSON encoding of OTLP, as far as it is looked at. */
interface Json {
  readonly resourceMetrics?: readonly {
    readonly resource: JsonAttributes;
    readonly scopeMetrics: readonly { readonly metrics: readonly JsonMetric[] }[];
  }[];
  readonly resourceSpans?: readonly {
    readonly resource: JsonAttributes;
    readonly scopeSpans: readonly { readonly spans: readonly JsonSpan[] }[];
  }[];
}

interface JsonAttributes {
  readonly attributes?: readonly {
    readonly key: string;
    readonly value: Readonly<Record<string, unknown>>;
  }[];
}

interface JsonPoint extends JsonAttributes {
  readonly asDouble?: number;
  readonly asInt?: number | string;
  readonly count?: number | string;
}

interface JsonMetric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { readonly dataPoints: readonly JsonPoint[] };
  readonly gauge?: { readonly dataPoints: readonly JsonPoint[] };
  readonly histogram?: { readonly dataPoints: readonly JsonPoint[] };
}

interface JsonSpan extends JsonAttributes {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: OtlpSpan['status'];
  readonly events?: readonly (JsonAttributes & { readonly name: string })[];
}

function metricsOf({ resourceMetrics = [] }: Json): readonly OtlpMetric[] {
  return resourceMetrics
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    .map(({ name, unit, sum, gauge, histogram }) => {
      const points = (sum ?? gauge ?? histogram)?.dataPoints ?? [];
      const kind = gauge !== undefined ? 'gauge' : histogram !== undefined ? 'histogram' : 'counter';
      return {
        name,
        unit,
        kind,
        points: Object.fromEntries(points.map((point) => [labelOf(point), valueOf(point)])),
        attributeNames: [...new Set(points.flatMap((point) => Object.keys(attributesOf(point.attributes))))],
      };
    });
}

function labelOf({ attributes }: JsonPoint): string {
  return Object.entries(attributesOf(attributes))
    .filter(([name]) => name !== 'server.address')
    .map(([name, value]) => `${name.split('.').at(-1) ?? ''}=${value}`)
    .sort()
    .join(',');
}

function valueOf({ asDouble, asInt, count }: JsonPoint): number {
  return Number(asDouble ?? asInt ?? count);
}

function spansOf({ resourceSpans = [] }: Json): readonly OtlpSpan[] {
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map((span) => ({
      traceId: span.traceId,
      spanId: span.spanId,
      ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
      name: span.name,
      start: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
      end: Number(BigInt(span.endTimeUnixNano) / 1_000_000n),
      attributes: attributesOf(span.attributes),
      status: span.status ?? {},
      events: (span.events ?? []).map(({ name, attributes }) => ({
        name,
        attributes: attributesOf(attributes),
      })),
    }));
}

function attributesOf(attributes: JsonAttributes['attributes'] = []): Attributes {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, Object.values(value)[0] as string | number]),
  );
}
