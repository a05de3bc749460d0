import type { LifecycleRule, TieringPolicyEvidence } from '../../evidence/tiers';

/** Whether a rule reaches any file of the service: its prefix covers the contract prefix, or lies within it. */
export function reachesFiles(rule: LifecycleRule, { contractPrefix }: TieringPolicyEvidence): boolean {
  if (!rule.enabled || !rule.blockBlobs) return false;
  return (
    rule.prefixes.length === 0 ||
    rule.prefixes.some((prefix) => contractPrefix.startsWith(prefix) || prefix.startsWith(contractPrefix))
  );
}
