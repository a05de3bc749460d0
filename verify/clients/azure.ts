import { type ManagementPolicyRule, StorageManagementClient } from '@azure/arm-storage';
import type { GetTokenOptions, TokenCredential } from '@azure/core-auth';
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
import {
  AUDIENCES,
  AZURE_CLOUDS,
  type AzureCloudName,
  type DeploymentManifest,
  type EmulatorReady,
  readResourceId,
} from '../../contract';
import { ArmReader } from './arm-reader';
import { type HttpAccess, httpSender, type SendHttp } from './http';
import { LogReader } from './log-reader';
import { resolveName, type ResolveName } from './names';
import { rememberSecret } from './redact';
import { objectIdIn } from './token-claims';

/** How Azure is reached, and as whom. */
export interface AzureConnection {
  readonly credential: TokenCredential;
  /** @default 'AzurePublicCloud' */
  readonly cloud?: AzureCloudName;
  /** @default - that of the cloud */
  readonly armEndpoint?: string;
  /** Where logs are queried. @default - that of the cloud */
  readonly logsEndpoint?: string;
  /** Answers where names lead. @default - the resolver of the machine */
  readonly resolve?: ResolveName;
  /** PEM text of a certificate authority to trust beside the usual ones. @default - none */
  readonly ca?: string;
  /** Somebody who may read the DICOM service and no more, to see a store refused. @default - nobody */
  readonly reader?: DicomReader;
}

/** How somebody else signs in to the DICOM service: as Azure's libraries do, or with a token that is renewed elsewhere. */
export type DicomReader = { readonly credential: TokenCredential } | { readonly bearer: string };

/** The emulator, as the verifier of its directory. */
export function connectionForEmulator(ready: EmulatorReady, ca: string): AzureConnection {
  const { clientId, clientSecret } = ready.credentials.verifier;
  rememberSecret(clientSecret);
  const credential = new ClientSecretCredential(ready.tenantId, clientId, clientSecret, {
    authorityHost: ready.endpoints.entra,
    disableInstanceDiscovery: true,
    tlsOptions: { ca },
  });
  return {
    credential,
    armEndpoint: ready.endpoints.arm,
    logsEndpoint: ready.endpoints.logs,
    ca,
    // All its names lead to this machine, in whatever network its clients play to be.
    resolve: () => Promise.resolve([ready.clientAddress]),
  };
}

/** The clients that probes use on a deployment; the SDKs are Azure's own, unmodified. */
export interface AzureClients {
  readonly dicom: SendHttp;
  /** The DICOM service as those see it who should not get in, or not as far. */
  readonly dicomAs: DicomCallers;
  /** Any address, without a token. */
  readonly anonymous: SendHttp;
  /** Object id of whoever runs the verification; undefined where the token does not say. */
  readonly callerObjectId: () => Promise<string | undefined>;
  /** Any resource as Azure Resource Manager has it, in the version asked for. */
  readonly arm: ArmReader;
  readonly logs: LogReader;
  readonly resolve: ResolveName;
  /** The container of the lake, by the blob and by the dfs protocol. */
  readonly container: ContainerClient;
  readonly fileSystem: DataLakeFileSystemClient;
  readonly storageManagement: StorageManagementClient;
  /** Resource group of the storage account, which an adopted one does not share with the service. */
  readonly storageResourceGroup: string;
}

export interface DicomCallers {
  readonly nobody: SendHttp;
  /** With a token for Azure Resource Manager: to be sent to Azure's own addresses only. */
  readonly wrongAudience: SendHttp;
  /** Absent where no reader was named. */
  readonly reader?: SendHttp;
}

/** Whoever gathers tries again itself, and knows the deadline. */
const FEW_TRIES = {
  storage: { maxTries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 },
  arm: { maxRetries: 1, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 },
} as const;

interface TlsOptions {
  readonly tlsOptions?: { readonly ca: string };
}

/** Azure Resource Manager of a connection, which is all that is needed to find out about a deployment. */
export function armReader({
  credential,
  cloud = 'AzurePublicCloud',
  armEndpoint,
  ca,
}: AzureConnection): ArmReader {
  const arm = AZURE_CLOUDS[cloud].armEndpoint;
  return new ArmReader(
    httpSender({ ...(ca === undefined ? {} : { ca }), token: { credential, scope: `${arm}/.default` } }),
    armEndpoint ?? arm,
  );
}

