import { DataLakeServiceClient, type DataLakeFileSystemClient } from '@azure/storage-file-datalake';
import { ROLES } from '../../contract';
import type { Emulator, EmulatorOptions } from '../../emulator';
import { uidOf } from './dicom-file';
import { dicomSender, multipartOf, type DicomResponse, type SendDicom } from './dicom-http';
import {
  armOf,
  assignRole,
  credentialOf,
  provisionLake,
  startTestEmulator,
  type ProvisionedLake,
  type ProvisionOptions,
} from './emulator';

/** A DICOM service on a lake, and every way to it that a test needs. */
export interface TestDicomService extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly lake: ProvisionedLake;
  /** DICOMweb in the name of the deployer, who may do everything. */
  readonly send: SendDicom;
  /** The lake behind the service's back. */
  readonly fileSystem: DataLakeFileSystemClient;
  /** Stores files in one request. */
  store(files: readonly Buffer[], path?: string): Promise<DicomResponse>;
  /** Paths of the DICOM files in the lake, sorted. */
  files(): Promise<readonly string[]>;
  /** Takes the service's identity its role on the lake; the answer gives it back. */
  revoke(): Promise<() => Promise<void>>;
}

export const JSON_ACCEPT = 'application/dicom+json';
export const ORIGINAL_FILES = 'multipart/related; type="application/dicom"; transfer-syntax=*';
export const ORIGINAL_FILE = 'application/dicom; transfer-syntax=*';

export async function startDicomService(
  options: EmulatorOptions & ProvisionOptions = {},
): Promise<TestDicomService> {
  const emulator = await startTestEmulator(options);
  const lake = await provisionLake(emulator, options);
  const send = await dicomSender(emulator, lake);
  const fileSystem = fileSystemOf(emulator, lake);
  return {
    emulator,
    lake,
    send,
    fileSystem,
    store: (files, path = '/studies') =>
      send(path, { method: 'POST', accept: JSON_ACCEPT, ...multipartOf(files) }),
    files: () => dicomFilesIn(fileSystem),
    revoke: async () => {
      await armOf(emulator).delete(lake.serviceRoleAssignmentId, '2022-04-01');
      const { id } = ROLES.storageBlobDataContributor;
      return async () => {
        await assignRole(armOf(emulator), lake.containerId, id, lake.principalId, 1);
      };
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

/** The lake as the deployer sees it, with a token of its own: one lasts an hour on the emulator's clock. */
export function fileSystemOf(
  emulator: Emulator,
  { accountUrl, containerName }: ProvisionedLake,
): DataLakeFileSystemClient {
  // The option is missing in the type of the client, but reaches its pipeline.
  const pipeline = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } };
  const credential = credentialOf(emulator, 'deployer');
  return new DataLakeServiceClient(accountUrl, credential, pipeline).getFileSystemClient(containerName);
}

export async function dicomFilesIn(fileSystem: DataLakeFileSystemClient): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of fileSystem.listPaths({ recursive: true })) {
    if (isDirectory !== true && name?.endsWith('.dcm') === true) paths.push(name);
  }
  return paths.sort();
}

/** Path of an instance below the version, for names given to `uidOf`. */
export function instancePath(study: string, series: string, instance: string): string {
  return `/studies/${uidOf(study)}/series/${uidOf(series)}/instances/${uidOf(instance)}`;
}
