import { healthProbeChurn, MINIMUM_STAY_DAYS, SMALLEST_BILLED_BYTES } from '../../../contract';
import { defineCheck, type Finding, type Verdict } from '../../model';
import type { LifecycleRule } from '../../evidence/tiers';
import { reachesFiles } from './reading';

export const costHints = defineCheck({
  id: 'tiers/cost-hints',
  title: 'no lifecycle rule costs more than it has to',
  failureTitle: 'a lifecycle rule costs more than it has to',
  why: 'a file that leaves a tier early is billed for the whole stay, and nothing but the invoice tells',
  severity: 'minor',
  target: 'deployment',
  needs: ['lake.tier-census', 'arm.tiering-policy', 'arm.blob-service'],
  judge: ({
    'lake.tier-census': { smallCooled },
    'arm.tiering-policy': policy,
    'arm.blob-service': service,
  }): Verdict => {
    const rules = policy.rules.filter((rule) => reachesFiles(rule, policy));
    const findings = rules.flatMap(earlyMoveOf);
    if (findings.length > 0) {
      return {
        outcome: 'warn',
        reason: `files leave cool before they were in it for ${MINIMUM_STAY_DAYS.Cool} days`,
        remedy: `move files to cold at least ${MINIMUM_STAY_DAYS.Cool} days after cool, or straight to cold`,
        findings,
      };
    }
    const hints = [
      ...smallHint(smallCooled),
      ...rules.flatMap(readHint),
      ...churnHint(service.deletedFileRetentionDays),
    ];
    return hints.length === 0 ? { outcome: 'pass' } : { outcome: 'pass', detail: hints.join('; ') };
  },
});

/** Days count from the same moment only where both actions have the same basis. */
function earlyMoveOf({ name, terms }: LifecycleRule): readonly Finding[] {
  return terms.flatMap((cool) => {
    if (cool.action !== 'cool') return [];
    const cold = terms.find(({ action, basis }) => action === 'cold' && basis === cool.basis);
    const stay = cold === undefined ? Infinity : cold.days - cool.days;
    // Cold after no more days than cool is taken at once, as the cheaper of both.
    if (cold === undefined || stay <= 0 || stay >= MINIMUM_STAY_DAYS.Cool) return [];
    return [
      {
        subject: `rule '${name}'`,
        expected: `cold ${cool.days + MINIMUM_STAY_DAYS.Cool} days or later`,
        actual: `cool after ${cool.days} days, cold after ${cold.days}`,
      },
    ];
  });
}

function smallHint({ count, bytes }: { readonly count: number; readonly bytes: number }): readonly string[] {
  if (count === 0) return [];
  const billed = count * SMALLEST_BILLED_BYTES;
  return [
    `${count} images in cool or cold are smaller than ${SMALLEST_BILLED_BYTES / 1024} KiB and are billed as that, in older accounts from July 2027: ${megabytes(billed)} for ${megabytes(bytes)}`,
  ];
}

function readHint({ name, terms, returnsToHot }: LifecycleRule): readonly string[] {
  const cools = terms.some(({ action }) => action === 'cool');
  return cools && !returnsToHot
    ? [`rule '${name}' leaves in cool what is read again, where each read is billed by the gigabyte`]
    : [];
}

function churnHint(days: number): readonly string[] {
  if (days === 0) return [];
  return [`soft delete keeps ${healthProbeChurn(days).softDeletedFiles} small health files for ${days} days`];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
