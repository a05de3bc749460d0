import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { AT_ONCE, type BlobCaller, type BlobPlace, CALLS, type CallKind, LISTED } from './blob-calls';
import { RawCaller } from './raw-caller';
import { sdkCaller } from './sdk-caller';

/** Some calls of one kind, from a process of their own. */
export interface BlobLoad {
  readonly client: 'raw' | 'sdk';
  readonly place: BlobPlace;
  /** `fill` makes what is read, listed and moved. */
  readonly kind: CallKind | 'fill';
}

export type BlobLoadResult = { readonly milliseconds: number } | { readonly error: string };

const CONTENTS = { '4k': randomBytes(4 * 1024), '512k': randomBytes(512 * 1024) } as const;
const callers = new Map<string, BlobCaller>();

/** Answers the milliseconds that all calls took together. */
async function run({ client, place, kind }: BlobLoad): Promise<number> {
  const key = `${client} ${place.url}`;
  const caller = callers.get(key) ?? (client === 'raw' ? new RawCaller(place) : sdkCaller(place));
  callers.set(key, caller);
  const start = performance.now();
  if (kind === 'fill') {
    await inTurn(LISTED, (number) => caller.put(`listed/${number}`, Buffer.from('x')));
    await inTurn(CALLS['get-4k'].count, (number) => caller.put(`4k/${number}`, CONTENTS['4k']));
    await inTurn(CALLS['get-512k'].count, (number) => caller.put(`512k/${number}`, CONTENTS['512k']));
  } else await inTurn(CALLS[kind].count, (number) => call(caller, kind, number));
  return performance.now() - start;
}

function call(caller: BlobCaller, kind: CallKind, number: number): Promise<void> {
  switch (kind) {
    case 'put-4k':
      return caller.put(`put-4k/${number}`, CONTENTS['4k']);
    case 'put-512k':
      return caller.put(`put-512k/${number}`, CONTENTS['512k']);
    case 'get-4k':
      return expectCount(caller.get(`4k/${number}`), CONTENTS['4k'].length);
    case 'get-512k':
      return expectCount(caller.get(`512k/${number}`), CONTENTS['512k'].length);
    case 'tier':
      return caller.setTier(`4k/${number}`, number % 2 === 0 ? 'Cool' : 'Hot');
    case 'list':
      return expectCount(caller.list('listed/'), LISTED);
  }
}

async function expectCount(counting: Promise<number>, wanted: number): Promise<void> {
  const found = await counting;
  if (found !== wanted) throw new Error(`${wanted} were to come, got ${found}`);
}

async function inTurn(count: number, one: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) await one(next++);
    }),
  );
}

process.on('message', (load: BlobLoad) => {
  void run(load).then(
    (milliseconds) => process.send?.({ milliseconds }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
