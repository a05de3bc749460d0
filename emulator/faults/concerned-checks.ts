/** Checks that fail while the service cannot write to its lake. */
export const SERVICE_WITHOUT_LAKE: readonly string[] = [
  'dicomweb/instance-stored',
  'health/file-keeps-coming',
  'health/resource-health',
  'lake/health-file-fresh',
];

/** Checks that know nothing while the lake does not answer the verifier. */
export const VERIFIER_WITHOUT_LAKE: readonly string[] = [
  'contract/foreign-file-not-indexed',
  'contract/no-unknown-files',
  'contract/work-items-not-in-lake',
  'health/file-keeps-coming',
  'health/only-the-service-writes',
  'lake/health-file-fresh',
  'tiers/cost-hints',
  'tiers/files-online',
];

/** The same where there is no container; a folder in it that is not there is nothing to wonder about then. */
export const VERIFIER_WITHOUT_CONTAINER = VERIFIER_WITHOUT_LAKE.filter(
  (check) => check !== 'health/only-the-service-writes',
);

/** Checks that know nothing of the lake while the DICOM service refuses the verifier. */
export const VERIFIER_WITHOUT_SERVICE: readonly string[] = [
  'contract/change-feed-in-order',
  'contract/change-feed-names-file',
  'contract/file-holds-image',
  'contract/file-removed-after-delete',
  'contract/file-where-promised',
  'contract/foreign-file-not-indexed',
  'contract/work-items-not-in-lake',
  'tiers/own-instance-readable-when-cooled',
];

/** Checks of the rules of the lake that know nothing while Azure Resource Manager refuses the verifier. */
export const VERIFIER_WITHOUT_RULES: readonly string[] = [
  'tiers/cost-hints',
  'tiers/last-access-tracked',
  'tiers/policy-as-intended',
  'tiers/policy-keeps-files-online',
];

/** Checks of lake, rules and health that know nothing without a token. */
export const VERIFIER_WITHOUT_TOKEN: readonly string[] = [
  ...new Set([
    ...VERIFIER_WITHOUT_LAKE,
    ...VERIFIER_WITHOUT_SERVICE,
    ...VERIFIER_WITHOUT_RULES,
    'health/resource-health',
  ]),
];

/** Checks that know nothing while the lake says not now: those that read one file after the other as well. */
export const VERIFIER_BEFORE_BUSY_LAKE: readonly string[] = [
  ...VERIFIER_WITHOUT_LAKE,
  'contract/change-feed-names-file',
  'contract/file-holds-image',
  'contract/file-removed-after-delete',
  'contract/file-where-promised',
  'tiers/own-instance-readable-when-cooled',
];
