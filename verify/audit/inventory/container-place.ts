import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ContainerClient } from '../../clients/azure';
import { ConfigError, EvidenceError } from '../../error';
import { linkedSignal } from '../../linked-signal';
import type { BringRequest, InventoryPlace, PlacedFile } from './inventory-place';

/** Lists that are downloaded at once. */
const CONCURRENCY = 4;

/** A connection that breaks in a large list is taken up again where it was. */
const TRIES_OF_A_LIST = 20;

/** Beside the lists: what the audit itself may put aside. */
const SPARE_BYTES = 512 * 1024 * 1024;

/** Between two messages. */
const STEP_BYTES = 256 * 1024 * 1024;

/** The container into which Azure writes inventories. */
export function containerPlace(container: ContainerClient): InventoryPlace {
  const name = `the container ${container.containerName}`;
  return {
    name,
    files: async (abortSignal) => {
      const found = new Map<string, PlacedFile>();
      try {
        for await (const { name: blob, properties } of container.listBlobsFlat({ abortSignal })) {
          if ((properties as { readonly ResourceType?: string }).ResourceType === 'directory') continue;
          const { contentLength: size = 0, contentMD5: md5 } = properties;
          found.set(blob, { size, ...(md5 === undefined ? {} : { md5 }) });
        }
      } catch (error) {
        abortSignal.throwIfAborted();
        throw unreadable(name, error);
      }
      return found;
    },
    read: (blob, abortSignal) =>
      container.getBlobClient(blob).downloadToBuffer(0, undefined, { abortSignal }),
    addressOf: (blob) => container.getBlobClient(blob).url,
    bring: (request) => download(container, request),
  };
}

async function download(container: ContainerClient, request: BringRequest): Promise<readonly string[]> {
  const { paths, folder, files, signal, progress } = request;
  const total = paths.reduce((sum, blob) => sum + (files.get(blob)?.size ?? 0), 0);
  await checkSpace(folder, total);
  let done = 0;
  let told = 0;
  const count = (bytes: number): void => {
    done += bytes;
    if (done - told < STEP_BYTES && done < total) return;
    told = done;
    progress(`downloaded ${megabytes(done)} of ${megabytes(total)} MB of the inventory`);
  };
  const targets = paths.map((blob, index) => path.join(folder, `${index}${path.posix.extname(blob)}`));
  const stop = new AbortController();
  const linked = linkedSignal([signal, stop.signal]);
  const waiting = paths.entries();
  const work = async (): Promise<void> => {
    for (const [index, blob] of waiting)
      await downloadOne(container, blob, targets[index] ?? '', files.get(blob), linked.signal, count);
  };
  const workers = Array.from({ length: Math.min(CONCURRENCY, paths.length) }, work);
  try {
    await Promise.all(workers);
  } finally {
    // The folder is deleted next: nobody may write into it then.
    stop.abort();
    await Promise.allSettled(workers);
    linked.release();
  }
  return targets;
}

async function downloadOne(
  container: ContainerClient,
  blob: string,
  target: string,
  { size, md5 }: PlacedFile = { size: 0 },
  signal: AbortSignal,
  count: (bytes: number) => void,
): Promise<void> {
  const hash = createHash('md5');
  let length = 0;
  const measured = new Transform({
    transform: (chunk: Buffer, _, done) => {
      hash.update(chunk);
      length += chunk.length;
      count(chunk.length);
      done(null, chunk);
    },
  });
  const { readableStreamBody } = await container
    .getBlobClient(blob)
    .download(0, undefined, { abortSignal: signal, maxRetryRequests: TRIES_OF_A_LIST });
  if (readableStreamBody === undefined) throw new Error('the storage SDK gave no stream');
  await pipeline(readableStreamBody, measured, createWriteStream(target), { signal });
  const isWhole = length === size && (md5 === undefined || hash.digest().equals(md5));
  if (isWhole) return;
  throw new EvidenceError(
    'UNAVAILABLE',
    `${blob} came damaged: ${length} of ${size} bytes, or another MD5 than that of the blob`,
    'Run the audit again.',
  );
}

async function checkSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes + SPARE_BYTES) return;
  throw new ConfigError(
    `the inventory takes ${megabytes(bytes + SPARE_BYTES)} MB on this machine, and ${folder} has ` +
      `${megabytes(free)} MB; point TMPDIR to a larger disk, or copy the run to one and audit that folder`,
  );
}

function megabytes(bytes: number): string {
  return Math.ceil(bytes / 1e6).toLocaleString('en');
}

function unreadable(name: string, cause: unknown): Error {
  const { statusCode } = cause as { readonly statusCode?: number };
  if (statusCode === 404) {
    return new ConfigError(
      `${name} does not exist in the storage account of the lake; name the one into which its inventory policy writes`,
    );
  }
  return new EvidenceError(
    statusCode === 403 ? 'NOT_AUTHORIZED' : 'UNREACHABLE',
    `${name} cannot be listed: ${(cause as Error).message.split('\n')[0] ?? ''}`,
    statusCode === 403
      ? 'Give whoever audits Storage Blob Data Reader on that container, or audit a copy of it in a folder.'
      : 'Try again, or audit a copy of it in a folder.',
    { cause },
  );
}
