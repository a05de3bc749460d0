import { accountAvailable } from '../../../verify/checks/arm/account-available';
import { accountHardened } from '../../../verify/checks/arm/account-hardened';
import { containerAsIntended } from '../../../verify/checks/arm/container-as-intended';
import { locksInPlace } from '../../../verify/checks/arm/locks-in-place';
import { partitionsAsIntended } from '../../../verify/checks/arm/partitions-as-intended';
import { serviceSucceeded } from '../../../verify/checks/arm/service-succeeded';
import { softDeleteAsIntended } from '../../../verify/checks/arm/soft-delete-as-intended';
import { storageAsIntended } from '../../../verify/checks/arm/storage-as-intended';
import type { Check, EvidenceMap, Verdict } from '../../../verify/model';
import { healthyEvidence } from '../../support/verify-evidence';
import { ACCOUNT_ID, SERVICE_ID } from '../../support/verify-resources';

const HEALTHY = healthyEvidence();
const SERVICE = HEALTHY['arm.dicom-service'];
const FOUND_SERVICE = present(SERVICE.found);
const ACCOUNT = HEALTHY['arm.storage-account'];
const FOUND_ACCOUNT = present(ACCOUNT.found);

function present<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the evidence lacks a part');
  return found;
}

function judge(check: Check, changes: Partial<EvidenceMap> = {}): Verdict {
  return check.judge({ ...HEALTHY, ...changes });
}

function service(changes: Partial<NonNullable<typeof FOUND_SERVICE>>): Partial<EvidenceMap> {
  return { 'arm.dicom-service': { ...SERVICE, found: { ...FOUND_SERVICE, ...changes } } };
}

function settings(
  changes: Partial<NonNullable<typeof FOUND_ACCOUNT>['settings']>,
): EvidenceMap['arm.storage-account'] {
  return {
    ...ACCOUNT,
    found: { ...FOUND_ACCOUNT, settings: { ...FOUND_ACCOUNT.settings, ...changes } },
  };
}

const NO_SERVICE: Partial<EvidenceMap> = { 'arm.dicom-service': { intended: SERVICE.intended } };
const NO_ACCOUNT: Partial<EvidenceMap> = { 'arm.storage-account': { intended: ACCOUNT.intended } };

test.each([
  serviceSucceeded,
  storageAsIntended,
  partitionsAsIntended,
  accountAvailable,
  accountHardened,
  containerAsIntended,
  softDeleteAsIntended,
  locksInPlace,
])('$id passes a deployment without a fault', (check) => {
  expect(judge(check)).toMatchObject({ outcome: 'pass' });
});

