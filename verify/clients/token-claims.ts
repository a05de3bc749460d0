/**
 * The object id of whoever a token was made for; undefined where the token tells nobody but the service it is for.
 * Nothing else of the token is looked at or kept.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function objectIdIn(token: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const { oid } = (claims ?? {}) as { readonly oid?: unknown };
    return typeof oid === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(oid)
      ? oid
      : undefined;
  } catch {
    return undefined;
  }
}
