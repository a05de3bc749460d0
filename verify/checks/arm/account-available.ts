import { defineCheck, type Finding, type Verdict } from '../../model';

export const accountAvailable = defineCheck({
  id: 'arm/account-available',
  title: 'the storage account of the lake is there, with a hierarchical namespace',
  failureTitle: 'the storage account of the lake is gone or not usable',
  why: 'without it no image can be stored or read',
  severity: 'blocker',
  target: 'deployment',
  needs: ['arm.storage-account'],
  judge: ({ 'arm.storage-account': { found, intended } }): Verdict => {
    if (found === undefined) {
      return {
        outcome: 'fail',
        reason: `Azure Resource Manager has no storage account '${intended.id}'`,
        remedy:
          'restore the account (a deleted account can be recovered for 14 days, if no other took its name); make none anew under its name before',
      };
    }
    const { provisioningState, statusOfPrimary = 'available', settings } = found;
    const findings: Finding[] = [
      ...unless(provisioningState === 'Succeeded', 'provisioningState', 'Succeeded', provisioningState),
      ...unless(statusOfPrimary === 'available', 'statusOfPrimary', 'available', statusOfPrimary),
      ...unless(settings.hierarchicalNamespace, 'isHnsEnabled', 'true', 'false'),
    ];
    if (findings.length === 0) return { outcome: 'pass' };
    return {
      outcome: 'fail',
      reason: settings.hierarchicalNamespace
        ? 'the account is not ready'
        : 'the account has no hierarchical namespace, which the DICOM service needs',
      remedy: settings.hierarchicalNamespace
        ? 'look at the Resource Health and the activity log of the storage account'
        : 'a lake must be an account created with hierarchical namespace; create one and another service on it',
      findings,
    };
  },
});

function unless(isWell: boolean, subject: string, expected: string, actual: string): readonly Finding[] {
  return isWell ? [] : [{ subject, expected, actual }];
}
