import type { LivePrincipal } from './live-stack';

/**
 * Whom a token of Azure Resource Manager was made for.
 *
 * @throws Error where it does not say
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function principalIn(token: string): LivePrincipal {
  const claims: unknown = JSON.parse(
    Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8') || '{}',
  );
  const { oid, idtyp } = claims as { readonly oid?: unknown; readonly idtyp?: unknown };
  if (typeof oid !== 'string') throw new Error('the token does not say whose it is: sign in with `az login`');
  return { objectId: oid, type: idtyp === 'app' ? 'ServicePrincipal' : 'User' };
}
