/** Ids in the directory of every emulator, so that a stack can name them before one runs. */
export const EMULATOR_IDS = {
  tenantId: '11111111-1111-1111-1111-111111111111',
  subscriptionId: '44444444-4444-4444-4444-444444444444',
  /** Whom `dicom-lake verify --emulator` signs in as. */
  verifierObjectId: '77777777-7777-7777-7777-777777777777',
} as const;
