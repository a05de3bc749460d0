/** What Azure accepts as the name of one kind of resource. */
export interface NameRule {
  readonly noun: string;
  readonly pattern: RegExp;
  /** The rule in words, to complete "must be …". */
  readonly allowed: string;
}

/**
 * Name rules of the resources in a deployment. Where provider and ARM differ, the narrower one stands.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
export const NAME_RULES = {
  resourceGroup: {
    noun: 'resource group name',
    pattern: /^[-\w._()]{0,89}[-\w_()]$/,
    allowed: '1 to 90 letters, digits, underscores, dashes, dots or parentheses, not ending in a dot',
  },
  workspace: {
    noun: 'workspace name',
    pattern: /^[a-z0-9]{3,24}$/,
    allowed: '3 to 24 lower-case letters or digits',
  },
  dicomService: {
    noun: 'DICOM service name',
    pattern: /^[0-9a-zA-Z][-0-9a-zA-Z]{1,22}[0-9a-zA-Z]$/,
    allowed: '3 to 24 letters, digits or dashes, starting and ending with a letter or digit',
  },
  storageAccount: {
    noun: 'storage account name',
    pattern: /^[a-z0-9]{3,24}$/,
    allowed: '3 to 24 lower-case letters or digits',
  },
  container: {
    noun: 'container name',
    pattern: /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
    allowed:
      '3 to 63 lower-case letters, digits or single dashes, starting and ending with a letter or digit',
  },
  userAssignedIdentity: {
    noun: 'managed identity name',
    pattern: /^[0-9a-zA-Z][-_0-9a-zA-Z]{2,127}$/,
    allowed: '3 to 128 letters, digits, dashes or underscores, starting with a letter or digit',
  },
  lifecycleRule: {
    noun: 'lifecycle rule name',
    pattern: /^[0-9a-zA-Z]{1,256}$/,
    allowed: '1 to 256 letters or digits',
  },
  logAnalyticsWorkspace: {
    noun: 'Log Analytics workspace name',
    pattern: /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
    allowed: '4 to 63 letters, digits or dashes, starting and ending with a letter or digit',
  },
  actionGroup: {
    noun: 'action group name',
    pattern: /^[-\w]{1,90}$/,
    allowed: '1 to 90 letters, digits, dashes or underscores',
  },
  containerAppJob: {
    noun: 'job name',
    pattern: /^(?=.{2,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    allowed:
      '2 to 32 lower-case letters, digits or single dashes, starting with a letter and ending with a letter or digit',
  },
  deployment: {
    noun: 'deployment name',
    // Its stack is kept in a folder of this name, and on Windows there is none of these.
    pattern: /^(?!(con|prn|aux|nul|com\d|lpt\d)$)(?=.{1,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
    allowed:
      '1 to 63 lower-case letters, digits or single dashes, starting and ending with a letter or digit (and not con, nul or another device of Windows)',
  },
  guid: {
    noun: 'GUID',
    pattern: /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
    allowed: 'a GUID such as 00000000-0000-0000-0000-000000000000',
  },
} as const satisfies Record<string, NameRule>;

export type NameKind = keyof typeof NAME_RULES;

/**
 * What is wrong with a name, as a sentence without a subject ("must be …, got '…'"), or undefined where it is fine.
 */
export function nameProblem(kind: NameKind, value: string): string | undefined {
  const rule = NAME_RULES[kind];
  return rule.pattern.test(value) ? undefined : `must be ${rule.allowed}, got '${value}'`;
}
