import { setTimeout as delay } from 'node:timers/promises';
import { types } from 'node:util';
import type { AccessToken, TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
  isRestError,
} from '@azure/core-rest-pipeline';
import { EvidenceError } from '../error';
import { rememberSecret } from './redact';

export interface HttpAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: Buffer;
}

export interface HttpCall {
  readonly method: HttpMethods;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly signal?: AbortSignal;
  /** What is asked for, without the identifiers of the URL. @default - the method */
  readonly operation?: string;
  /** Takes the body of an answer 200 piece by piece, as it comes; `body` is empty then. @default - it is kept whole */
  readonly onChunk?: (chunk: Buffer) => void;
}

/** How a service is reached. */
export interface HttpAccess {
  /** PEM text of a certificate authority to trust beside the usual ones. */
  readonly ca?: string;
  readonly token?:
    { readonly credential: TokenCredential; readonly scope: string } | { readonly bearer: string };
}

export type SendHttp = (call: HttpCall) => Promise<HttpAnswer>;

const CALL_TIMEOUT_MS = 120_000;

/**
 * Sends requests through Azure's own pipeline: tokens, proxies, time-outs, each once. Answers every status; the caller
 * knows which it expects.
 *
 * @throws EvidenceError UNREACHABLE or NOT_AUTHENTICATED
 */
export function httpSender(access: HttpAccess): SendHttp {
  const http = createDefaultHttpClient();
  const pipeline = pipelineFor(access);
  return async ({ method, url, headers = {}, body, signal, onChunk }) => {
    const timeout = new AbortController();
    const answered = new AbortController();
    void delay(CALL_TIMEOUT_MS, undefined, { signal: answered.signal, ref: false }).then(
      () => timeout.abort(),
      () => undefined,
    );
    const request = createPipelineRequest({
      url,
      method,
      headers: createHttpHeaders({ ...headers }),
      streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
      allowInsecureConnection: url.startsWith('http:'),
      ...(body === undefined ? {} : { body }),
      // Not the pipeline's own time-out: its timer outlives a failed connection and keeps the process waiting.
      abortSignal: AbortSignal.any(signal === undefined ? [timeout.signal] : [timeout.signal, signal]),
    });
    try {
      const response = await pipeline.sendRequest(http, request);
      const chunks: Buffer[] = [];
      const take = response.status === 200 && onChunk !== undefined ? onChunk : chunks.push.bind(chunks);
      for await (const chunk of response.readableStreamBody ?? []) take(Buffer.from(chunk));
      return {
        status: response.status,
        header: (name) => response.headers.get(name),
        body: Buffer.concat(chunks),
      };
    } catch (error) {
      signal?.throwIfAborted();
      throw timeout.signal.aborted ? silence(url, error) : transportError(error, url);
    } finally {
      // Nothing of an answered call is kept for as long as it might have taken.
      answered.abort();
    }
  };
}

function pipelineFor(access: HttpAccess): ReturnType<typeof createPipelineFromOptions> {
  const pipeline = createPipelineFromOptions({
    userAgentOptions: { userAgentPrefix: 'dicom-lake-verify' },
    retryOptions: { maxRetries: 0 },
    ...(access.ca === undefined ? {} : { tlsOptions: { ca: access.ca } }),
  });
  if (access.token === undefined) return pipeline;
  const { token } = access;
  const credential: TokenCredential = 'bearer' in token ? fixedToken(token.bearer) : token.credential;
  const scopes = 'bearer' in token ? 'unused' : token.scope;
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes }));
  return pipeline;
}

/** A token that somebody else renews. */
function fixedToken(token: string): TokenCredential {
  rememberSecret(token);
  const answer: AccessToken = { token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
  return { getToken: () => Promise.resolve(answer) };
}

function silence(url: string, cause: unknown): EvidenceError {
  return new EvidenceError(
    'UNREACHABLE',
    `${new URL(url).host} gave no answer within ${CALL_TIMEOUT_MS / 1000} s`,
    'try again; if it stays, look at the health of the service and at proxies between',
    { cause },
  );
}

/** What a transport or credential error means to whoever reads the report. */
export function transportError(error: unknown, url: string): unknown {
  const { host } = new URL((isRestError(error) ? error.request?.url : undefined) ?? url);
  if (isRestError(error) && error.statusCode === undefined) {
    const reason = {
      ENOTFOUND: 'no such host',
      ECONNREFUSED: 'nothing listens there',
      ETIMEDOUT: 'no answer in time',
      EAI_AGAIN: 'name lookup failed',
    }[error.code ?? ''];
    return new EvidenceError(
      'UNREACHABLE',
      `${host} cannot be reached: ${reason ?? error.message.split('\n')[0] ?? 'no reason given'}${reason === undefined ? '' : ` (${error.code ?? ''})`}`,
      'check the URL, the network and the proxy; a service without public access is reached from inside its network only',
      { cause: error },
    );
  }
  const { name, message } = error as Error;
  if (/Authentication|CredentialUnavailable/.test(name)) {
    return new EvidenceError(
      'NOT_AUTHENTICATED',
      `no token for ${host}: ${message.split('\n')[0] ?? ''}`,
      'sign in (az login), or give AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret, certificate or federated token',
      { cause: error },
    );
  }
  if (types.isNativeError(error) && /aborted|socket hang up|terminated|ECONNRESET/i.test(message)) {
    return new EvidenceError(
      'UNREACHABLE',
      `${host} cut the connection: ${message}`,
      'try again; if it stays, look at the health of the service',
      { cause: error },
    );
  }
  return error;
}
