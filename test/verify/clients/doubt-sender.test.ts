import { doubtSender } from '../../../verify/clients/doubt-sender';
import type { HttpAnswer, HttpCall } from '../../../verify/clients/http';
import { EvidenceError } from '../../../verify/error';

async function tellsOf(method: HttpCall['method'], outcome: number | Error): Promise<number> {
  let tells = 0;
  const send = doubtSender(
    () =>
      typeof outcome === 'number'
        ? Promise.resolve<HttpAnswer>({ status: outcome, header: () => undefined, body: Buffer.alloc(0) })
        : Promise.reject(outcome),
    () => (tells += 1),
  );
  await send({ method, url: 'https://pacs.example.org/studies' }).catch((error: unknown) => {
    expect(error).toBe(outcome);
  });
  return tells;
}

test.each<readonly [method: HttpCall['method'], outcome: number | Error, tells: number]>([
  ['POST', 200, 0],
  ['POST', 409, 0],
  ['POST', 500, 0],
  ['POST', 503, 0],
  ['POST', 408, 1],
  ['POST', 502, 1],
  ['POST', 504, 1],
  ['PUT', 504, 1],
  ['POST', new Error('aborted'), 1],
  ['POST', new EvidenceError('UNREACHABLE', 'cut', 'try again'), 1],
  ['POST', new EvidenceError('NOT_AUTHENTICATED', 'no token', 'sign in'), 0],
  ['GET', 504, 0],
  ['GET', new Error('aborted'), 0],
  ['DELETE', 504, 0],
])('%s that ends with %s', async (method, outcome, tells) => {
  expect(await tellsOf(method, outcome)).toBe(tells);
});
