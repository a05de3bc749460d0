import { userAssignedIdentities } from '../domain/managed-identity';
import type { ResourceStore } from '../domain/resource-store';
import type { Handler, HttpRequest } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import { TOKEN_LIFETIME_SECONDS, type TokenAuthority } from './token-authority';

/**
 * The endpoints of managed identities: that of App Service, `GET /msi/token` with a secret header, and that of virtual
 * machines, `GET /msi/{secret}/token` with `Metadata: true`, which has the secret in its path since any user of this
 * machine can send requests here. Both serve every user-assigned identity made through Azure Resource Manager; where
 * there is one only, it need not be named.
 */
export function createManagedIdentityPlane(options: {
  readonly store: ResourceStore;
  readonly authority: TokenAuthority;
  /** What `x-identity-header` has to say. */
  readonly header: string;
}): Handler {
  const { store, authority, header } = options;
  return async (request) => {
    if (!isTrusted(request, header)) {
      return jsonResponse(401, {
        statusCode: 401,
        message: 'x-identity-header, or the secret in the path with Metadata: true, is missing or wrong.',
      });
    }
    const resource = request.url.searchParams.get('resource') ?? '';
    const clientId = request.url.searchParams.get('client_id') ?? '';
    const identities = userAssignedIdentities(store);
    const [only] = clientId === '' && identities.length === 1 ? identities : [];
    const identity = only ?? identities.find((one) => one.clientId === clientId);
    if (identity === undefined || resource === '') {
      return jsonResponse(400, {
        statusCode: 400,
        message: `No User Assigned or Delegated Managed Identity found for specified ClientId '${clientId}', or no resource given.`,
      });
    }
    const expiresOn = Math.floor(request.receivedAt / 1000) + TOKEN_LIFETIME_SECONDS;
    return jsonResponse(200, {
      access_token: await authority.sign(resource, identity.principalId, identity.clientId),
      expires_in: String(TOKEN_LIFETIME_SECONDS),
      expires_on: String(expiresOn),
      resource,
      token_type: 'Bearer',
      client_id: identity.clientId,
    });
  };
}

function isTrusted({ headers, url }: HttpRequest, secret: string): boolean {
  if (headers['x-identity-header'] === secret) return true;
  return url.pathname === `/msi/${secret}/token` && headers['metadata'] === 'true';
}
