import { userAssignedIdentities } from '../domain/managed-identity';
import type { ResourceStore } from '../domain/resource-store';
import type { Handler } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import { TOKEN_LIFETIME_SECONDS, type TokenAuthority } from './token-authority';

/**
 * The endpoint that App Service offers for managed identities: `GET ?resource=&client_id=` with a secret header.
 * Serves every user-assigned identity made through Azure Resource Manager.
 */
export function createManagedIdentityPlane(options: {
  readonly store: ResourceStore;
  readonly authority: TokenAuthority;
  /** What `x-identity-header` has to say. */
  readonly header: string;
}): Handler {
  const { store, authority, header } = options;
  return async (request) => {
    if (request.headers['x-identity-header'] !== header) {
      return jsonResponse(401, { statusCode: 401, message: 'x-identity-header is missing or wrong.' });
    }
    const resource = request.url.searchParams.get('resource') ?? '';
    const clientId = request.url.searchParams.get('client_id') ?? '';
    const identity = userAssignedIdentities(store).find((one) => one.clientId === clientId);
    if (identity === undefined || resource === '') {
      return jsonResponse(400, {
        statusCode: 400,
        message: `No User Assigned or Delegated Managed Identity found for specified ClientId '${clientId}', or no resource given.`,
      });
    }
    const expiresOn = Math.floor(request.receivedAt / 1000) + TOKEN_LIFETIME_SECONDS;
    return jsonResponse(200, {
      access_token: await authority.sign(resource, identity.principalId, clientId),
      expires_on: String(expiresOn),
      resource,
      token_type: 'Bearer',
      client_id: clientId,
    });
  };
}
