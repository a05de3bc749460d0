import type { LakeRole, RolePower } from '../../evidence/lake-access';
import { defineCheck, type Finding, type Verdict } from '../../model';
import { describe, placeOf } from './reading';

/** What may change files, or who gets to them. */
const EXCESSES: readonly (readonly [powers: readonly RolePower[], what: string])[] = [
  [['write', 'delete', 'add', 'move'], 'changes files'],
  [['assign-roles'], 'hands out roles'],
  [['list-keys'], 'lists account keys'],
  [['change-account', 'change-service'], 'changes resources'],
];

export const verifierLeastPrivilege = defineCheck({
  id: 'identity/verifier-least-privilege',
  title: 'the verifier holds no more than it needs',
  failureTitle: 'the verifier holds more than it needs',
  why: 'it runs unattended, and whoever gets hold of its credential gets all that it may',
  severity: 'minor',
  target: 'deployment',
  needs: ['arm.verifier-roles'],
  judge: ({ 'arm.verifier-roles': { roles, writesLake } }): Verdict => {
    const findings = roles.flatMap((role) => excessOf(role, writesLake));
    if (findings.length === 0) return { outcome: 'pass', detail: roles.map(describe).join(', ') };
    return {
      outcome: 'warn',
      reason: 'whoever runs the verification may do more than look',
      remedy:
        'verify as an identity of its own (VerifierGrant): DICOM Data Owner on the service, Storage Blob Data Reader on the container ' +
        '(Contributor for the profile deep), Reader on workspace and storage account',
      findings,
    };
  },
});

function excessOf(role: LakeRole, writesLake: boolean): readonly Finding[] {
  const needed: readonly RolePower[] = writesLake ? ['write', 'delete', 'add', 'move'] : [];
  const excess = EXCESSES.filter(([powers]) =>
    powers.some((power) => role.powers.includes(power) && !needed.includes(power)),
  ).map(([, what]) => what);
  const isWide = role.at === 'above' && role.powers.includes('read');
  if (excess.length === 0 && !isWide) return [];
  return [
    {
      subject: role.roleName,
      expected: isWide ? 'files of the container only' : 'a role that reads',
      actual: excess.length === 0 ? `given ${placeOf(role)}` : `${excess.join(', ')}, given ${placeOf(role)}`,
    },
  ];
}
