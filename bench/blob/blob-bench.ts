import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  BlobServiceClient,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { AUDIENCES } from '../../contract';
import { SystemClock } from '../../verify';
import { makeFileLake } from '../audit/file-lake';
import { deployerCredential } from '../deployer-credential';
import { type EmulatorProcess, spawnEmulator } from '../emulator-process';
import { measure, rateRows } from '../measure';
import { versionOf } from '../package-version';
import type { SectionOptions, SectionResult, Table } from '../section';
import { type AzuriteProcess, spawnAzurite } from './azurite-process';
import { AT_ONCE, type BlobPlace, CALLS, type CallKind } from './blob-calls';
import type { BlobLoad, BlobLoadResult } from './blob-load';

const CLI_PATH = path.resolve(__dirname, '../../cli/dicom-lake.js');
const CLIENTS = { raw: 'plain HTTP client', sdk: '@azure/storage-blob' } as const;
const HOUR_MS = 3_600_000;

/** The blob service of the emulator beside that of Azurite. */
export async function blobBench({ rounds, progress }: SectionOptions): Promise<SectionResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dicom-lake-bench-'));
  const load = fork(path.join(__dirname, 'blob-load.js'));
  try {
    await using emulator = await spawnEmulator(CLI_PATH, []);
    await using azurite = await spawnAzurite(folder);
    const places = {
      'dicom-lake emulator': await emulatorPlace(emulator),
      Azurite: await azuritePlace(azurite),
    };
    for (const [name, place] of Object.entries(places)) {
      progress(`fills ${name}`);
      await sent(load, { client: 'raw', place, kind: 'fill' });
    }
    const tables: Table[] = [];
    for (const client of Object.keys(CLIENTS) as (keyof typeof CLIENTS)[]) {
      for (const [kind, { title, count }] of Object.entries(CALLS) as [
        CallKind,
        (typeof CALLS)[CallKind],
      ][]) {
        progress(`${title} by ${CLIENTS[client]}`);
        const ways = Object.entries(places).map(([name, place]) => [
          name,
          () => sent(load, { client, place, kind }),
        ]);
        const measured = await measure(Object.fromEntries(ways) as Record<string, () => unknown>, rounds);
        tables.push({ title: `${title}, by ${CLIENTS[client]}`, rows: rateRows(measured, count) });
      }
    }
    return {
      tables,
      notes: [
        `${AT_ONCE} calls side by side from one process. The emulator as it ships, in memory: TLS, tokens of Microsoft Entra ID, ` +
          'roles and the firewall of the account looked at for each call. Azurite on plain http with a shared access ' +
          'signature, in memory, without logs: it has less to do for a call.',
        'A list is two pages of 5,000 and counts as one operation.',
      ],
      peers: { Azurite: versionOf('azurite'), '@azure/storage-blob': versionOf('@azure/storage-blob') },
    };
  } finally {
    load.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Answers the milliseconds that the calls took. */
async function sent(process: ChildProcess, load: BlobLoad): Promise<number> {
  process.send(load);
  const [result] = (await once(process, 'message')) as [BlobLoadResult];
  if ('error' in result)
    throw new Error(`${load.kind} by ${load.client} of ${load.place.url}: ${result.error}`);
  return result.milliseconds;
}

async function emulatorPlace(emulator: EmulatorProcess): Promise<BlobPlace> {
  const { blobUrl } = await makeFileLake(emulator, 1);
  const { token } = await deployerCredential(emulator).getToken(`${AUDIENCES.storage}/.default`);
  return { url: `${blobUrl}/dicom`, ca: emulator.ca, bearer: token };
}

async function azuritePlace({ accountUrl, accountName, accountKey }: AzuriteProcess): Promise<BlobPlace> {
  const credential = new StorageSharedKeyCredential(accountName, accountKey);
  await new BlobServiceClient(accountUrl, credential).getContainerClient('dicom').create();
  const signature = generateAccountSASQueryParameters(
    {
      expiresOn: new Date(new SystemClock().now() + HOUR_MS),
      permissions: AccountSASPermissions.parse('rwdlac'),
      resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
      services: AccountSASServices.parse('b').toString(),
    },
    credential,
  ).toString();
  return { url: `${accountUrl}/dicom`, signature };
}
