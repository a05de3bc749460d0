import { DOTS, LINES, SPARSE_STRIPES, STRIPES } from '../../../reporters/html/patterns';
import type { StackedPart } from '../../../reporters/html/stacked-bars';

type Look = Pick<StackedPart, 'color' | 'pattern'>;

/** Each tier is told from the others in black and white as well. */
const LOOKS: ReadonlyMap<string, Look> = new Map<string, Look>([
  ['Hot', { color: 'var(--warn)' }],
  ['Cool', { color: 'var(--accent)', pattern: SPARSE_STRIPES }],
  ['Cold', { color: 'var(--waived)', pattern: DOTS }],
  ['Archive', { color: 'var(--fail)', pattern: STRIPES }],
]);

const UNKNOWN: Look = { color: 'var(--not-applicable)', pattern: LINES };

/** Of a bar of that tier, in every picture. */
export function lookOf(tier: string): Look {
  return LOOKS.get(tier) ?? UNKNOWN;
}
