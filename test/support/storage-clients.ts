import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { type DataLakeFileSystemClient, DataLakeServiceClient } from '@azure/storage-file-datalake';
import type { Emulator } from '../../emulator';
import { credentialOf, type ProvisionedLake } from './emulator';

/** The storage SDKs as they are published, on the account and the container that `provisionLake` made. */
export interface StorageClients {
  readonly blobs: BlobServiceClient;
  readonly container: ContainerClient;
  readonly lake: DataLakeServiceClient;
  readonly fileSystem: DataLakeFileSystemClient;
}

export function storageClients(
  emulator: Emulator,
  { accountUrl, containerName }: ProvisionedLake,
  who: 'deployer' | 'verifier' = 'deployer',
): StorageClients {
  const options = { tlsOptions: { ca: emulator.ca } } as object;
  const credential = credentialOf(emulator, who);
  const blobs = new BlobServiceClient(accountUrl, credential, options);
  const lake = new DataLakeServiceClient(accountUrl, credential, options);
  return {
    blobs,
    container: blobs.getContainerClient(containerName),
    lake,
    fileSystem: lake.getFileSystemClient(containerName),
  };
}
