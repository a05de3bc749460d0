import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { temporaryFolder } from './cli';

const ACCOUNT = 'testlake';

export interface Azurite extends AsyncDisposable {
  readonly blobs: BlobServiceClient;
}

/** Azurite in a process of its own, in memory, on the loopback address, telling nobody of it. */
export async function startAzurite(): Promise<Azurite> {
  const key = randomBytes(64).toString('base64');
  const folder = temporaryFolder();
  const child = spawn(
    process.execPath,
    [
      require.resolve('azurite/dist/src/blob/main.js'),
      ...['--blobHost', '127.0.0.1', '--blobPort', '0', '--inMemoryPersistence'],
      ...['--silent', '--disableTelemetry', '--skipApiVersionCheck'],
    ],
    {
      cwd: folder.path,
      env: { PATH: process.env['PATH'], AZURITE_ACCOUNTS: `${ACCOUNT}:${key}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const origin = await Promise.race([
    originIn(createInterface({ input: child.stdout })),
    ended.then(() => {
      throw new Error('Azurite ended before it listened');
    }),
  ]);
  return {
    blobs: new BlobServiceClient(`${origin}/${ACCOUNT}`, new StorageSharedKeyCredential(ACCOUNT, key)),
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
      folder[Symbol.dispose]();
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
