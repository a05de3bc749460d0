import { type BuiltInRole, roleAllows, ROLES } from '../../../contract';
import type { LakeAccess, LakeRole } from '../../evidence/lake-access';
import { defineCheck, type Finding, type Verdict } from '../../model';
import { isSameId } from '../arm/reading';
import { describe, opensFiles } from './reading';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

export const nobodyHoldsMore = defineCheck({
  id: 'identity/nobody-holds-more',
  title: 'nobody holds more on the lake than the deployment meant',
  failureTitle: 'somebody holds more on the lake than the deployment meant',
  why:
    'whoever has a data role reads every image past the DICOM service and its audit. On the container or the account it was ' +
    'given for this lake, so it fails; from further above it may be meant for something else, so it warns. Owner and ' +
    'Contributor open no files; on the account itself they warn where they can hand out roles, or keys that count; ' +
    'inherited ones are usual and are counted only',
  severity: 'major',
  target: 'deployment',
  needs: ['arm.lake-access'],
  judge: ({ 'arm.lake-access': access }): Verdict => {
    if (access.intended === undefined) {
      return {
        outcome: 'not-applicable',
        reason: 'the manifest does not say who was meant to have a role on the lake',
      };
    }
    const others = access.roles.filter((role) => !isExpected(role, access));
    const here = others.filter((role) => opensFiles(role) && role.at !== 'above');
    const inherited = others.filter((role) => opensFiles(role) && role.at === 'above');
    const managing = others.filter((role) => !opensFiles(role) && opensIndirectly(role, access));
    const besides = managing.filter(({ at }) => at !== 'above');
    if (here.length + inherited.length + besides.length === 0) {
      const count = managing.length;
      const detail =
        count === 0 ? '' : `; ${count} inherited ${count === 1 ? 'role' : 'roles'} could hand out access`;
      return {
        outcome: 'pass',
        detail: `${access.roles.filter(opensFiles).length} data roles, all meant${detail}`,
      };
    }
    const findings = [
      ...here.map((role) => finding(role, 'no role that opens files')),
      ...inherited.map((role) => finding(role, 'no inherited role that opens files')),
      ...besides.map((role) => finding(role, 'no role that hands out access')),
    ];
    return {
      outcome: here.length > 0 ? 'fail' : 'warn',
      reason: `${findings.length} ${findings.length === 1 ? 'role goes' : 'roles go'} beyond what the deployment meant`,
      remedy:
        'remove these role assignments; where one is wanted, let the stack grant it (lake.grants), so that the manifest knows of it',
      findings,
    };
  },
});

function finding(role: LakeRole, expected: string): Finding {
  return { subject: `${role.principalType} ${role.principalId}`, expected, actual: describe(role) };
}

/** Owner and the like: no files by itself, but roles for whom they like, and keys where those count. */
function opensIndirectly({ powers }: LakeRole, { sharedKeyAllowed }: LakeAccess): boolean {
  return powers.includes('assign-roles') || (sharedKeyAllowed && powers.includes('list-keys'));
}

/** What the deployment gave, or less, to the same principal; the service's own identities; the verifier has a check of its own. */
function isExpected(role: LakeRole, { intended = [], meant, containerId, verifierId }: LakeAccess): boolean {
  if (verifierId !== undefined && isSameId(role.principalId, verifierId)) return true;
  const own = meant.map((principalId) => ({
    principalId,
    roleId: ROLES.storageBlobDataContributor.id,
    scope: containerId,
  }));
  return [...intended, ...own].some(
    (grant) =>
      isSameId(grant.principalId, role.principalId) &&
      isWithin(role.scope, grant.scope) &&
      isNoMore(role, grant.roleId),
  );
}

function isWithin(scope: string, outer: string): boolean {
  return `${scope.toLowerCase()}/`.startsWith(`${outer.toLowerCase().replace(/\/+$/, '')}/`);
}

function isNoMore(role: LakeRole, intendedRoleId: string): boolean {
  const guid = intendedRoleId.split('/').at(-1) ?? '';
  if (isSameId(guid, role.roleId)) return true;
  const intended = Object.values<BuiltInRole>(ROLES).find(({ id }) => isSameId(id, guid));
  if (intended === undefined || role.powers.includes('assign-roles') || role.powers.includes('list-keys'))
    return false;
  const operations: Readonly<Record<string, string>> = {
    read: 'read',
    write: 'write',
    delete: 'delete',
    add: 'add/action',
    move: 'move/action',
  };
  return role.powers.every((power) => {
    const operation = operations[power];
    return operation !== undefined && roleAllows(intended, 'data-action', `${BLOBS}/${operation}`);
  });
}
