import { NAME_RULES } from '../../contract';

/** Whom a token was made for, by ids; absent what it does not tell anybody but the service it is for. */
export interface TokenIdentity {
  /** Object id of the user, service principal or managed identity. */
  readonly objectId?: string;
  readonly tenantId?: string;
}

/**
 * Nothing else of the token is looked at or kept.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function identityIn(token: string): TokenIdentity {
  const { oid, tid } = claimsOf(token);
  return { ...(isGuid(oid) ? { objectId: oid } : {}), ...(isGuid(tid) ? { tenantId: tid } : {}) };
}

/** The object id of whoever a token was made for; undefined where it does not say. */
export function objectIdIn(token: string): string | undefined {
  return identityIn(token).objectId;
}

function claimsOf(token: string): { readonly oid?: unknown; readonly tid?: unknown } {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return claims ?? {};
  } catch {
    return {};
  }
}

function isGuid(claim: unknown): claim is string {
  return typeof claim === 'string' && NAME_RULES.guid.pattern.test(claim);
}
