import { defineCheck, type Finding, type Verdict } from '../../model';
import { onOrOff } from './reading';

export const accountHardened = defineCheck({
  id: 'arm/account-hardened',
  title: 'the storage account is as closed as it was deployed',
  failureTitle: 'the storage account is more open than it should be',
  why: 'a key, a public container or a local user goes round every role; whoever has one has the images',
  severity: 'major',
  target: 'deployment',
  needs: ['arm.storage-account'],
  judge: ({ 'arm.storage-account': { found, intended } }): Verdict => {
    if (found === undefined) return { outcome: 'not-applicable', reason: 'there is no such storage account' };
    const { settings } = found;
    const findings: Finding[] = [
      ...switches('allowSharedKeyAccess', false, settings.sharedKeyAccess),
      ...switches('allowBlobPublicAccess', false, settings.publicBlobs),
      ...switches('supportsHttpsTrafficOnly', true, settings.httpsOnly),
      ...switches('isLocalUserEnabled', false, settings.localUsers),
      ...switches('isSftpEnabled', false, settings.sftp),
      ...switches('isNfsV3Enabled', false, settings.nfsV3),
      ...switches('allowCrossTenantReplication', false, settings.crossTenantReplication),
      ...(['TLS1_0', 'TLS1_1'].includes(settings.minimumTlsVersion)
        ? [{ subject: 'minimumTlsVersion', expected: 'TLS1_2 or later', actual: settings.minimumTlsVersion }]
        : []),
      ...(intended.managed === true
        ? switches('encryption.requireInfrastructureEncryption', true, settings.infrastructureEncryption)
        : []),
    ];
    if (findings.length === 0)
      return { outcome: 'pass', detail: `encrypted with keys of ${settings.keySource}` };
    return {
      outcome: intended.managed === true ? 'fail' : 'warn',
      reason:
        intended.managed === true
          ? 'somebody changed settings that the deployment made'
          : 'the account, which the deployment did not make, has settings that let others in',
      remedy:
        intended.managed === true
          ? 'deploy the stack again, which sets them back, and look in the activity log for who changed them'
          : 'ask the owner of the account to change the settings named here',
      findings,
    };
  },
});

function switches(subject: string, expected: boolean, actual: boolean): readonly Finding[] {
  return actual === expected ? [] : [{ subject, expected: onOrOff(expected), actual: onOrOff(actual) }];
}
