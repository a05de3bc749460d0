import type { Plane } from '../../contract';
import type { HttpRequest, HttpResponse } from '../http/exchange';
import { defineFault, type FaultSymptom } from './fault-definition';
import type { FaultyPlane } from './fault-hooks';
import { integer, text } from './fault-parameter';
import { cutAfter, failure, repeated, skewed } from './tampered-exchange';

const METHOD = text('only requests with this method; empty for all', '');
const PATH = text('only requests whose path contains this; empty for all', '');
const WHICH = { method: METHOD, path: PATH };
const RETRY_AFTER = integer('what Retry-After says', 5, { minimum: 0, maximum: 86_400 });
const HOUR = 3_600;
const MILLISECONDS = integer('how late, on the clock of the emulator', 5_000, {
  minimum: 1,
  maximum: 600_000,
});
const AFTER_BYTES = integer('how much of the body still goes out', 10, {
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
});
const AHEAD = integer('how far ahead the clock is; below 0 it is behind', 2 * HOUR, {
  minimum: -315_360_000,
  maximum: 315_360_000,
});
const NAMES: Readonly<Record<FaultyPlane, string>> = {
  dicom: 'the DICOM service',
  storage: 'the lake',
  arm: 'Azure Resource Manager',
  entra: 'the token endpoint',
  logs: 'the Log Analytics API',
};
const PLANE_OF_ERRORS: Readonly<Record<FaultyPlane, Plane>> = {
  dicom: 'dicom',
  storage: 'lake',
  arm: 'arm',
  entra: 'entra',
  logs: 'logs',
};

/** What goes wrong between a client and a plane: throttling, outages, slow and cut connections, wrong clocks. */
export const TRANSPORT_FAULTS = [
  refusal('dicom/throttled', 'dicom', 429, undefined),
  refusal('dicom/unavailable', 'dicom', 503, undefined),
  refusal('dicom/failing', 'dicom', 500, undefined),
  refusal('lake/throttled', 'storage', 503, 'ServerBusy'),
  refusal('arm/throttled', 'arm', 429, 'TooManyRequests'),
  refusal('arm/unavailable', 'arm', 503, 'ServiceUnavailable'),
  refusal('entra/throttled', 'entra', 429, 'temporarily_unavailable'),
  refusal('entra/unavailable', 'entra', 503, 'temporarily_unavailable'),
  slow('dicom/slow', 'dicom'),
  slow('lake/slow', 'storage'),
  slow('arm/slow', 'arm'),
  slow('entra/slow', 'entra'),
  cut('dicom/connection-cut', 'dicom'),
  cut('lake/connection-cut', 'storage'),
  cut('arm/connection-cut', 'arm'),
  clockSkew('dicom/clock-skewed', 'dicom'),
  clockSkew('lake/clock-skewed', 'storage'),
  defineFault({
    id: 'dicom/duplicate',
    title: 'a store arrives twice',
    effect: 'handles every store twice, as when a proxy repeats it, and answers what came of the second',
    symptoms: [{ plane: 'dicom', status: 409, code: '45070' }],
    parameters: {},
    inject: ({ hooks }) =>
      hooks.intercept('dicom', (request, next) =>
        request.method === 'POST' ? repeated(request, next) : next(request),
      ),
  }),
  defineFault({
    id: 'dicom/deletion-refused',
    title: 'the service refuses deletions',
    effect: 'answers every deletion with 503 and deletes nothing',
    symptoms: [{ plane: 'dicom', status: 503 }],
    parameters: { retryAfterSeconds: RETRY_AFTER },
    inject: ({ hooks }, { retryAfterSeconds }) =>
      hooks.intercept('dicom', (request, next) =>
        request.method === 'DELETE'
          ? Promise.resolve(failure('dicom', 503, undefined, retryAfterSeconds))
          : next(request),
      ),
  }),
] as const;

/** Refuses requests before the plane sees them. */
function refusal<const Id extends string>(
  id: Id,
  plane: FaultyPlane,
  status: number,
  code: string | undefined,
): ReturnType<typeof defineFault<Id, typeof WHICH & { retryAfterSeconds: typeof RETRY_AFTER }>> {
  const named = code === undefined ? String(status) : `${status} ${code}`;
  const symptom: FaultSymptom = {
    plane: PLANE_OF_ERRORS[plane],
    status,
    ...(code === undefined ? {} : { code }),
  };
  return defineFault({
    id,
    title: `${NAMES[plane]} answers ${named}`,
    effect: `answers requests with ${named} and Retry-After, without handling them`,
    symptoms: [symptom],
    ...(status === 500 ? { failsChecks: ['dicomweb/instance-stored'] } : {}),
    parameters: { ...WHICH, retryAfterSeconds: RETRY_AFTER },
    inject: ({ hooks }, values) =>
      hooks.intercept(plane, (request, next) =>
        isMeant(request, values)
          ? Promise.resolve(failure(plane, status, code, values.retryAfterSeconds))
          : next(request),
      ),
  });
}

function slow<const Id extends string>(
  id: Id,
  plane: FaultyPlane,
): ReturnType<typeof defineFault<Id, typeof WHICH & { milliseconds: typeof MILLISECONDS }>> {
  return defineFault({
    id,
    title: `${NAMES[plane]} is slow`,
    effect: 'handles requests at once and answers them late',
    symptoms: [{ seen: 'no answer comes until the time is over' }],
    parameters: { ...WHICH, milliseconds: MILLISECONDS },
    inject: ({ hooks, clock }, values) =>
      hooks.intercept(plane, async (request, next) => {
        const response = await next(request);
        if (isMeant(request, values)) {
          await new Promise<void>((resolve) => void clock.after(values.milliseconds, resolve));
        }
        return response;
      }),
  });
}

function cut<const Id extends string>(
  id: Id,
  plane: FaultyPlane,
): ReturnType<typeof defineFault<Id, typeof WHICH & { afterBytes: typeof AFTER_BYTES }>> {
  return defineFault({
    id,
    title: `${NAMES[plane]} cuts connections`,
    effect: 'handles requests and ends the connection in the middle of the answer',
    symptoms: [{ seen: 'the answer breaks off' }],
    parameters: { ...WHICH, afterBytes: AFTER_BYTES },
    inject: ({ hooks }, values) =>
      hooks.intercept(plane, async (request, next) => {
        const response: HttpResponse = await next(request);
        return isMeant(request, values) ? cutAfter(response, values.afterBytes) : response;
      }),
  });
}

function clockSkew<const Id extends string>(
  id: Id,
  plane: FaultyPlane,
): ReturnType<typeof defineFault<Id, { seconds: typeof AHEAD }>> {
  return defineFault({
    id,
    title: `the clock of ${NAMES[plane]} is wrong`,
    effect: 'dates requests and answers by a clock that is ahead or behind',
    symptoms: [{ seen: 'the Date header differs from those of the other planes' }],
    parameters: { seconds: AHEAD },
    inject: ({ hooks, clock }, { seconds }) =>
      hooks.intercept(plane, (request, next) => skewed(request, next, seconds * 1000, clock)),
  });
}

function isMeant(
  { method, url }: HttpRequest,
  wanted: { readonly method: string; readonly path: string },
): boolean {
  return (
    (wanted.method === '' || wanted.method.toUpperCase() === method) && url.pathname.includes(wanted.path)
  );
}
