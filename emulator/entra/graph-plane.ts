import type { Authenticate } from '../domain/authorizer';
import { userAssignedIdentities } from '../domain/managed-identity';
import type { ResourceStore } from '../domain/resource-store';
import type { Handler } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import type { Directory } from './directory';

const SERVICE_PRINCIPALS = '/v1.0/servicePrincipals';

/**
 * Microsoft Graph, as far as the Terraform provider asks it: who the service principal of an application is. Served
 * below `/graph` of Azure Resource Manager.
 */
export function createGraphPlane(options: {
  readonly directory: Directory;
  readonly store: ResourceStore;
  readonly authenticate: Authenticate;
  /** Audience of its tokens, beside that of the public cloud. */
  readonly audience: () => string;
}): Handler {
  const { directory, store, authenticate, audience } = options;
  return async (request) => {
    const audiences = ['https://graph.microsoft.com', audience()];
    if ((await authenticate(request.headers.authorization, audiences)) === undefined) {
      return refusal(
        401,
        'InvalidAuthenticationToken',
        'Access token is empty, expired or for another service.',
      );
    }
    const { pathname, searchParams } = request.url;
    if (request.method !== 'GET' || !pathname.toLowerCase().endsWith(SERVICE_PRINCIPALS.toLowerCase())) {
      return refusal(
        501,
        'NotImplemented',
        `${request.method} ${pathname} is not in the emulator; its Graph has GET /graph${SERVICE_PRINCIPALS}.`,
      );
    }
    const filter = searchParams.get('$filter') ?? '';
    const appId = /^appId eq '([^']*)'$/i.exec(filter)?.[1]?.toLowerCase();
    if (appId === undefined) {
      return refusal(
        400,
        'Request_UnsupportedQuery',
        `$filter must be appId eq '…', got ${JSON.stringify(filter)}.`,
      );
    }
    const known = [
      ...[directory.deployer, directory.verifier].map(({ clientId, objectId }) => ({
        clientId,
        id: objectId,
      })),
      ...userAssignedIdentities(store).map(({ clientId, principalId }) => ({ clientId, id: principalId })),
    ];
    const value = known
      .filter(({ clientId }) => clientId.toLowerCase() === appId)
      .map(({ clientId, id }) => ({ id, appId: clientId, servicePrincipalType: 'Application' }));
    return jsonResponse(200, { value });
  };
}

function refusal(status: number, code: string, message: string): ReturnType<typeof jsonResponse> {
  return jsonResponse(status, { error: { code, message } });
}
