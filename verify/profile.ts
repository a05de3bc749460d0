import type { Profile } from '../contract';
import type { Probe } from './probe';

export { DEADLINE_SECONDS, PROFILES, type Profile } from '../contract';

/** Whether a probe belongs to a profile. */
export function isInProfile(profile: Profile, { effect, pace }: Pick<Probe, 'effect' | 'pace'>): boolean {
  switch (profile) {
    case 'quick':
      return effect !== 'lake-write' && pace === 'quick';
    case 'full':
      return effect !== 'lake-write';
    case 'read-only':
      return effect === 'read';
    case 'deep':
      return true;
  }
}
