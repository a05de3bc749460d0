import { Agent, request } from 'node:https';
import {
  AUDIENCES,
  type DeploymentManifest,
  dicomFileName,
  partitionPath,
  ROLES,
  servicePath,
} from '../../contract';
import type { AzureConnection } from '../../verify';
import { ArmClient } from '../../local';
import { deployerCredential } from '../deployer-credential';
import { assign } from '../emulator-server';
import type { EmulatorProcess } from '../emulator-process';
import { benchManifest } from './bench-manifest';

/** A lake of an emulator with files as a DICOM service writes them, for whoever lists it. */
export interface FileLake {
  readonly manifest: DeploymentManifest;
  readonly connection: AzureConnection;
  /** URL of the blob service of the account. */
  readonly blobUrl: string;
}

const STORAGE_API = '2023-05-01';
const TENANT = { workspaceName: 'bench', dicomServiceName: 'images' };
/** Requests under way at once. */
const WRITERS = 32;
/** Every so many files there is one in cool, in cold, in archive; all others are in hot. */
const TIERS = { Cool: 5, Cold: 20, Archive: 1_000 } as const;

/**
 * Makes an account with a container and puts empty files of the right names into it, a few of them in other tiers; and one
 * that is not of the service.
 *
 * @param onProgress told of how many files there are, now and then
 */
export async function makeFileLake(
  emulator: Pick<EmulatorProcess, 'ready' | 'ca'>,
  files: number,
  onProgress: (files: number) => void = () => undefined,
): Promise<FileLake> {
  const { ready, ca } = emulator;
  const credential = deployerCredential(emulator);
  const arm = new ArmClient({ endpoint: ready.endpoints.arm, credential, ca });
  const group = `/subscriptions/${ready.subscriptionId}/resourceGroups/bench`;
  const account = `${group}/providers/Microsoft.Storage/storageAccounts/benchlake`;
  const container = `${account}/blobServices/default/containers/dicom`;
  const location = 'westeurope';
  await arm.put(group, '2023-07-01', { location });
  const made = await arm.put(account, STORAGE_API, {
    location,
    kind: 'StorageV2',
    sku: { name: 'Standard_LRS' },
    properties: { isHnsEnabled: true, allowSharedKeyAccess: true },
  });
  await arm.put(container, STORAGE_API, { properties: { publicAccess: 'None' } });
  await assign(arm, container, ROLES.storageBlobDataContributor.id, ready.credentials.deployer.objectId);
  const endpoint = (made['properties'] as { readonly primaryEndpoints: { readonly blob: string } })
    .primaryEndpoints.blob;
  const blobUrl = `https://127.0.0.1:${new URL(endpoint).port}/benchlake`;
  const { token } = await credential.getToken(`${AUDIENCES.storage}/.default`);
  await writeFiles(blobUrl, { ca, token, files, onProgress });
  const manifest = benchManifest({
    subscriptionId: ready.subscriptionId,
    ...TENANT,
    storageAccountName: 'benchlake',
    blobEndpoint: endpoint,
    dataPartitionsEnabled: false,
  });
  return { manifest, connection: { credential, armEndpoint: ready.endpoints.arm, ca }, blobUrl };
}

async function writeFiles(
  blobUrl: string,
  {
    ca,
    token,
    files,
    onProgress,
  }: {
    readonly ca: string;
    readonly token: string;
    readonly files: number;
    readonly onProgress: (files: number) => void;
  },
): Promise<void> {
  const agent = new Agent({ keepAlive: true, ca, maxSockets: WRITERS });
  const folder = `${blobUrl}/dicom/${partitionPath(TENANT)}`;
  let next = 0;
  const write = async (): Promise<void> => {
    for (let number = ++next; number < files; number = ++next) {
      await put(agent, `${folder}/${dicomFileName(BigInt(number))}`, token, tierOf(number));
      if (number % 50_000 === 0) onProgress(number);
    }
  };
  try {
    await put(agent, `${blobUrl}/dicom/${servicePath(TENANT)}/notes/read me.txt`, token);
    await Promise.all(Array.from({ length: WRITERS }, write));
  } finally {
    agent.destroy();
  }
}

function tierOf(number: number): string | undefined {
  return (['Archive', 'Cold', 'Cool'] as const).find((tier) => number % TIERS[tier] === 0);
}

function put(agent: Agent, url: string, token: string, tier?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(url),
      {
        method: 'PUT',
        agent,
        headers: {
          Authorization: `Bearer ${token}`,
          'x-ms-version': '2023-11-03',
          'x-ms-blob-type': 'BlockBlob',
          'Content-Length': '0',
          ...(tier === undefined ? {} : { 'x-ms-access-tier': tier }),
        },
      },
      (incoming) => {
        incoming.resume();
        incoming.on('end', () => {
          if (incoming.statusCode === 201) resolve();
          else reject(new Error(`writing ${url} was answered ${incoming.statusCode}`));
        });
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}
