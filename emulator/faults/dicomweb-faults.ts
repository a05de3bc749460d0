import { Readable } from 'node:stream';
import { type Handler, type HttpRequest, type HttpResponse, readBody } from '../http/exchange';
import { defineFault, type FaultDefinition, type FaultSymptom } from './fault-definition';
import { text } from './fault-parameter';
import { changedJson, withBody, withoutLastPart, withQuery } from './tampered-dicomweb';

const STORED = '00081199';
const SEARCH = /\/(studies|series|instances)$/;
const RULES = ['range', 'fuzzymatching', 'Modality'];

/** Where a DICOMweb answer is not what was asked for, while the service and its lake are well. */
export const DICOMWEB_FAULTS = [
  answering({
    id: 'dicom/single-part-refused',
    title: 'the service takes multipart bodies only',
    effect: 'answers 415 to every store whose body is one instance by itself',
    symptoms: [{ plane: 'dicom', status: 415 }],
    answer: (request, next) =>
      isStore(request) && request.headers['content-type'] === 'application/dicom'
        ? Promise.resolve({ status: 415 })
        : next(request),
  }),
  answering({
    id: 'dicom/multipart-cut',
    title: 'a proxy lets through the first part of a store only',
    effect: 'drops every part of a store but the first, as if the others had never been sent',
    symptoms: [{ seen: 'a store of several instances is answered 200, and names one' }],
    answer: async (request, next) => {
      const boundary = /boundary="?([^";]+)/.exec(request.headers['content-type'] ?? '')?.[1];
      if (!isStore(request) || boundary === undefined) return next(request);
      const body = await readBody(request.body);
      const second = body.indexOf(`\r\n--${boundary}`, boundary.length + 2);
      const first = Buffer.concat([body.subarray(0, second), Buffer.from(`\r\n--${boundary}--\r\n`)]);
      return next({ ...request, body: Readable.from([first], { objectMode: false }) });
    },
  }),
  answering({
    id: 'dicom/duplicate-accepted',
    title: 'an instance that is there already is replaced',
    effect: 'handles every store as one that replaces what is there',
    symptoms: [{ seen: 'a store of an instance that is there already is answered 200' }],
    answer: (request, next) => next(isStore(request) ? { ...request, method: 'PUT' } : request),
  }),
  answering({
    id: 'dicom/partial-store-silent',
    title: 'the service does not say which instances it did not store',
    effect: 'answers 200 and names what was stored only, wherever a store succeeds in part',
    symptoms: [{ seen: 'a store that succeeds in part is answered 200, without FailedSOPSequence' }],
    answer: async (request, next) => {
      const response = await next(request);
      if (!isStore(request) || response.status !== 202) return response;
      const changed = await changedJson(response, (answer) => {
        const { [STORED]: stored } = answer as Readonly<Record<string, unknown>>;
        return stored === undefined ? answer : { [STORED]: stored };
      });
      return { ...changed, status: 200 };
    },
  }),
  defineFault({
    id: 'dicom/search-rule-broken',
    title: 'searches do not heed one of the rules',
    effect: 'drops the end of every range, or fuzzymatching or Modality, from every search',
    symptoms: [{ seen: 'a search finds more, or less, than what matches' }],
    parameters: { rule: text('what is dropped', 'range', RULES) },
    inject: ({ hooks }, { rule }) =>
      hooks.intercept('dicom', (request, next) =>
        isSearch(request)
          ? next(
              withQuery(request, (name, value) =>
                rule === 'range' && /^\d{8}-\d{8}$/.test(value)
                  ? value.replace(/\d{8}$/, '')
                  : name === rule
                    ? undefined
                    : value,
              ),
            )
          : next(request),
      ),
  }),
  answering({
    id: 'dicom/search-offset-ignored',
    title: 'every page of a search is the first one',
    effect: 'drops offset from every search',
    symptoms: [{ seen: 'a search with an offset finds the same as without' }],
    answer: (request, next) =>
      next(
        isSearch(request)
          ? withQuery(request, (name, value) => (name === 'offset' ? undefined : value))
          : request,
      ),
  }),
  answering({
    id: 'dicom/study-incomplete',
    title: 'the last file of every study and series is left out',
    effect: 'drops the last part of every retrieve of a study or a series that has more than one',
    symptoms: [{ seen: 'a study has fewer files than instances' }],
    answer: async (request, next) => {
      const response = await next(request);
      return isGetOf(request, /\/studies\/[0-9.]+(\/series\/[0-9.]+)?$/)
        ? withoutLastPart(response)
        : response;
    },
  }),
  answering({
    id: 'dicom/metadata-incomplete',
    title: 'metadata leave the last instance out',
    effect: 'drops the last data set of the metadata of every study and series that has more than one',
    symptoms: [{ seen: 'the metadata of a study have fewer data sets than it has instances' }],
    answer: async (request, next) => {
      const response = await next(request);
      return isMetadata(request) && response.status === 200
        ? changedJson(response, (all) => (Array.isArray(all) && all.length > 1 ? all.slice(0, -1) : all))
        : response;
    },
  }),
  answering({
    id: 'dicom/etag-missing',
    title: 'metadata have no ETag',
    effect: 'drops the ETag of all metadata',
    symptoms: [{ seen: 'the answer to a request for metadata has no ETag' }],
    answer: async (request, next) => {
      const response = await next(request);
      if (!isMetadata(request)) return response;
      const headers = Object.entries(response.headers ?? {}).filter(([name]) => name !== 'ETag');
      return { ...response, headers: Object.fromEntries(headers) };
    },
  }),
  answering({
    id: 'dicom/etag-stale',
    title: 'metadata do not change for those who have an older state',
    effect: 'answers 304 to every request for metadata that names an ETag, whichever it is',
    symptoms: [{ seen: 'metadata are answered 304 after an instance was stored' }],
    answer: (request, next) =>
      isMetadata(request) && request.headers['if-none-match'] !== undefined
        ? Promise.resolve({ status: 304 })
        : next(request),
  }),
  answering({
    id: 'dicom/frames-out-of-order',
    title: 'frames come in an order of their own',
    effect: 'sorts the numbers of the frames that are asked for',
    symptoms: [{ seen: 'the frames 2,1 are answered as 1,2' }],
    answer: (request, next) => {
      const url = new URL(request.url);
      url.pathname = url.pathname.replace(/(?<=\/frames\/)[\d,]+$/, (numbers) =>
        numbers.split(',').sort().join(','),
      );
      return next({ ...request, url });
    },
  }),
  answering({
    id: 'dicom/rendered-broken',
    title: 'rendered images are cut short',
    effect: 'drops the second half of every rendered image',
    symptoms: [{ seen: 'a rendered image cannot be shown' }],
    answer: async (request, next) => {
      const response = await next(request);
      return isGetOf(request, /\/rendered$/) && response.status === 200
        ? withBody(response, (body) => body.subarray(0, body.length / 2))
        : response;
    },
  }),
  answering({
    id: 'dicom/media-type-ignored',
    title: 'the service does not look at media types',
    effect: 'takes every body as the DICOM it should be, and gives every study as DICOM files',
    symptoms: [{ seen: 'a store of text/plain is taken, and a study as image/gif is answered 200' }],
    answer: (request, next) => {
      const { accept, 'content-type': type } = request.headers;
      const headers = {
        ...request.headers,
        ...(isStore(request) && type === 'text/plain' ? { 'content-type': 'application/dicom' } : {}),
        ...(isGetOf(request, /\/studies\/[0-9.]+$/) && accept !== undefined
          ? { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' }
          : {}),
      };
      return next({ ...request, headers });
    },
  }),
  answering({
    id: 'dicom/deletion-ignored',
    title: 'series and single instances are not deleted',
    effect: 'answers 204 to the deletion of a series or an instance, and deletes nothing',
    symptoms: [{ seen: 'an instance answers 200 after its deletion was answered 204' }],
    answer: (request, next) =>
      request.method === 'DELETE' && request.url.pathname.includes('/series/')
        ? Promise.resolve({ status: 204 })
        : next(request),
  }),
  answering({
    id: 'dicom/partition-leak',
    title: 'a partition shows what lies in others',
    effect: 'looks into the other partitions wherever one does not have what is asked for',
    symptoms: [{ seen: 'an instance of one partition answers 200 in another one' }],
    answer: lookEverywhere(),
  }),
] as const;

