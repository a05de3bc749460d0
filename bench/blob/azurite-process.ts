import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Azurite in a process of its own, with one account. */
export interface AzuriteProcess extends AsyncDisposable {
  /** URL of its blob service with the account in the path, without a slash at the end. */
  readonly accountUrl: string;
  readonly accountName: string;
  /** As Azure writes it. */
  readonly accountKey: string;
}

const ACCOUNT = 'testlake';

/**
 * In memory, on the loopback address, over plain http, writing no log and telling nobody of it.
 *
 * @param folder empty; nothing is written there
 */
export async function spawnAzurite(folder: string): Promise<AzuriteProcess> {
  const accountKey = randomBytes(64).toString('base64');
  const child = spawn(
    process.execPath,
    [
      require.resolve('azurite/dist/src/blob/main.js'),
      ...['--blobHost', '127.0.0.1', '--blobPort', '0', '--inMemoryPersistence'],
      ...['--silent', '--disableTelemetry', '--skipApiVersionCheck'],
    ],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'], AZURITE_ACCOUNTS: `${ACCOUNT}:${accountKey}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = once(child, 'exit');
  const origin = await Promise.race([
    originIn(createInterface({ input: child.stdout })),
    ended.then(() => {
      throw new Error('Azurite ended before it listened');
    }),
  ]);
  return {
    accountUrl: `${origin}/${ACCOUNT}`,
    accountName: ACCOUNT,
    accountKey,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
    },
  };
}

async function originIn(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const origin = /listens on (http:\/\/127\.0\.0\.1:[0-9]+)/.exec(line)?.[1];
    if (origin !== undefined) return origin;
  }
  throw new Error('Azurite did not say where it listens');
}
