import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import {
  BlobServiceClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
} from '@azure/storage-blob';
import { SystemClock } from '../../verify';
import type { FileLake } from './file-lake';
import type { ListingOutcome } from './listing-client';

const HOUR_MS = 3_600_000;

/** Lists the files below a folder of a lake with their tiers, as rclone does it, with its own fast listing. */
export async function rcloneListing(lake: FileLake, ca: string, prefix: string): Promise<ListingOutcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dicom-lake-bench-'));
  try {
    const certificate = path.join(folder, 'ca.pem');
    writeFileSync(certificate, ca);
    const url = await signedUrl(lake, ca);
    const arguments_ = ['--config', '', '--ca-cert', certificate, '--azureblob-sas-url', url];
    const command = ['lsf', '--recursive', '--files-only', '--fast-list', '--format', 'pT'];
    const start = performance.now();
    // GNU time tells how much was resident.
    const child = spawn(
      '/usr/bin/time',
      ['-f', '%M', 'rclone', ...arguments_, ...command, `:azureblob:dicom/${prefix}`],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const ended = once(child, 'exit');
    const tiers: Record<string, number> = {};
    for await (const line of createInterface({ input: child.stdout })) {
      const tier = line.slice(line.lastIndexOf(';') + 1);
      tiers[tier] = (tiers[tier] ?? 0) + 1;
    }
    const [status] = (await ended) as [number | null];
    if (status !== 0) throw new Error(`rclone ended with ${String(status)}: ${errors.slice(0, 500)}`);
    const peakBytes = Number(errors.trim().split('\n').at(-1)) * 1024;
    return { milliseconds: performance.now() - start, tiers, peakBytes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function signedUrl({ blobUrl, connection }: FileLake, ca: string): Promise<string> {
  const service = new BlobServiceClient(blobUrl, connection.credential, { tlsOptions: { ca } } as object);
  const now = new SystemClock().now();
  const [startsOn, expiresOn] = [new Date(now - 60_000), new Date(now + HOUR_MS)];
  const key = await service.getUserDelegationKey(startsOn, expiresOn);
  const query = generateBlobSASQueryParameters(
    { containerName: 'dicom', permissions: ContainerSASPermissions.parse('rl'), expiresOn },
    key,
    'benchlake',
  );
  return `${blobUrl}/dicom?${query.toString()}`;
}
