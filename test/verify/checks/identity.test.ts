import { ROLES } from '../../../contract';
import { nobodyHoldsMore } from '../../../verify/checks/identity/nobody-holds-more';
import { serviceCanWrite } from '../../../verify/checks/identity/service-can-write';
import { verifierLeastPrivilege } from '../../../verify/checks/identity/verifier-least-privilege';
import type { LakeAccess, LakeRole, VerifierRoles } from '../../../verify/evidence/lake-access';
import type { Verdict } from '../../../verify/model';
import { CONTAINER, lakeAccess, lakeRole, SERVICE_IDENTITY, VERIFIER } from '../../support/verify-evidence';

const OTHER = '99999999-9999-9999-9999-999999999999';
const ACCOUNT = CONTAINER.replace(/\/blobServices.*$/, '');
const SUBSCRIPTION = '/subscriptions/44444444-4444-4444-4444-444444444444';
const CONTRIBUTOR = 'Storage Blob Data Contributor';
const NAME = `hospital-images (${SERVICE_IDENTITY})`;

interface Row {
  readonly outcome: Verdict['outcome'];
  readonly actual?: readonly string[];
}

function summary(verdict: Verdict): Row {
  const findings = 'findings' in verdict ? verdict.findings : undefined;
  return {
    outcome: verdict.outcome,
    ...(findings === undefined ? {} : { actual: findings.map((one) => `${one.subject}: ${one.actual}`) }),
  };
}

function held(role: LakeRole): LakeAccess['ofService'][number] {
  return { ...role, holder: SERVICE_IDENTITY };
}

describe('identity/service-can-write', () => {
  const own = lakeRole(CONTRIBUTOR, SERVICE_IDENTITY);
  const atAccount: Partial<LakeRole> = { scope: ACCOUNT, at: 'account' };
  const above: Partial<LakeRole> = { scope: SUBSCRIPTION, at: 'above' };

  test.each<readonly [what: string, changes: Partial<LakeAccess>, expected: Row]>([
    ['the role is on the container', {}, { outcome: 'pass' }],
    ['on the account', { ofService: [held({ ...own, ...atAccount })] }, { outcome: 'pass' }],
    ['on the subscription', { ofService: [held({ ...own, ...above })] }, { outcome: 'pass' }],
    [
      'by way of a group',
      { ofService: [held({ ...own, principalId: OTHER, principalType: 'Group' })] },
      { outcome: 'pass' },
    ],
    [
      'a stronger role',
      { ofService: [held(lakeRole('Storage Blob Data Owner', SERVICE_IDENTITY))] },
      { outcome: 'pass' },
    ],
    [
      'no identity is attached',
      { attached: [], ofService: [] },
      { outcome: 'fail', actual: ['the DICOM service: none attached'] },
    ],
    ['no role at all', { ofService: [] }, { outcome: 'fail', actual: [`${NAME}: no role`] }],
    [
      'a role that only reads',
      { ofService: [held(lakeRole('Storage Blob Data Reader', SERVICE_IDENTITY))] },
      { outcome: 'fail', actual: [`${NAME}: only Storage Blob Data Reader on the container`] },
    ],
    [
      'a role that does not delete',
      { ofService: [held({ ...own, roleName: 'Uploader', powers: ['read', 'write', 'add', 'move'] })] },
      { outcome: 'fail', actual: [`${NAME}: only Uploader on the container`] },
    ],
    [
      'Owner, which opens no files',
      { ofService: [held(lakeRole('Owner', SERVICE_IDENTITY, above))] },
      { outcome: 'fail', actual: [`${NAME}: only Owner on ${SUBSCRIPTION}`] },
    ],
    [
      'the role on another container',
      { ofService: [held({ ...own, scope: `${CONTAINER}-other`, at: 'elsewhere' })] },
      {
        outcome: 'fail',
        actual: [`${NAME}: ${CONTRIBUTOR} on ${CONTAINER}-other, which is not the container`],
      },
    ],
    [
      'another identity is attached, without the role',
      { attached: [{ name: 'other', principalId: OTHER }], ofService: [] },
      {
        outcome: 'fail',
        actual: [
          `other (${OTHER}): another identity is attached`,
          `other (${OTHER}): it was given to ${SERVICE_IDENTITY}, which is not attached`,
        ],
      },
    ],
    [
      'another identity is attached, with the role',
      {
        attached: [{ name: 'other', principalId: OTHER }],
        ofService: [{ ...own, principalId: OTHER, holder: OTHER }],
      },
      { outcome: 'warn', actual: [`other (${OTHER}): another identity is attached`] },
    ],
    [
      'two identities are attached, one with the role',
      {
        meant: [SERVICE_IDENTITY, OTHER],
        attached: [...lakeAccess().attached, { name: 'its own identity', principalId: OTHER }],
      },
      { outcome: 'warn', actual: [`its own identity (${OTHER}): no role`] },
    ],
    [
      'a condition',
      { ofService: [held({ ...own, condition: '@Resource  stands' })] },
      { outcome: 'warn', actual: [`${NAME}: with the condition @Resource stands`] },
    ],
    [
      'a condition, and the role without one besides',
      { ofService: [held({ ...own, condition: 'x' }), held({ ...own, ...atAccount })] },
      { outcome: 'pass' },
    ],
    [
      'a deny assignment',
      { denials: [{ name: 'stack', scope: ACCOUNT }] },
      { outcome: 'warn', actual: [`${NAME}: 'stack' on ${ACCOUNT}`] },
    ],
  ])('%s', (_what, changes, expected) => {
    expect(summary(serviceCanWrite.judge({ 'arm.lake-access': lakeAccess(changes) }))).toEqual(expected);
  });
});

