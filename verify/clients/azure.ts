import { type ManagementPolicyRule, StorageManagementClient } from '@azure/arm-storage';
import type { TokenCredential } from '@azure/core-auth';
import { ClientSecretCredential } from '@azure/identity';
import {
  type BlobItem as ListedBlob,
  BlobServiceClient,
  type ContainerClient,
  type StoragePipelineOptions as BlobPipelineOptions,
} from '@azure/storage-blob';
import {
  type DataLakeFileSystemClient,
  DataLakeServiceClient,
  type StoragePipelineOptions as LakePipelineOptions,
} from '@azure/storage-file-datalake';
import { AUDIENCES, readResourceId, type DeploymentManifest, type EmulatorReady } from '../../contract';
import { ArmReader } from './arm-reader';
import { httpSender, type SendHttp } from './http';
import { resolveName, type ResolveName } from './names';

/** How Azure is reached, and as whom. */
export interface AzureConnection {
  readonly credential: TokenCredential;
  /** @default - https://management.azure.com */
  readonly armEndpoint?: string;
  /** PEM text of a certificate authority to trust beside the usual ones. @default - none */
  readonly ca?: string;
}

/** The emulator, as the verifier of its directory. */
export function connectionForEmulator(ready: EmulatorReady, ca: string): AzureConnection {
  const { clientId, clientSecret } = ready.credentials.verifier;
  const credential = new ClientSecretCredential(ready.tenantId, clientId, clientSecret, {
    authorityHost: ready.endpoints.entra,
    disableInstanceDiscovery: true,
    tlsOptions: { ca },
  });
  return { credential, armEndpoint: ready.endpoints.arm, ca };
}

/** The clients that probes use on a deployment; the SDKs are Azure's own, unmodified. */
export interface AzureClients {
  readonly dicom: SendHttp;
  /** Any resource as Azure Resource Manager has it, in the version asked for. */
  readonly arm: ArmReader;
  readonly resolve: ResolveName;
  /** The container of the lake, by the blob and by the dfs protocol. */
  readonly container: ContainerClient;
  readonly fileSystem: DataLakeFileSystemClient;
  readonly storageManagement: StorageManagementClient;
  /** Resource group of the storage account, which an adopted one does not share with the service. */
  readonly storageResourceGroup: string;
}

/** Whoever gathers tries again itself, and knows the deadline. */
const FEW_TRIES = {
  storage: { maxTries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 },
  arm: { maxRetries: 1, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 },
} as const;

interface TlsOptions {
  readonly tlsOptions?: { readonly ca: string };
}

export function azureClients(manifest: DeploymentManifest, connection: AzureConnection): AzureClients {
  const { credential, armEndpoint, ca } = connection;
  // The storage SDKs hand this to the pipeline of all Azure SDKs, though their own option types leave it out.
  const tls: TlsOptions = ca === undefined ? {} : { tlsOptions: { ca } };
  const blobOptions: BlobPipelineOptions & TlsOptions = { ...tls, retryOptions: FEW_TRIES.storage };
  const lakeOptions: LakePipelineOptions & TlsOptions = { ...tls, retryOptions: FEW_TRIES.storage };
  const { blobEndpoint, dfsEndpoint, containerName, storageAccountId } = manifest.lake;
  const account = readResourceId(storageAccountId) ?? manifest;
  return {
    arm: new ArmReader(
      httpSender({
        ...(ca === undefined ? {} : { ca }),
        token: { credential, scope: `${AUDIENCES.arm}/.default` },
      }),
      armEndpoint ?? AUDIENCES.arm,
    ),
    resolve: resolveName,
    dicom: httpSender({
      ...(ca === undefined ? {} : { ca }),
      token: { credential, scope: `${AUDIENCES.dicom}/.default` },
    }),
    container: new BlobServiceClient(reachable(blobEndpoint), credential, blobOptions).getContainerClient(
      containerName,
    ),
    fileSystem: new DataLakeServiceClient(
      reachable(dfsEndpoint),
      credential,
      lakeOptions,
    ).getFileSystemClient(containerName),
    storageManagement: new StorageManagementClient(credential, account.subscriptionId, {
      ...tls,
      retryOptions: FEW_TRIES.arm,
      ...(armEndpoint === undefined ? {} : { endpoint: armEndpoint }),
    }),
    storageResourceGroup: account.resourceGroup,
  };
}

/**
 * Names below localhost mean this machine, which not every resolver knows; the emulator, whose they are, takes the
 * account in the path as well.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc6761#section-6.3
 */
function reachable(endpoint: string): string {
  const { hostname, port } = new URL(endpoint);
  const account = /^([a-z0-9]{3,24})\.(?:blob|dfs)\.localhost$/.exec(hostname)?.[1];
  return account === undefined ? endpoint : `https://127.0.0.1:${port}/${account}/`;
}

export type { ListedBlob, ManagementPolicyRule };
