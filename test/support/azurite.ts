import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { spawnAzurite } from '../../bench/blob/azurite-process';
import { temporaryFolder } from './cli';

export interface Azurite extends AsyncDisposable {
  readonly blobs: BlobServiceClient;
}

export async function startAzurite(): Promise<Azurite> {
  const folder = temporaryFolder();
  const azurite = await spawnAzurite(folder.path);
  const { accountUrl, accountName, accountKey } = azurite;
  return {
    blobs: new BlobServiceClient(accountUrl, new StorageSharedKeyCredential(accountName, accountKey)),
    [Symbol.asyncDispose]: async () => {
      await azurite[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
