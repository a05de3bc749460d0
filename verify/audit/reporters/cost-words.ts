import { bytesText, counted } from '../../quantity';
import { moneyText } from '../money-text';
import type { AuditCost, TierPlan } from '../model';

const BASIS_WORDS: Readonly<Record<TierPlan['basis'], string>> = {
  lastAccess: 'the last access',
  lastModification: 'the last change',
  creation: 'creation',
};

const ORIGIN_WORDS = {
  manifest: 'the plan of the deployment',
  file: 'the plan that was given',
  example: 'an example of a plan, as the deployment has none',
} as const;

/** What the numbers of the cost rest upon, a sentence each. */
export function costWords({
  currency,
  region,
  pricesAsOf,
  monthlyReadShare,
  unpriced,
  bringBack,
  audit,
  planned,
}: AuditCost): readonly string[] {
  return [
    `Prices of ${region} as of ${pricesAsOf}; it is assumed that ${percent(monthlyReadShare)} of the images are read in a month.`,
    ...(unpriced ?? []).map(
      ({ tier, count, bytes }) =>
        `Not in these sums: ${counted(count, 'file')} (${bytesText(bytes)}) in ${tier}, for which there is no price.`,
    ),
    ...(planned === undefined
      ? []
      : [
          `As planned: ${ORIGIN_WORDS[planned.planOrigin]}, ${planned.plan.map(planWords).join('; ') || 'without rules'}.`,
          `Once: ${moneyText(planned.moves.cost, currency)} for moving ${counted(planned.moves.files, 'file')} (${bytesText(planned.moves.bytes)}), and ${moneyText(planned.earlyDeletion, currency)} for leaving a tier early.`,
        ]),
    ...(bringBack === undefined
      ? []
      : [
          `Once: ${moneyText(bringBack.cost, currency)} for bringing ${counted(bringBack.files, 'archived image')} (${bytesText(bringBack.bytes)}) back at standard priority.`,
        ]),
    `This audit: ${moneyText(audit, currency)} for ${audit === 0 ? 'nothing that is billed' : 'what it asked of Azure'}.`,
  ];
}

function planWords({ basis, coolAfterDays, coldAfterDays }: TierPlan): string {
  const steps = [
    ...(coolAfterDays === undefined ? [] : [`cool ${counted(coolAfterDays, 'day')}`]),
    ...(coldAfterDays === undefined ? [] : [`cold ${counted(coldAfterDays, 'day')}`]),
  ];
  return `${steps.join(', ')} after ${BASIS_WORDS[basis]}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}