/** Object id of whoever signs in; undefined where the token does not say. */
export async function callerObjectId(
  { credential, cloud = 'AzurePublicCloud' }: AzureConnection,
  options?: GetTokenOptions,
): Promise<string | undefined> {
  const token = await credential.getToken(`${AZURE_CLOUDS[cloud].armEndpoint}/.default`, options);
  return objectIdIn(token?.token ?? '');
}

/** Any request to a DICOM service. */
export function dicomSender({ credential, ca }: AzureConnection): SendHttp {
  return httpSender({
    ...(ca === undefined ? {} : { ca }),
    token: { credential, scope: `${AUDIENCES.dicom}/.default` },
  });
}

export function azureClients(manifest: DeploymentManifest, connection: AzureConnection): AzureClients {
  const { credential, cloud = 'AzurePublicCloud', ca, reader } = connection;
  const { armEndpoint: arm, logsEndpoint, logsAudience } = AZURE_CLOUDS[cloud];
  const tls = tlsOf(connection);
  const lakeOptions: LakePipelineOptions & TlsOptions = { ...tls, retryOptions: FEW_TRIES.storage };
  const { dfsEndpoint, containerName, storageAccountId } = manifest.lake;
  const account = readResourceId(storageAccountId) ?? manifest;
  const sender = (token?: HttpAccess['token']): SendHttp =>
    httpSender({ ...(ca === undefined ? {} : { ca }), ...(token === undefined ? {} : { token }) });
  const forArm = { credential, scope: `${arm}/.default` };
  const dicomScope = `${AUDIENCES.dicom}/.default`;
  return {
    arm: armReader(connection),
    logs: new LogReader(
      sender({ credential, scope: `${logsAudience}/.default` }),
      connection.logsEndpoint ?? logsEndpoint,
    ),
    dicom: dicomSender(connection),
    dicomAs: {
      nobody: sender(),
      wrongAudience: sender(forArm),
      ...(reader === undefined
        ? {}
        : { reader: sender('bearer' in reader ? reader : { ...reader, scope: dicomScope }) }),
    },
    anonymous: sender(),
    resolve: connection.resolve ?? resolveName,
    callerObjectId: () => callerObjectId(connection),
    container: containerClient(manifest, connection, containerName),
    fileSystem: new DataLakeServiceClient(
      reachable(dfsEndpoint),
      credential,
      lakeOptions,
    ).getFileSystemClient(containerName),
    storageManagement: new StorageManagementClient(credential, account.subscriptionId, {
      ...tls,
      retryOptions: FEW_TRIES.arm,
      endpoint: connection.armEndpoint ?? arm,
      // The SDK asks for tokens of the public cloud, whatever its endpoint.
      credentials: { scopes: [`${arm}/.default`] },
    }),
    storageResourceGroup: account.resourceGroup,
  };
}

/** Any container in the storage account of a lake, by the blob protocol. */
export function containerClient(
  { lake }: DeploymentManifest,
  connection: AzureConnection,
  containerName: string,
): ContainerClient {
  const options: BlobPipelineOptions & TlsOptions = {
    ...tlsOf(connection),
    retryOptions: FEW_TRIES.storage,
  };
  return new BlobServiceClient(
    reachable(lake.blobEndpoint),
    connection.credential,
    options,
  ).getContainerClient(containerName);
}

/** The storage SDKs hand this to the pipeline of all Azure SDKs, though their own option types leave it out. */
function tlsOf({ ca }: AzureConnection): TlsOptions {
  return ca === undefined ? {} : { tlsOptions: { ca } };
}

/**
 * Names below localhost mean this machine, which not every resolver knows; the emulator, whose they are, takes the
 * account in the path as well.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc6761#section-6.3
 */
export function reachable(endpoint: string): string {
  const { hostname, port } = new URL(endpoint);
  const account = /^([a-z0-9]{3,24})\.(?:blob|dfs)\.localhost$/.exec(hostname)?.[1];
  return account === undefined ? endpoint : `https://127.0.0.1:${port}/${account}/`;
}

export type { ContainerClient, ListedBlob, ManagementPolicyRule };
