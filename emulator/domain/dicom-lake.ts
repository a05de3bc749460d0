import { randomUUID } from 'node:crypto';
import { dicomFileName, healthCheckPath, partitionPath, type LakeTenant } from '../../contract';
import { ServiceFault } from '../fault';
import type { DicomServiceDefinition } from './dicom-service-definition';
import { HostNotFound, type LakeClient, type LakeFileProperties, type OpenLake } from './lake-client';

/** The lake as a DICOM service reaches it: in the name of its own identity. */
export class DicomLake {
  public constructor(
    private readonly openLake: OpenLake,
    private readonly definition: () => DicomServiceDefinition,
  ) {}

  /** Without an identity every call fails as if the identity had no role. Errors are those of the lake. */
  public client(): LakeClient {
    const { storageAccountId, containerName, principalId } = this.definition();
    return principalId === undefined
      ? NO_IDENTITY
      : this.openLake(storageAccountId, containerName, principalId);
  }

  public filePath(partition: string, watermark: bigint): string {
    return `${partitionPath(this.tenant(), partition)}/${dicomFileName(watermark)}`;
  }

  /** A new name with every call, so that several writers never meet. */
  public healthFilePath(): string {
    return `${healthCheckPath(this.tenant())}/health${randomUUID()}.txt`;
  }

  private tenant(): LakeTenant {
    const { workspaceName, serviceName } = this.definition();
    return { workspaceName, dicomServiceName: serviceName };
  }
}

/** Where the service keeps a version of an instance, as it was when it was stored. */
export interface StoredFile extends LakeFileProperties {
  readonly path: string;
}

const TROUBLE =
  'Error occurred during an operation on the configured storage account. ' +
  'Use the https://go.microsoft.com/fwlink/?linkid=2251550 to troubleshoot the issue.';

/**
 * Runs a call to the lake and turns its failures into what a DICOMweb client gets to see: 424, with the code of the
 * lake in the text.
 *
 * @throws ServiceFault
 */
export async function reportingLakeFaults<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof HostNotFound) {
      throw new ServiceFault(424, 'HostNotFound', `${TROUBLE} No such host is known.`);
    }
    if (!(error instanceof ServiceFault)) throw error;
    const message = `${TROUBLE} Received the following error code: ${error.code}`;
    throw new ServiceFault(424, error.code, message);
  }
}

const NO_IDENTITY: LakeClient = {
  put: refuse,
  head: refuse,
  get: refuse,
  delete: refuse,
};

function refuse(): Promise<never> {
  return Promise.reject(
    new ServiceFault(
      403,
      'AuthorizationPermissionMismatch',
      'This request is not authorized to perform this operation using this permission.',
    ),
  );
}
