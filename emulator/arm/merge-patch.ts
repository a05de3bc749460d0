import { type Body, record } from './resource-type';

/** JSON merge patch (RFC 7396), which Azure's PATCH follows: objects merge, null removes, all else replaces. */
export function mergePatch(target: Body, patch: Body): Body {
  const merged = Object.fromEntries(Object.entries(target).filter(([key]) => patch[key] !== null));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) continue;
    else if (typeof value === 'object' && !Array.isArray(value))
      merged[key] = mergePatch(record(merged[key]), value as Body);
    else merged[key] = value;
  }
  return merged;
}
