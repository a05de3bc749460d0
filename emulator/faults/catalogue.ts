import { ACCESS_FAULTS } from './access-faults';
import { ARM_FAULTS } from './arm-faults';
import { CONTRACT_FAULTS } from './contract-faults';
import { CHECKS_OF_FAULTS, type ChecksOfFault } from './checks-of-faults';
import { DICOM_FAULTS } from './dicom-faults';
import { DICOMWEB_FAULTS } from './dicomweb-faults';
import { ENTRA_FAULTS } from './entra-faults';
import type { FaultDefinition } from './fault-definition';
import { IDENTITY_FAULTS } from './identity-faults';
import { LAKE_ACCOUNT_FAULTS } from './lake-account-faults';
import { LAKE_FILE_FAULTS } from './lake-file-faults';
import { LAKE_ROLE_FAULTS } from './lake-role-faults';
import { LOG_FAULTS } from './log-faults';
import { RESOURCE_FAULTS } from './resource-faults';
import { TIER_FAULTS } from './tier-faults';
import { TRANSPORT_FAULTS } from './transport-faults';

const ALL = [
  ...LAKE_ROLE_FAULTS,
  ...LAKE_ACCOUNT_FAULTS,
  ...LAKE_FILE_FAULTS,
  ...DICOM_FAULTS,
  ...CONTRACT_FAULTS,
  ...DICOMWEB_FAULTS,
  ...ARM_FAULTS,
  ...RESOURCE_FAULTS,
  ...LOG_FAULTS,
  ...TIER_FAULTS,
  ...ENTRA_FAULTS,
  ...IDENTITY_FAULTS,
  ...ACCESS_FAULTS,
  ...TRANSPORT_FAULTS,
] as const;

/** Name of a fault that the emulator has. */
export type FaultId = (typeof ALL)[number]['id'];

/** Every fault that the emulator can be given. */
export const FAULTS: readonly (FaultDefinition & { readonly id: FaultId })[] = validated(ALL);

/** What each fault makes of the checks. */
export function checksOf(fault: Pick<FaultDefinition, 'id'>): ChecksOfFault {
  return CHECKS_OF_FAULTS[fault.id] ?? { fail: [], warn: [], inconclusive: [] };
}

/** @throws Error where an id is given twice or malformed, or a text is missing: a bug, found when the module loads */
function validated<Fault extends FaultDefinition>(faults: readonly Fault[]): readonly Fault[] {
  const problems = faults.flatMap(({ id, title, effect, symptoms }) => [
    ...(/^(lake|dicom|arm|entra|logs)\/[a-z-]+$/.test(id)
      ? []
      : [`'${id}' is no id like plane/what-is-wrong`]),
    ...(faults.filter((other) => other.id === id).length > 1 ? [`'${id}' is given twice`] : []),
    ...([title, effect].includes('') ? [`'${id}' lacks a text`] : []),
    ...(symptoms.length === 0 ? [`'${id}' has no symptom`] : []),
  ]);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return faults;
}
