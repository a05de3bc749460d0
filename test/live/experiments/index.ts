import type { Experiment } from '../experiment';
import { containerScopeRole } from './container-scope-role';
import { healthFile } from './health-file';
import { keyInTheCreateCall } from './key-in-the-create-call';
import { resourceHealthWords } from './resource-health-words';
import { smartTier } from './smart-tier';
import { userAssignedThroughFirewall } from './user-assigned-through-firewall';

/** In the order in which they run: what changes least comes first. */
export const EXPERIMENTS: readonly Experiment[] = [
  containerScopeRole,
  healthFile,
  userAssignedThroughFirewall,
  resourceHealthWords,
  smartTier,
  keyInTheCreateCall,
];
