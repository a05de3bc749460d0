import { timingSafeEqual } from 'node:crypto';
import { type Handler, type HttpRequest, type HttpResponse, readBody } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import { type Directory, TENANT_ID } from './directory';
import { TOKEN_LIFETIME_SECONDS, type TokenAuthority } from './token-authority';

const ROUTES = [
  'POST /{tenant}/oauth2/v2.0/token',
  'POST /{tenant}/oauth2/token',
  'GET /{tenant}/v2.0/.well-known/openid-configuration',
  'GET /{tenant}/discovery/v2.0/keys',
  'GET /common/discovery/instance',
];

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Audience of the tokens that federated credentials exchange. */
const TOKEN_EXCHANGE = 'api://AzureADTokenExchange';

/** The token endpoint: client credentials only, for the applications of the directory. */
export function createEntraPlane(directory: Directory, authority: TokenAuthority): Handler {
  return async (request) => {
    const { pathname } = request.url;
    const call = `${request.method} ${pathname.toLowerCase()}`;
    if (/^POST \/[^/]+\/oauth2\/(v2\.0\/)?token$/.test(call))
      return issueToken(request, directory, authority);
    if (/^GET \/[^/]+\/v2\.0\/\.well-known\/openid-configuration$/.test(call))
      return openIdConfiguration(request);
    if (/^GET \/[^/]+\/discovery\/v2\.0\/keys$/.test(call)) return jsonResponse(200, await authority.jwks());
    if (call === 'GET /common/discovery/instance') return instanceDiscovery(request);
    return jsonResponse(501, {
      error: 'not_implemented',
      error_description: `${request.method} ${pathname} is not in the emulator; it has ${ROUTES.join(', ')}`,
    });
  };
}

async function issueToken(
  request: HttpRequest,
  directory: Directory,
  authority: TokenAuthority,
): Promise<HttpResponse> {
  const form = new URLSearchParams((await readBody(request.body)).toString('utf8'));
  const basic = /^Basic (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const [basicId = '', basicSecret = ''] = Buffer.from(basic ?? '', 'base64')
    .toString('utf8')
    .split(':');
  const clientId = form.get('client_id') ?? basicId;
  const tenant = request.url.pathname.split('/')[1] ?? '';
  const audience = (form.get('resource') ?? form.get('scope') ?? '').replace(/\/\.default$/, '');
  const application = directory.find(clientId);

  if (tenant.toLowerCase() !== TENANT_ID) {
    return refusal(
      400,
      'invalid_request',
      `AADSTS90002: Tenant '${tenant}' not found; it is ${TENANT_ID} here.`,
    );
  }
  if (form.get('grant_type') !== 'client_credentials') {
    return refusal(
      400,
      'unsupported_grant_type',
      'AADSTS70003: The emulator grants client_credentials only.',
    );
  }
  if (audience === '') return refusal(400, 'invalid_scope', 'AADSTS70011: The scope is missing.');
  if (application === undefined) {
    return refusal(
      400,
      'unauthorized_client',
      `AADSTS700016: Application with identifier '${clientId}' was not found in the directory.`,
    );
  }
  if (form.has('client_assertion')) {
    if (!(await isTrustedAssertion(form, authority)))
      return refusal(
        401,
        'invalid_client',
        'AADSTS70021: No matching federated identity record found for presented assertion.',
      );
  } else if (!sameSecret(form.get('client_secret') ?? basicSecret, application.clientSecret)) {
    return refusal(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
  }
  return jsonResponse(200, {
    token_type: 'Bearer',
    expires_in: TOKEN_LIFETIME_SECONDS,
    ext_expires_in: TOKEN_LIFETIME_SECONDS,
    access_token: await authority.sign(audience, application.objectId, application.clientId),
  });
}

/**
 * Every application here has one federated credential: it trusts the managed identities and applications of this tenant.
 *
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
 */
async function isTrustedAssertion(form: URLSearchParams, authority: TokenAuthority): Promise<boolean> {
  if (form.get('client_assertion_type') !== JWT_BEARER) return false;
  const caller = await authority.authenticate(`Bearer ${form.get('client_assertion') ?? ''}`, [
    TOKEN_EXCHANGE,
  ]);
  return caller !== undefined;
}

function sameSecret(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function refusal(status: number, error: string, description: string): HttpResponse {
  return jsonResponse(status, {
    error,
    error_description: description,
    error_codes: [Number(/AADSTS(\d+)/.exec(description)?.[1])],
  });
}

function openIdConfiguration(request: HttpRequest): HttpResponse {
  const tenant = `${request.url.origin}/${request.url.pathname.split('/')[1] ?? ''}`;
  return jsonResponse(200, {
    token_endpoint: `${tenant}/oauth2/v2.0/token`,
    authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
    jwks_uri: `${tenant}/discovery/v2.0/keys`,
    issuer: `${request.url.origin}/${TENANT_ID}/v2.0`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    response_types_supported: ['token'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  });
}

function instanceDiscovery(request: HttpRequest): HttpResponse {
  const { host, origin } = request.url;
  return jsonResponse(200, {
    tenant_discovery_endpoint: `${origin}/${TENANT_ID}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  });
}