/** A fault that changes what is asked or answered, for every DICOM service. */
function answering<const Id extends string>(fault: {
  readonly id: Id;
  readonly title: string;
  readonly effect: string;
  readonly symptoms: readonly FaultSymptom[];
  readonly answer: (request: HttpRequest, next: Handler) => Promise<HttpResponse>;
}): FaultDefinition & { readonly id: Id } {
  const { answer, ...rest } = fault;
  return defineFault({ ...rest, parameters: {}, inject: ({ hooks }) => hooks.intercept('dicom', answer) });
}

function isStore({ method, url }: HttpRequest): boolean {
  return method === 'POST' && /\/studies(\/[0-9.]+)?$/.test(url.pathname);
}

function isSearch(request: HttpRequest): boolean {
  return isGetOf(request, SEARCH);
}

function isMetadata(request: HttpRequest): boolean {
  return isGetOf(request, /\/metadata$/);
}

function isGetOf({ method, url }: HttpRequest, path: RegExp): boolean {
  return method === 'GET' && path.test(url.pathname);
}

const PARTITION = /(?<=\/partitions\/)[^/]+(?=\/)/;
const NOTHING = [204, 400, 404];

/** Remembers which partitions there are by what is asked for. */
function lookEverywhere(): (request: HttpRequest, next: Handler) => Promise<HttpResponse> {
  const known = new Set<string>();
  return async (request, next) => {
    const [partition] = PARTITION.exec(request.url.pathname) ?? [];
    const response = await next(request);
    if (partition === undefined) return response;
    known.add(partition);
    if (request.method !== 'GET' || !NOTHING.includes(response.status)) return response;
    for (const other of known) {
      const url = new URL(request.url);
      url.pathname = url.pathname.replace(PARTITION, other);
      const elsewhere = await next({ ...request, url });
      if (!NOTHING.includes(elsewhere.status)) return elsewhere;
      elsewhere.release?.();
    }
    return response;
  };
}
