import type { LakeAccess } from '../../evidence/lake-access';
import { defineCheck, type Finding, type Verdict } from '../../model';
import { isSameId } from '../arm/reading';
import { contributes, describe } from './reading';

const NEEDED = 'Storage Blob Data Contributor on the container or above it';
const GRANT =
  'grant Storage Blob Data Contributor on the container to the identity that is attached (lake.grants.readWrite(identity), or deploy the stack again); it takes up to 10 minutes to count';

export const serviceCanWrite = defineCheck({
  id: 'identity/service-can-write',
  title: 'the identity of the DICOM service may write to the lake',
  failureTitle: 'the identity of the DICOM service may not write to the lake, or might be kept from it',
  why: 'without this role every store and every retrieve answers 424, and which identity lacks it is seen nowhere else',
  severity: 'blocker',
  target: 'deployment',
  needs: ['arm.lake-access'],
  judge: ({ 'arm.lake-access': access }): Verdict => {
    const { attached, meant } = access;
    if (attached.length === 0) {
      return {
        outcome: 'fail',
        reason: 'no identity is attached to the DICOM service',
        remedy: `attach the identity of the deployment to the service (deploy the stack again), and ${GRANT}`,
        findings: [
          {
            subject: 'the DICOM service',
            expected: `an identity: ${meant.join(' or ')}`,
            actual: 'none attached',
          },
        ],
      };
    }
    const strange = attached.filter(({ principalId }) => !meant.some((id) => isSameId(id, principalId)));
    const replaced: readonly Finding[] = strange.map(({ name, principalId }) => ({
      subject: `${name} (${principalId})`,
      expected: `the identity of the deployment: ${meant.join(' or ')}`,
      actual: 'another identity is attached',
    }));
    const lacking = attached.flatMap((identity) => lackOf(identity, access));
    if (lacking.length > 0) return lackingVerdict(lacking, replaced, attached.length);
    const doubts = attached.flatMap((identity) => doubtsOf(identity, access));
    if (replaced.length + doubts.length === 0)
      return { outcome: 'pass', detail: attached.map(({ name }) => name).join(', ') };
    return {
      outcome: 'warn',
      reason:
        doubts.length > 0
          ? 'the identity has its role, but something may keep it from using it; what, is not evaluated here'
          : 'the service works with another identity than the deployment meant',
      remedy:
        doubts.length > 0
          ? 'look at these conditions and deny assignments: the service needs every file of the container'
          : 'deploy the stack again, or find out who attached the other identity',
      findings: [...replaced, ...doubts],
    };
  },
});

function lackingVerdict(
  lacking: readonly Finding[],
  replaced: readonly Finding[],
  identities: number,
): Verdict {
  const findings = [...replaced, ...lacking];
  // Which of two identities the service takes is not documented.
  if (lacking.length < identities) {
    return {
      outcome: 'warn',
      reason:
        'only some of the attached identities have the role, and Azure does not say which one the service takes',
      remedy: `${GRANT}, or detach the identities that are not needed`,
      findings,
    };
  }
  return {
    outcome: 'fail',
    reason:
      replaced.length > 0
        ? 'another identity is attached, and it lacks the role'
        : 'the attached identity lacks the role',
    remedy:
      replaced.length > 0
        ? `attach the identity of the deployment again (deploy the stack), or ${GRANT}`
        : GRANT,
    findings,
  };
}

/** What an identity has in place of the role, where it has not. */
function lackOf(
  { name, principalId }: LakeAccess['attached'][number],
  access: LakeAccess,
): readonly Finding[] {
  const own = access.ofService.filter(({ holder }) => isSameId(holder, principalId));
  if (own.some((role) => role.at !== 'elsewhere' && contributes(role))) return [];
  const weak = own
    .filter((role) => role.at !== 'elsewhere' && !contributes(role))
    .map((role) => `only ${describe(role)}`);
  const misplaced = own
    .filter(({ at }) => at === 'elsewhere')
    .map((role) => `${describe(role)}, which is not the container`);
  const others = access.roles
    .filter((role) => (role.at === 'container' || role.at === 'account') && contributes(role))
    .filter((role) => !access.attached.some((identity) => isSameId(identity.principalId, role.principalId)))
    .filter((role) => isMeant(role.principalId, access))
    .map((role) => `it was given to ${role.principalId}, which is not attached`);
  const actual = [...weak, ...misplaced, ...others].join('; ');
  return [
    { subject: `${name} (${principalId})`, expected: NEEDED, actual: actual === '' ? 'no role' : actual },
  ];
}

function isMeant(principalId: string, { meant }: LakeAccess): boolean {
  return meant.some((id) => isSameId(id, principalId));
}

/** What may take away what the role gives. */
function doubtsOf(
  { name, principalId }: LakeAccess['attached'][number],
  access: LakeAccess,
): readonly Finding[] {
  const roles = access.ofService.filter(
    (role) => isSameId(role.holder, principalId) && role.at !== 'elsewhere' && contributes(role),
  );
  const subject = `${name} (${principalId})`;
  const conditions = roles.every(({ condition }) => condition !== undefined)
    ? roles.map((role) => ({
        subject,
        expected: `${describe(role)} without a condition`,
        actual: `with the condition ${shortened(role.condition ?? '')}`,
      }))
    : [];
  const denials = access.denials.map((denial) => ({
    subject,
    expected: 'no deny assignment on files of the lake',
    actual: `'${denial.name}' on ${denial.scope}`,
  }));
  return [...conditions, ...denials];
}

function shortened(condition: string): string {
  const line = condition.replace(/\s+/g, ' ');
  return line.length > 200 ? `${line.slice(0, 197)}...` : line;
}