describe('identity/nobody-holds-more', () => {
  const reader = lakeRole('Storage Blob Data Reader', OTHER);
  const intended = [{ principalId: OTHER, roleId: ROLES.storageBlobDataContributor.id, scope: CONTAINER }];
  const given = (role: LakeRole, changes: Partial<LakeAccess> = {}): Partial<LakeAccess> => ({
    roles: [...lakeAccess().roles, role],
    ...changes,
  });
  const subject = `ServicePrincipal ${OTHER}`;

  test.each<readonly [what: string, changes: Partial<LakeAccess>, expected: Row]>([
    ['the service and the verifier', {}, { outcome: 'pass' }],
    ['what was meant', given(lakeRole(CONTRIBUTOR, OTHER), { intended }), { outcome: 'pass' }],
    ['less than was meant', given(reader, { intended }), { outcome: 'pass' }],
    [
      'less than was meant, by a role that also hands out roles',
      given(
        { ...reader, roleName: 'Custom', roleId: 'custom', powers: ['read', 'assign-roles'] },
        { intended },
      ),
      { outcome: 'fail', actual: [`${subject}: Custom on the container`] },
    ],
    [
      'more than was meant',
      given(lakeRole(CONTRIBUTOR, OTHER), {
        intended: [{ ...intended[0], roleId: ROLES.storageBlobDataReader.id } as never],
      }),
      { outcome: 'fail', actual: [`${subject}: ${CONTRIBUTOR} on the container`] },
    ],
    [
      'what was meant, on the whole account',
      given({ ...lakeRole(CONTRIBUTOR, OTHER), scope: ACCOUNT, at: 'account' }, { intended }),
      { outcome: 'fail', actual: [`${subject}: ${CONTRIBUTOR} on the storage account`] },
    ],
    [
      'a stranger on the container',
      given(reader),
      { outcome: 'fail', actual: [`${subject}: Storage Blob Data Reader on the container`] },
    ],
    [
      'a stranger from above',
      given({ ...reader, scope: SUBSCRIPTION, at: 'above' }),
      { outcome: 'warn', actual: [`${subject}: Storage Blob Data Reader on ${SUBSCRIPTION}`] },
    ],
    [
      'an owner of the subscription',
      given(lakeRole('Owner', OTHER, { scope: SUBSCRIPTION, at: 'above' }), { sharedKeyAllowed: true }),
      { outcome: 'pass' },
    ],
    [
      'an owner of the account',
      given(lakeRole('Owner', OTHER, { scope: ACCOUNT, at: 'account' })),
      { outcome: 'warn', actual: [`${subject}: Owner on the storage account`] },
    ],
    [
      'a contributor of the account while keys are off',
      given(lakeRole('Contributor', OTHER, { scope: ACCOUNT, at: 'account' })),
      { outcome: 'pass' },
    ],
    [
      'a contributor of the account while keys are on',
      given(lakeRole('Contributor', OTHER, { scope: ACCOUNT, at: 'account' }), { sharedKeyAllowed: true }),
      { outcome: 'warn', actual: [`${subject}: Contributor on the storage account`] },
    ],
    [
      'the service on the whole account',
      given({ ...lakeRole(CONTRIBUTOR, SERVICE_IDENTITY), scope: ACCOUNT, at: 'account' }),
      {
        outcome: 'fail',
        actual: [`ServicePrincipal ${SERVICE_IDENTITY}: ${CONTRIBUTOR} on the storage account`],
      },
    ],
    [
      'the verifier, of whom nothing is known',
      { verifierId: undefined as never },
      {
        outcome: 'fail',
        actual: [`ServicePrincipal ${VERIFIER}: Storage Blob Data Reader on the container`],
      },
    ],
    ['a manifest that does not say', { intended: undefined as never }, { outcome: 'not-applicable' }],
  ])('%s', (_what, changes, expected) => {
    expect(summary(nobodyHoldsMore.judge({ 'arm.lake-access': lakeAccess(changes) }))).toEqual(expected);
  });
});

describe('identity/verifier-least-privilege', () => {
  const reader = lakeRole('Storage Blob Data Reader', VERIFIER);
  const contributor = lakeRole(CONTRIBUTOR, VERIFIER);

  test.each<readonly [what: string, evidence: VerifierRoles, expected: Row]>([
    ['what it needs', { writesLake: false, roles: [reader] }, { outcome: 'pass' }],
    [
      'the same on the account',
      { writesLake: false, roles: [{ ...reader, scope: ACCOUNT, at: 'account' }] },
      { outcome: 'pass' },
    ],
    ['what deep needs', { writesLake: true, roles: [contributor] }, { outcome: 'pass' }],
    [
      'more than it needs',
      { writesLake: false, roles: [contributor] },
      { outcome: 'warn', actual: [`${CONTRIBUTOR}: changes files, given on the container`] },
    ],
    [
      'every file of the subscription',
      { writesLake: false, roles: [{ ...reader, scope: SUBSCRIPTION, at: 'above' }] },
      { outcome: 'warn', actual: [`Storage Blob Data Reader: given on ${SUBSCRIPTION}`] },
    ],
    [
      'Owner',
      { writesLake: true, roles: [lakeRole('Owner', VERIFIER, { scope: SUBSCRIPTION, at: 'above' })] },
      {
        outcome: 'warn',
        actual: [`Owner: hands out roles, lists account keys, changes resources, given on ${SUBSCRIPTION}`],
      },
    ],
  ])('%s', (_what, evidence, expected) => {
    expect(summary(verifierLeastPrivilege.judge({ 'arm.verifier-roles': evidence }))).toEqual(expected);
  });
});
