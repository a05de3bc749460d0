import { defineCheck, type Finding, type Verdict } from '../../model';
import type { CooledInstance } from '../../evidence/tiers';
import { complaintOf } from '../dicomweb/reading';

export const ownInstanceReadableWhenCooled = defineCheck({
  id: 'tiers/own-instance-readable-when-cooled',
  title: 'an image in cool or cold is still read through the service',
  failureTitle: 'an image in cool or cold is no longer read through the service',
  why: 'lifecycle rules move images to these tiers by the thousand, and nobody looks until a physician does',
  severity: 'blocker',
  target: 'deployment',
  needs: ['lake.cooled-instance'],
  judge: ({ 'lake.cooled-instance': { sent, store, moves } }): Verdict => {
    if (store.state === 'skipped') return { outcome: 'not-applicable', reason: store.reason };
    const findings = moves.flatMap((move) => findingsOf(move, sent.fromPreamble));
    if (findings.length === 0)
      return { outcome: 'pass', detail: moves.map(({ tier }) => tier).join(' and ') };
    return {
      outcome: 'fail',
      reason: 'a move to a cheaper tier did harm',
      remedy:
        'disable the lifecycle rules that move files of the service, look whether the account offers these tiers, then open a support request',
      findings,
    };
  },
});

function findingsOf(
  { tier, move, retrieve }: CooledInstance['moves'][number],
  sent: string,
): readonly Finding[] {
  const label = `an image in ${tier}`;
  const findings: Finding[] = [];
  if (move.state === 'refused' || move.state === 'unreadable')
    findings.push(complaintOf({ label }, move).finding);
  if (move.state === 'done' && !move.value.etagKept)
    findings.push({ subject: label, expected: 'the ETag of its file stays', actual: 'it changed' });
  if (retrieve.state === 'refused' || retrieve.state === 'unreadable')
    findings.push(complaintOf({ label }, retrieve).finding);
  if (retrieve.state === 'done' && retrieve.value.fromPreamble !== sent)
    findings.push({
      subject: label,
      expected: `SHA-256 ${sent} from the preamble on`,
      actual: retrieve.value.fromPreamble,
    });
  return findings;
}
