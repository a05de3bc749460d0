import type { Reach } from '../../evidence/refusals';
import { defineCheck, type Finding, type Verdict } from '../../model';

/** What one host shows: a finding, or in words why there is none. */
interface Seen {
  readonly finding?: Finding;
  readonly told?: string;
  readonly untold?: string;
}

export const publicReachAsIntended = defineCheck({
  id: 'access/public-reach-as-intended',
  title: 'what is meant to be private is not reached in public, and the reverse',
  failureTitle: 'what is meant to be private is reached in public, or the reverse',
  why:
    'a private deployment that answers the internet leaves its tokens as the only guard; a public one that does not is down. ' +
    'It is seen from where the verification runs: from inside the private network nothing can be told of the internet',
  severity: 'major',
  target: 'deployment',
  needs: ['dicom.reach', 'lake.reach'],
  judge: ({ 'dicom.reach': dicom, 'lake.reach': lake }): Verdict => {
    const seen = [seenOf('the DICOM service', dicom), seenOf('the lake', lake)];
    const findings = seen.flatMap(({ finding }) => finding ?? []);
    if (findings.length > 0) {
      return {
        outcome: 'fail',
        reason: 'the network is not as the deployment meant it',
        remedy:
          'deploy the stack again; look at public network access, at the firewall of the storage account and at private endpoints that somebody approved',
        findings,
      };
    }
    const told = seen.flatMap((one) => one.told ?? []);
    if (told.length > 0) return { outcome: 'pass', detail: told.join('; ') };
    return { outcome: 'not-applicable', reason: seen.flatMap(({ untold }) => untold ?? []).join('; ') };
  },
});

function seenOf(what: string, { host, addresses, answer, meantPublic }: Reach): Seen {
  if (meantPublic === undefined || answer === 'not asked') {
    return { untold: `the manifest does not say whether the internet was meant to reach ${what}` };
  }
  const subject = `${what} (${host})`;
  if (!meantPublic) {
    if (addresses !== 'public') {
      return {
        untold: `${what} has ${addresses === 'unknown' ? 'no known' : 'a private'} address here, so the internet is not seen`,
      };
    }
    if (answer === 'silent') return { untold: `${what} gave no answer here, whatever the reason` };
    return answer === 'kept out'
      ? { told: `${what} keeps the public out` }
      : { finding: { subject, expected: 'keeps the public out', actual: 'lets it in, by a public address' } };
  }
  if (answer === 'let in') return { told: `${what} is reached` };
  if (answer === 'silent') return { untold: `${what} gave no answer here, whatever the reason` };
  return { finding: { subject, expected: 'lets the public in', actual: 'keeps this address out' } };
}
