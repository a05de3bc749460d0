import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
  type HttpMethods,
  type Pipeline,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { AUDIENCES } from '../contract';

/** Azure Resource Manager refused a request. */
export class ArmError extends Error {
  public override readonly name = 'ArmError';

  public constructor(
    public readonly operation: string,
    public readonly status: number,
    public readonly code: string,
    detail: string,
  ) {
    super(`${operation} was answered ${status} ${code}: ${detail}`);
  }
}

export interface ArmConnection {
  /** Origin of Azure Resource Manager, without a slash at the end. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  /** PEM text of the certificate authority to trust. */
  readonly ca: string;
}

/** A JSON object as Azure Resource Manager sends it. */
export type ArmResource = Readonly<Record<string, unknown>>;

export function propertiesOf(resource: ArmResource): Readonly<Record<string, unknown>> {
  return (resource['properties'] ?? {}) as Readonly<Record<string, unknown>>;
}

/** The calls that applying a stack makes; waits for long-running operations. */
export class ArmClient {
  private readonly http: HttpClient = createDefaultHttpClient();
  private readonly pipeline: Pipeline;

  public constructor(private readonly connection: ArmConnection) {
    this.pipeline = createPipelineFromOptions({
      tlsOptions: { ca: connection.ca },
      userAgentOptions: { userAgentPrefix: 'dicom-lake' },
    });
    this.pipeline.addPolicy(
      bearerTokenAuthenticationPolicy({
        credential: connection.credential,
        scopes: `${AUDIENCES.arm}/.default`,
      }),
    );
  }

  public async get(
    id: string,
    apiVersion: string,
    query: Readonly<Record<string, string>> = {},
  ): Promise<ArmResource> {
    return bodyOf(await this.send('GET', this.url(id, apiVersion, query)));
  }

  /** Creates or replaces a resource and answers it as it is once the operation has ended. */
  public async put(id: string, apiVersion: string, body: ArmResource): Promise<ArmResource> {
    const response = await this.send('PUT', this.url(id, apiVersion), JSON.stringify(body));
    const operation = response.headers.get('azure-asyncoperation');
    if (operation === undefined) return bodyOf(response);
    await this.awaitOperation(`PUT ${id}`, operation);
    return this.get(id, apiVersion);
  }

  public async delete(id: string, apiVersion: string): Promise<void> {
    await this.send('DELETE', this.url(id, apiVersion));
  }

  private url(id: string, apiVersion: string, query: Readonly<Record<string, string>> = {}): string {
    return `${this.connection.endpoint}${id}?${new URLSearchParams({ 'api-version': apiVersion, ...query }).toString()}`;
  }

  private async awaitOperation(name: string, operationUrl: string): Promise<void> {
    for (;;) {
      const response = await this.send('GET', operationUrl);
      const { status, error } = bodyOf(response) as {
        status?: string;
        error?: { code?: string; message?: string };
      };
      if (status === 'Succeeded') return;
      if (status === 'Failed' || status === 'Canceled') {
        throw new ArmError(name, response.status, error?.code ?? status, error?.message ?? 'no reason given');
      }
      await sleep(Number(response.headers.get('retry-after') ?? '1') * 1000);
    }
  }

  private async send(method: HttpMethods, url: string, body?: string): Promise<PipelineResponse> {
    const headers = createHttpHeaders(
      body === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' },
    );
    const request = createPipelineRequest({ url, method, headers, ...(body === undefined ? {} : { body }) });
    const response = await this.pipeline.sendRequest(this.http, request);
    if (response.status >= 400) {
      const { error } = bodyOf(response) as { error?: { code?: string; message?: string } };
      const operation = `${method} ${new URL(url).pathname}`;
      throw new ArmError(
        operation,
        response.status,
        error?.code ?? 'no code',
        error?.message ?? 'no reason given',
      );
    }
    return response;
  }
}

function bodyOf(response: PipelineResponse): ArmResource {
  const text = response.bodyAsText ?? '';
  if (text === '') return {};
  try {
    return JSON.parse(text) as ArmResource;
  } catch {
    return { error: { message: text.slice(0, 200) } };
  }
}
