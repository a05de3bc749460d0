import type { HttpAnswer, HttpCall, SendHttp } from '../../../verify/clients/http';
import { patientSender } from '../../../verify/clients/patient-sender';
import { ManualClock } from '../../../verify/clock';
import { EvidenceError } from '../../../verify/error';
import { rejectionOf } from '../../support/errors';

const START = 1_000_000;

interface Bench {
  readonly sent: readonly number[];
  readonly clock: ManualClock;
  call(call?: Partial<HttpCall>): Promise<HttpAnswer>;
}

/** Answers in turn, the last one for ever; remembers when it was asked, in seconds. */
function setUp(answers: readonly (Partial<HttpAnswer> | Error)[], deadlineSeconds = 60): Bench {
  const clock = new ManualClock(START);
  const sent: number[] = [];
  const send: SendHttp = () => {
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    sent.push((clock.now() - START) / 1000);
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve({ status: 200, header: () => undefined, body: Buffer.alloc(0), ...answer });
  };
  const patient = patientSender(send, { clock, deadline: START + deadlineSeconds * 1000 });
  return {
    sent,
    clock,
    call: (call = {}) => patient({ method: 'POST', url: 'https://dicom.test/x', ...call }),
  };
}

const lost = new EvidenceError('UNREACHABLE', 'cut', 'try again');
const saying =
  (value: string): HttpAnswer['header'] =>
  () =>
    value;

test.each([429, 503])(
  '%d is asked again, whatever the request, with longer and longer waits',
  async (status) => {
    const bench = setUp([{ status }, { status }, { status }, { status: 204 }]);
    await expect(bench.call()).resolves.toMatchObject({ status: 204 });
    expect(bench.sent).toEqual([0, 1, 3, 7]);
  },
);

test('Retry-After is heeded where it asks for more', async () => {
  const bench = setUp([
    { status: 503, header: saying('20') },
    { status: 429, header: saying('0') },
    { status: 200 },
  ]);
  await bench.call();
  expect(bench.sent).toEqual([0, 20, 22]);
});

test.each([
  [429, 'THROTTLED', 'dicom.test answered 429 to 6 requests in 31 s: it is throttling'],
  [503, 'UNAVAILABLE', 'dicom.test answered 503 to 6 requests in 31 s: it is not ready'],
])('%d until the deadline is no answer at all', async (status, code, message) => {
  const bench = setUp([{ status }]);
  expect(await rejectionOf(bench.call())).toMatchObject({ name: 'EvidenceError', code, message });
  expect(bench.sent).toEqual([0, 1, 3, 7, 15, 31]);
});

test('after the deadline it is asked once', async () => {
  const bench = setUp([{ status: 503 }], 0);
  expect(await rejectionOf(bench.call())).toMatchObject({ code: 'UNAVAILABLE' });
  expect(bench.sent).toEqual([0]);
});

test.each([408, 500, 502, 504])(
  '%d to a GET is asked three times, then taken for the answer',
  async (status) => {
    const bench = setUp([{ status }]);
    await expect(bench.call({ method: 'GET' })).resolves.toMatchObject({ status });
    expect(bench.sent).toEqual([0, 1, 3]);
  },
);

test.each(['POST', 'DELETE'] as const)(
  '500 to a %s is not repeated: it may have been done',
  async (method) => {
    const bench = setUp([{ status: 500 }, { status: 200 }]);
    await expect(bench.call({ method })).resolves.toMatchObject({ status: 500 });
    expect(bench.sent).toHaveLength(1);
  },
);

test('a lost answer to a GET is asked for three times, to a POST once', async () => {
  const get = setUp([lost]);
  expect(await rejectionOf(get.call({ method: 'GET' }))).toBe(lost);
  expect(get.sent).toHaveLength(3);
  const post = setUp([lost]);
  expect(await rejectionOf(post.call())).toBe(lost);
  expect(post.sent).toHaveLength(1);
});

test('an interruption ends the waiting', async () => {
  const bench = setUp([{ status: 429 }]);
  const stop = new Error('stop');
  expect(await rejectionOf(bench.call({ signal: AbortSignal.abort(stop) }))).toBe(stop);
});
