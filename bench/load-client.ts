import http from 'node:http';
import https from 'node:https';
import { performance } from 'node:perf_hooks';
import { CtSlice, sliceIdentifiers, SLICES_PER_STUDY } from './ct-slice';

/** Clients side by side, each of which sends one request after the other on a connection of its own. */
export const CLIENTS = 8;

/** Some requests of one kind to one service. */
export interface Load {
  readonly kind: 'store' | 'retrieve' | 'searchInstances' | 'searchPatient';
  /** Root of the DICOMweb service, without a slash at the end. */
  readonly url: string;
  /** PEM text, for https. */
  readonly ca?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly count: number;
  /** How many slices are there already: a store goes on behind them, the others ask for any of them. */
  readonly stored: number;
}

export type LoadResult = { readonly milliseconds: number } | { readonly error: string };

const BOUNDARY = 'ct-slice';
const HEAD = `--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`;
const TAIL = `\r\n--${BOUNDARY}--\r\n`;
const DICOM_JSON = { Accept: 'application/dicom+json' };
/** A prime, so that requests in a row ask for slices that are far apart. */
const STRIDE = 7919;

const slices = Array.from({ length: CLIENTS }, () => new CtSlice());

/** Answers the milliseconds that all requests took together. */
async function run(load: Load): Promise<number> {
  const agent =
    load.ca === undefined
      ? new http.Agent({ keepAlive: true })
      : new https.Agent({ keepAlive: true, ca: load.ca });
  let sent = 0;
  const start = performance.now();
  try {
    await Promise.all(
      slices.map(async (slice) => {
        while (sent < load.count) await send(load, agent, slice, sent++);
      }),
    );
    return performance.now() - start;
  } finally {
    agent.destroy();
  }
}

function send(load: Load, agent: http.Agent, slice: CtSlice, number: number): Promise<void> {
  if (load.kind === 'store') return store(load, agent, slice, load.stored + number);
  const { study, series, instance, patientId } = sliceIdentifiers((number * STRIDE) % load.stored);
  const { length } = slice.file;
  switch (load.kind) {
    case 'retrieve':
      return ask(load, agent, {
        path: `/studies/${study}/series/${series}/instances/${instance}`,
        headers: { Accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
        leastBytes: length,
      });
    case 'searchInstances':
      return ask(load, agent, {
        path: `/studies/${study}/instances`,
        headers: DICOM_JSON,
        leastBytes: SLICES_PER_STUDY * instance.length,
      });
    case 'searchPatient':
      return ask(load, agent, {
        path: `/studies?PatientID=${patientId}`,
        headers: DICOM_JSON,
        leastBytes: study.length + patientId.length,
      });
  }
}

function store(load: Load, agent: http.Agent, slice: CtSlice, number: number): Promise<void> {
  slice.become(number);
  return ask(load, agent, {
    path: '/studies',
    headers: {
      ...DICOM_JSON,
      'Content-Type': `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
      'Content-Length': String(HEAD.length + slice.file.length + TAIL.length),
    },
    file: slice.file,
    leastBytes: sliceIdentifiers(number).instance.length,
  });
}

/** Sends one request and reads its answer to the end. */
function ask(
  load: Load,
  agent: http.Agent,
  request: {
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly file?: Buffer;
    /** Shorter answers are no answers. */
    readonly leastBytes: number;
  },
): Promise<void> {
  const { request: open } = load.ca === undefined ? http : https;
  const method = request.file === undefined ? 'GET' : 'POST';
  return new Promise((resolve, reject) => {
    const outgoing = open(
      load.url + request.path,
      { method, agent, headers: { ...load.headers, ...request.headers } },
      (incoming) => {
        let length = 0;
        incoming.on('data', (chunk: Buffer) => (length += chunk.length));
        incoming.on('error', reject);
        incoming.on('end', () => {
          if (incoming.statusCode === 200 && length >= request.leastBytes) resolve();
          else
            reject(
              new Error(`${method} ${request.path} was answered ${incoming.statusCode}, ${length} bytes`),
            );
        });
      },
    );
    outgoing.on('error', reject);
    if (request.file !== undefined) {
      outgoing.write(HEAD, 'latin1');
      outgoing.write(request.file);
      outgoing.write(TAIL, 'latin1');
    }
    outgoing.end();
  });
}

process.on('message', (load: Load) => {
  void run(load).then(
    (milliseconds) => process.send?.({ milliseconds }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
