import { type Body, record } from './resource-type';

/** What Azure replaces as a whole, so that a name that is left out is gone. */
const REPLACED = ['tags', 'metadata'];

/**
 * JSON merge patch (RFC 7396), which Azure's PATCH follows but for tags and metadata: objects merge, null removes,
 * all else replaces.
 */
export function mergePatch(target: Body, patch: Body): Body {
  const merged = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else if (typeof value === 'object' && !Array.isArray(value) && !REPLACED.includes(key)) {
      merged.set(key, mergePatch(record(merged.get(key)), value as Body));
    } else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}
