import { StorageManagementClient } from '@azure/arm-storage';
import { isRestError } from '@azure/core-rest-pipeline';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { DataLakeServiceClient, type DataLakeFileSystemClient } from '@azure/storage-file-datalake';
import { AUDIENCES, lakeCodeInBody } from '../../../contract';
import { ManualClock } from '../../../emulator';
import { syntheticDataset, uidOf, writeDicomFile } from '../../support/dicom-file';
import {
  dicomToken,
  multipartOf,
  send,
  type DicomRequest,
  type DicomResponse,
} from '../../support/dicom-http';
import {
  instancePath,
  JSON_ACCEPT,
  startDicomService,
  type TestDicomService,
} from '../../support/dicom-service';
import { credentialOf } from '../../support/emulator';

/** What a client got: a refusal, or else whether all was as it should be. */
export type Seen = { readonly status: number; readonly code?: string } | 'well' | 'ill';

/** A clock that stands still, and tells when somebody begins to wait. */
export class WatchedClock extends ManualClock {
  public onWait: (delayMs: number) => void = () => undefined;

  public override after(delayMs: number, action: () => void): () => void {
    const cancel = super.after(delayMs, action);
    this.onWait(delayMs);
    return cancel;
  }
}

type Who = 'deployer' | 'verifier';

export const STUDY = uidOf('study');
export const FIRST = instancePath('study', 'series', 'first');
export const FIRST_FILE = imageOf('first');

export function imageOf(instance: string): Buffer {
  return writeDicomFile(syntheticDataset({ study: 'study', series: 'series', instance }));
}

/** A deployment with two stored instances, and its clients: none of them tries again, none keeps a token. */
export class FaultBench implements AsyncDisposable {
  private stored = 0;

  private constructor(
    public readonly service: TestDicomService,
    public readonly clock: WatchedClock,
    /** Of the first instance. */
    public readonly path: string,
  ) {}

  public static async start(): Promise<FaultBench> {
    const clock = new WatchedClock();
    const service = await startDicomService({ clock });
    const response = await service.store([FIRST_FILE, imageOf('second')]);
    if (response.status !== 200) throw new Error(response.text);
    const [entry] = (await service.send('/changefeed')).json as readonly { readonly filePath: string }[];
    return new FaultBench(service, clock, entry?.filePath ?? '');
  }

  public [Symbol.asyncDispose](): Promise<void> {
    return this.service[Symbol.asyncDispose]() as Promise<void>;
  }

  public get faults(): TestDicomService['emulator']['faults'] {
    return this.service.emulator.faults;
  }

  public async dicom(
    path: string,
    request: DicomRequest = {},
    who: Who = 'deployer',
  ): Promise<DicomResponse> {
    const { emulator, lake } = this.service;
    const token = await dicomToken(emulator, who);
    const headers = { Authorization: `Bearer ${token}`, ...request.headers };
    return send(`${lake.serviceUrl}/v2${path}`, emulator.ca, { ...request, headers });
  }

  /** Stores a new instance, and answers its path besides. */
  public async store(count = 1): Promise<DicomResponse & { readonly paths: readonly string[] }> {
    const names = Array.from({ length: count }, () => `new-${(this.stored += 1)}`);
    const response = await this.dicom('/studies', {
      method: 'POST',
      accept: JSON_ACCEPT,
      ...multipartOf(names.map(imageOf)),
    });
    const paths = names.map((name) => instancePath('study', 'series', name));
    return Object.assign(response, { paths });
  }

  public container(): ContainerClient {
    const { emulator, lake } = this.service;
    const options = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } };
    const blobs = new BlobServiceClient(lake.accountUrl, credentialOf(emulator, 'deployer'), options);
    return blobs.getContainerClient(lake.containerName);
  }

  public fileSystem(): DataLakeFileSystemClient {
    const { emulator, lake } = this.service;
    const options = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } };
    const files = new DataLakeServiceClient(lake.accountUrl, credentialOf(emulator, 'deployer'), options);
    return files.getFileSystemClient(lake.containerName);
  }

  public storageManagement(who: Who = 'deployer'): StorageManagementClient {
    const { ready, ca } = this.service.emulator;
    return new StorageManagementClient(credentialOf(this.service.emulator, who), ready.subscriptionId, {
      endpoint: ready.endpoints.arm,
      tlsOptions: { ca },
      retryOptions: { maxRetries: 0 },
    });
  }

  public async arm(path: string): Promise<DicomResponse> {
    const { ready, ca } = this.service.emulator;
    const { token } = await credentialOf(this.service.emulator, 'deployer').getToken(
      `${AUDIENCES.arm}/.default`,
    );
    return send(`${ready.endpoints.arm}${path}`, ca, { headers: { Authorization: `Bearer ${token}` } });
  }

  public token(): Promise<DicomResponse> {
    const { ready, ca } = this.service.emulator;
    const { clientId, clientSecret } = ready.credentials.verifier;
    const form = new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'client_credentials',
      scope: `${AUDIENCES.dicom}/.default`,
    });
    return send(`${ready.endpoints.entra}/${ready.tenantId}/oauth2/v2.0/token`, ca, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(form.toString()),
    });
  }

  public async health(): Promise<readonly { readonly status: string }[]> {
    const { endpoint, token } = this.service.emulator.ready.admin;
    const answer = await fetch(`${endpoint}/health`, { headers: { Authorization: `Bearer ${token}` } });
    return ((await answer.json()) as { readonly dicomServices: { readonly status: string }[] }).dicomServices;
  }
}

/** What a plain answer means: 2xx is well, anything else a refusal with the code of its plane. */
export function seenIn({ status, text }: DicomResponse): Seen {
  if (status >= 200 && status < 300) return 'well';
  const code = lakeCodeInBody(text) ?? failureReasonIn(text) ?? errorCodeIn(text);
  return { status, ...(code === undefined ? {} : { code }) };
}

/** Runs a call of an Azure SDK. */
export async function seenBySdk(call: () => Promise<unknown>): Promise<Seen> {
  try {
    await call();
    return 'well';
  } catch (error) {
    if (!isRestError(error) || error.statusCode === undefined) throw error;
    const { statusCode, response } = error;
    const code = error.code ?? response?.headers.get('x-ms-error-code');
    return { status: statusCode, ...(code === undefined ? {} : { code }) };
  }
}

function failureReasonIn(text: string): string | undefined {
  const answer = jsonOf(text) as
    { '00081198'?: { Value?: readonly { '00081197'?: { Value?: readonly number[] } }[] } } | undefined;
  return answer?.['00081198']?.Value?.[0]?.['00081197']?.Value?.[0]?.toString();
}

function errorCodeIn(text: string): string | undefined {
  const { error } = (jsonOf(text) ?? {}) as { error?: string | { readonly code?: string } };
  return typeof error === 'string' ? error : error?.code;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
