import type { Clock } from '../clock';
import type { Authorize } from './authorizer';

/** More than one emulator ever asks for; a safeguard against growth. */
const MAXIMUM_DECISIONS = 10_000;

/**
 * Decides anew only when the last decision on the same question is older than `cacheMs`, as the DICOM service does:
 * what it refused it goes on refusing, and what it permitted it goes on permitting.
 */
export function cachedAuthorize(authorize: Authorize, clock: Clock, cacheMs: number): Authorize {
  if (cacheMs === 0) return authorize;
  const decisions = new Map<string, { readonly allowed: boolean; readonly until: number }>();
  return (principalId, plane, operation, scope) => {
    const question = [principalId, plane, operation, scope].join(' ').toLowerCase();
    const now = clock.now();
    const known = decisions.get(question);
    if (known !== undefined && now < known.until) return known.allowed;
    const allowed = authorize(principalId, plane, operation, scope);
    if (decisions.size >= MAXIMUM_DECISIONS) decisions.clear();
    decisions.set(question, { allowed, until: now + cacheMs });
    return allowed;
  };
}
