import type { IntendedNetworkRules } from '../../../contract';
import type { AccountFirewall } from '../../evidence/storage-account-resource';
import { defineCheck, type Finding, type Verdict } from '../../model';
import { isSameId, onOrOff } from '../arm/reading';

export const firewallAsIntended = defineCheck({
  id: 'network/firewall-as-intended',
  title: 'the firewall of the lake lets through whom it was meant to',
  failureTitle: 'the firewall of the lake is not the one that was deployed',
  why: 'one rule too many opens the images to a network; one too few keeps the DICOM service out',
  severity: 'blocker',
  target: 'deployment',
  needs: ['arm.storage-account'],
  judge: ({ 'arm.storage-account': { found, intended } }): Verdict => {
    if (found === undefined) return { outcome: 'not-applicable', reason: 'there is no such storage account' };
    if (intended.managed !== true || intended.networkAccess === undefined) {
      return {
        outcome: 'not-applicable',
        reason:
          intended.managed === undefined
            ? 'the manifest does not say what was meant'
            : 'the deployment did not make the account; its firewall is its owner’s',
      };
    }
    const findings =
      intended.networkAccess === 'open'
        ? openFindings(found.firewall)
        : closedFindings(found.firewall, intended.networkAccess, intended.allowed ?? NOBODY);
    if (findings.length === 0) return { outcome: 'pass', detail: intended.networkAccess };
    return {
      outcome: 'fail',
      reason: 'somebody changed the network rules of the storage account',
      remedy:
        'deploy the stack again, which sets them back; what is meant to stay belongs into the deployment (network, allowResourceInstance)',
      findings,
    };
  },
});

const NOBODY: IntendedNetworkRules = { trustedServices: false, ipRanges: [], subnetIds: [], resourceIds: [] };

function openFindings({ publicNetworkAccess, defaultAction }: AccountFirewall): readonly Finding[] {
  return [
    ...(publicNetworkAccess ? [] : [difference('publicNetworkAccess', 'Enabled', 'Disabled')]),
    ...(defaultAction === 'Allow' ? [] : [difference('defaultAction', 'Allow', 'Deny')]),
  ];
}

function closedFindings(
  actual: AccountFirewall,
  networkAccess: 'selected' | 'private',
  expected: IntendedNetworkRules,
): readonly Finding[] {
  const isPublic = networkAccess === 'selected';
  const trusted = actual.bypass.includes('AzureServices');
  return [
    ...(actual.publicNetworkAccess === isPublic
      ? []
      : [difference('publicNetworkAccess', inWords(isPublic), inWords(actual.publicNetworkAccess))]),
    ...(actual.defaultAction === 'Deny' ? [] : [difference('defaultAction', 'Deny', 'Allow')]),
    ...(trusted === expected.trustedServices
      ? []
      : [difference('trusted Azure services', onOrOff(expected.trustedServices), onOrOff(trusted))]),
    ...listFindings('ipRules', expected.ipRanges.map(withoutWidth), actual.ipRanges.map(withoutWidth)),
    ...listFindings('virtualNetworkRules', expected.subnetIds, actual.subnetIds),
    ...listFindings('resourceAccessRules', expected.resourceIds, actual.resourceIds),
  ];
}

function listFindings(
  subject: string,
  expected: readonly string[],
  actual: readonly string[],
): readonly Finding[] {
  const missing = expected.filter((one) => !actual.some((other) => isSameId(one, other)));
  const extra = actual.filter((one) => !expected.some((other) => isSameId(one, other)));
  return [
    ...missing.map((one) => difference(subject, one, 'missing')),
    ...extra.map((one) => difference(subject, 'no other rule', one)),
  ];
}

function difference(subject: string, expected: string, actual: string): Finding {
  return { subject, expected, actual };
}

function inWords(isEnabled: boolean): string {
  return isEnabled ? 'Enabled' : 'Disabled';
}

/** Azure takes `203.0.113.7/32` for the address itself. */
function withoutWidth(range: string): string {
  return range.replace(/\/32$/, '');
}
