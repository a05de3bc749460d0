import { type DeploymentManifest, lakeTenantOf, servicePath } from '../../contract';
import { DAY_MS } from './age-band';
import type { AuditedFile, TierPlan } from './model';

/** What is reckoned with where nobody planned anything. */
export const EXAMPLE_PLAN: readonly TierPlan[] = [
  { basis: 'lastModification', coolAfterDays: 90, coldAfterDays: 365 },
];

/** The rules of a deployment that reach its images. */
export function planOf(manifest: DeploymentManifest): readonly TierPlan[] {
  const images = `${manifest.lake.containerName}/${servicePath(lakeTenantOf(manifest))}/`;
  return manifest.tiering.rules
    .filter(({ prefixes }) => prefixes.some((prefix) => images.startsWith(prefix)))
    .map(({ basis, coolAfterDays, coldAfterDays }) => ({
      basis,
      ...(coolAfterDays === undefined ? {} : { coolAfterDays }),
      ...(coldAfterDays === undefined ? {} : { coldAfterDays }),
    }));
}

/**
 * The tier in which a lifecycle policy would have an image: never a dearer one than it is in. Where the last access is
 * not known, rules that count from it leave the image alone.
 *
 * @param asOf milliseconds since the epoch
 */
export function plannedTierOf(file: AuditedFile, plans: readonly TierPlan[], asOf: number): string {
  if (file.tier !== 'Hot' && file.tier !== 'Cool') return file.tier;
  let planned = file.tier;
  for (const { basis, coolAfterDays = Infinity, coldAfterDays = Infinity } of plans) {
    const days = (asOf - timeOf(file, basis)) / DAY_MS;
    if (days > coldAfterDays) return 'Cold';
    if (days > coolAfterDays) planned = 'Cool';
  }
  return planned;
}

function timeOf(file: AuditedFile, basis: TierPlan['basis']): number {
  switch (basis) {
    case 'creation':
      return file.createdAt;
    case 'lastModification':
      return file.modifiedAt;
    case 'lastAccess':
      return file.accessedAt ?? Infinity;
  }
}
