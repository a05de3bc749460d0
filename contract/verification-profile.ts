/**
 * How much a run does.
 *
 * - `quick`: everything that is known within a minute; sends a few small images of nobody. For pipelines.
 * - `full`: as quick, and waits for what takes minutes, such as the removal of a deleted file.
 * - `read-only`: sends nothing at all.
 * - `deep`: as full, and writes to the lake behind the service's back, in a folder of its own and to its own file; needs
 *   Storage Blob Data Contributor on the container.
 */
export const PROFILES = ['quick', 'full', 'read-only', 'deep'] as const;

export type Profile = (typeof PROFILES)[number];

/** Seconds after which a run asks nothing any more. */
export const DEADLINE_SECONDS: Readonly<Record<Profile, number>> = {
  quick: 60,
  full: 900,
  'read-only': 300,
  deep: 900,
};