test.each<readonly [Check, string, Partial<EvidenceMap>, Partial<Extract<Verdict, { reason: string }>>]>([
  [
    serviceSucceeded,
    'a service that is gone',
    NO_SERVICE,
    { outcome: 'fail', reason: `Azure Resource Manager has no DICOM service '${SERVICE_ID}'` },
  ],
  [
    serviceSucceeded,
    'a service that failed',
    service({ provisioningState: 'Failed' }),
    { outcome: 'fail', reason: 'its provisioning state is Failed' },
  ],
  [
    serviceSucceeded,
    'a service of another URL',
    service({ serviceUrl: 'https://other.dicom.azurehealthcareapis.com' }),
    {
      outcome: 'fail',
      findings: [
        {
          subject: 'serviceUrl',
          expected: 'https://hospital-images.dicom.azurehealthcareapis.com',
          actual: 'https://other.dicom.azurehealthcareapis.com',
        },
      ],
    },
  ],
  [storageAsIntended, 'a service that is gone', NO_SERVICE, { outcome: 'not-applicable' }],
  [
    storageAsIntended,
    'another container',
    service({ lake: { storageAccountId: ACCOUNT_ID, containerName: 'other' } }),
    {
      outcome: 'fail',
      findings: [
        {
          subject: 'storageConfiguration',
          expected: `${ACCOUNT_ID}/blobServices/default/containers/dicom`,
          actual: `${ACCOUNT_ID}/blobServices/default/containers/other`,
        },
      ],
    },
  ],
  [
    storageAsIntended,
    'another account',
    service({ lake: { storageAccountId: `${ACCOUNT_ID}2`, containerName: 'dicom' } }),
    { outcome: 'fail' },
  ],
  [
    storageAsIntended,
    'a service without a lake',
    {
      'arm.dicom-service': {
        ...SERVICE,
        found: {
          provisioningState: 'Succeeded',
          serviceUrl: FOUND_SERVICE.serviceUrl,
          dataPartitionsEnabled: false,
          publicNetworkAccess: false,
        },
      },
    },
    { outcome: 'fail', reason: 'the service is connected to no lake: it keeps its files itself' },
  ],
  [
    partitionsAsIntended,
    'partitions that are on',
    service({ dataPartitionsEnabled: true }),
    { outcome: 'fail', reason: 'data partitions are on, the manifest says off' },
  ],
  [partitionsAsIntended, 'a service that is gone', NO_SERVICE, { outcome: 'not-applicable' }],
  [
    accountAvailable,
    'an account that is gone',
    NO_ACCOUNT,
    { outcome: 'fail', reason: `Azure Resource Manager has no storage account '${ACCOUNT_ID}'` },
  ],
  [
    accountAvailable,
    'an account that is down',
    { 'arm.storage-account': { ...ACCOUNT, found: { ...FOUND_ACCOUNT, statusOfPrimary: 'unavailable' } } },
    {
      outcome: 'fail',
      findings: [{ subject: 'statusOfPrimary', expected: 'available', actual: 'unavailable' }],
    },
  ],
  [
    accountAvailable,
    'an account without hierarchical namespace',
    { 'arm.storage-account': settings({ hierarchicalNamespace: false }) },
    { outcome: 'fail', findings: [{ subject: 'isHnsEnabled', expected: 'true', actual: 'false' }] },
  ],
  [
    accountHardened,
    'every setting that was weakened',
    {
      'arm.storage-account': settings({
        sharedKeyAccess: true,
        publicBlobs: true,
        httpsOnly: false,
        localUsers: true,
        sftp: true,
        nfsV3: true,
        crossTenantReplication: true,
        minimumTlsVersion: 'TLS1_1',
        infrastructureEncryption: false,
      }),
    },
    {
      outcome: 'fail',
      findings: [
        { subject: 'allowSharedKeyAccess', expected: 'off', actual: 'on' },
        { subject: 'allowBlobPublicAccess', expected: 'off', actual: 'on' },
        { subject: 'supportsHttpsTrafficOnly', expected: 'on', actual: 'off' },
        { subject: 'isLocalUserEnabled', expected: 'off', actual: 'on' },
        { subject: 'isSftpEnabled', expected: 'off', actual: 'on' },
        { subject: 'isNfsV3Enabled', expected: 'off', actual: 'on' },
        { subject: 'allowCrossTenantReplication', expected: 'off', actual: 'on' },
        { subject: 'minimumTlsVersion', expected: 'TLS1_2 or later', actual: 'TLS1_1' },
        { subject: 'encryption.requireInfrastructureEncryption', expected: 'on', actual: 'off' },
      ],
    },
  ],
  [
    accountHardened,
    'an adopted account, which is its owner’s',
    {
      'arm.storage-account': {
        ...settings({ sharedKeyAccess: true, infrastructureEncryption: false }),
        intended: { id: ACCOUNT_ID, managed: false },
      },
    },
    { outcome: 'warn', findings: [{ subject: 'allowSharedKeyAccess', expected: 'off', actual: 'on' }] },
  ],
  [accountHardened, 'an account that is gone', NO_ACCOUNT, { outcome: 'not-applicable' }],
  [
    containerAsIntended,
    'a container that is gone',
    { 'arm.lake-container': { name: 'dicom' } },
    { outcome: 'fail', reason: "the storage account has no container 'dicom'" },
  ],
  [
    containerAsIntended,
    'a public container',
    {
      'arm.lake-container': {
        name: 'dicom',
        found: { publicAccess: 'Blob', hasImmutabilityPolicy: false, hasLegalHold: false },
      },
    },
    {
      outcome: 'fail',
      findings: [{ subject: 'dicom', expected: 'public access None', actual: 'Blob' }],
    },
  ],
  [
    containerAsIntended,
    'a container that lets nothing be deleted',
    {
      'arm.lake-container': {
        name: 'dicom',
        found: { publicAccess: 'None', hasImmutabilityPolicy: true, hasLegalHold: true },
      },
    },
    {
      outcome: 'warn',
      reason:
        'the container has an immutability policy and a legal hold: the service cannot delete files, so deleted images stay in the lake',
    },
  ],
  [containerAsIntended, 'an account that is gone', NO_ACCOUNT, { outcome: 'not-applicable' }],
  [
    softDeleteAsIntended,
    'soft delete that is off',
    { 'arm.blob-service': { ...HEALTHY['arm.blob-service'], deletedFileRetentionDays: 0 } },
    { outcome: 'fail', reason: 'deleted files are kept for 0 days, the deployment asked for 7 days' },
  ],
  [
    locksInPlace,
    'a lock that is gone',
    { 'arm.delete-locks': { locks: [{ scope: ACCOUNT_ID, name: 'dicom-lake' }] } },
    {
      outcome: 'fail',
      findings: [{ subject: ACCOUNT_ID, expected: "a lock 'dicom-lake'", actual: 'none' }],
    },
  ],
  [
    locksInPlace,
    'a deployment without locks',
    { 'arm.delete-locks': { locks: [] } },
    { outcome: 'not-applicable' },
  ],
])('$id judges %s', (check, _name, changes, verdict) => {
  expect(judge(check, changes)).toMatchObject(verdict);
});

test('longer soft delete than asked for is well', () => {
  const longer = { ...HEALTHY['arm.blob-service'], deletedFileRetentionDays: 30 };
  expect(judge(softDeleteAsIntended, { 'arm.blob-service': longer })).toEqual({
    outcome: 'pass',
    detail: '30 days',
  });
});
