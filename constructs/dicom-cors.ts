import type { HealthcareDicomServiceCors } from '@cdktf/provider-azurerm/lib/healthcare-dicom-service';
import { problemsOf, whenConcrete, wholeNumberPropProblem } from './private/concrete';

/** HTTP methods of DICOMweb that a page of another origin may use. */
export const CORS_METHODS = ['DELETE', 'GET', 'OPTIONS', 'PATCH', 'POST', 'PUT'] as const;

/**
 * Which web pages may call a DICOM service from a browser, such as a viewer.
 *
 * @see https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS
 */
export interface DicomCors {
  /**
   * Such as `https://viewer.example.org`, exactly as browsers name the page: in lower case, without a slash at the
   * end. `*` would let every page on the internet try, and is refused; so is plain http but for `localhost`, where
   * somebody on the way could change the page and read with its token.
   */
  readonly origins: readonly string[];
  /** @default - GET and OPTIONS, as viewers need them */
  readonly methods?: readonly (typeof CORS_METHODS)[number][] | undefined;
  /** @default - authorization, accept and content-type */
  readonly headers?: readonly string[] | undefined;
  /**
   * Seconds for which a browser may keep the answer, 0 to 99998.
   *
   * @default 600
   */
  readonly maxAgeSeconds?: number | undefined;
  /**
   * Whether cookies go along. DICOMweb takes a token, so that viewers do not need this.
   *
   * @default false
   */
  readonly credentials?: boolean | undefined;
}

export function corsConfig(cors: DicomCors): HealthcareDicomServiceCors {
  return {
    allowedOrigins: [...cors.origins],
    allowedMethods: [...(cors.methods ?? ['GET', 'OPTIONS'])],
    allowedHeaders: [...(cors.headers ?? ['authorization', 'accept', 'content-type'])],
    maxAgeInSeconds: cors.maxAgeSeconds ?? 600,
    allowCredentials: cors.credentials ?? false,
  };
}

export function corsProblems(cors: DicomCors | undefined): string[] {
  if (cors === undefined) return [];
  return problemsOf(
    cors.origins.length > 0 ? undefined : "'cors.origins' must name at least one origin, got none",
    ...cors.origins.map((origin) => whenConcrete(origin, originProblem)),
    cors.methods?.length === 0
      ? "'cors.methods' must name at least one method, or be left out for GET and OPTIONS, got none"
      : undefined,
    ...(cors.methods ?? []).map((method) => whenConcrete(method, methodProblem)),
    wholeNumberPropProblem('cors.maxAgeSeconds', cors.maxAgeSeconds, 0, 99_998),
  );
}

function originProblem(origin: string): string | undefined {
  const { protocol, hostname } = URL.canParse(origin) ? new URL(origin) : { protocol: '', hostname: '' };
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOCAL_HOSTS.includes(hostname));
  return isSafe && !origin.includes('*') && new URL(origin).origin === origin
    ? undefined
    : `'cors.origins' must hold https origins as browsers send them, such as https://viewer.example.org, without a ` +
        `path and without *, got '${origin}'`;
}

const LOCAL_HOSTS = ['localhost', '127.0.0.1'];

function methodProblem(method: string): string | undefined {
  return CORS_METHODS.some((known) => known === method)
    ? undefined
    : `'cors.methods' must hold methods of ${CORS_METHODS.join(', ')}, got '${method}'`;
}
