import { EMULATOR_IDS } from '../../contract';

/** What a new project is made from; all of it was looked at before. */
export interface ProjectPlan {
  /** What the names of the resources begin with. */
  readonly name: string;
  readonly location: string;
  /** Where the first deployment to Azure goes; without it that deployment is written as a comment. */
  readonly azure?: AzurePlace;
}

export interface AzurePlace {
  readonly tenantId: string;
  readonly subscriptionId: string;
  /** Object id of whoever verifies. */
  readonly verifierObjectId?: string;
}

/** The stack that runs on the emulator, and the first one for Azure. */
export const EMULATOR_DEPLOYMENT = 'emulator';
export const AZURE_DEPLOYMENT = 'test';

/** Names of the resources of both deployments; those that Azure gives out once in the world differ. */
function resourceNames(name: string): Readonly<Record<'emulator' | 'azure', ResourceNames>> {
  return {
    emulator: {
      resourceGroupName: `rg-${name}-emulator`,
      workspaceName: `${name}emulator`,
      storageAccountName: `${name}emulator`,
    },
    azure: { resourceGroupName: `rg-${name}`, workspaceName: name, storageAccountName: `${name}lake` },
  };
}

interface ResourceNames {
  readonly resourceGroupName: string;
  readonly workspaceName: string;
  readonly storageAccountName: string;
}

/** Ids that are not known yet. Taken for ids, the synthesis refuses them by name. */
const PLACEHOLDERS = {
  tenantId: 'TENANT_ID',
  subscriptionId: 'SUBSCRIPTION_ID',
  verifierObjectId: 'VERIFIER_OBJECT_ID',
} as const satisfies Required<AzurePlace>;

/** The settings file of a new project. */
export function projectSettings({ name, location, azure }: ProjectPlan): string {
  const names = resourceNames(name);
  const verifier = azure?.verifierObjectId;
  const { tenantId, subscriptionId } = azure ?? PLACEHOLDERS;
  const test = `${AZURE_DEPLOYMENT}:
  # minimal: the lake is open to every network, and closed to everything but Entra identities. See standard and private.
  profile: minimal
  tenantId: ${tenantId}
  subscriptionId: ${subscriptionId}
${placeLines(names.azure, location)}
  # Whoever runs dicom-lake verify, such as the identity of a pipeline, by its object id.
  ${verifier === undefined && azure !== undefined ? '# ' : ''}verifier: { principalId: ${verifier ?? PLACEHOLDERS.verifierObjectId} }
  # Without a state of its own in Azure, Terraform keeps it in a file here; a pipeline forgets that.
  # state: { resourceGroupName: rg-terraform, storageAccountName: STATE_ACCOUNT, containerName: tfstate }`;
  return `# One stack of each deployment. Every setting is described in node_modules/dicom-lake/docs/api/README.md, where the
# properties of DicomLakeStack have the names used here. What is wrong is listed by npx cdktf synth, each with its line.
defaults:
  dicomServiceName: images
  # Images that nobody opens move to cheaper tiers, from which the service still reads them.
  tiering:
    - { name: IdleImages, basis: lastAccess, coolAfterDays: 30, coldAfterDays: 120, returnToHotOnAccess: true }

deployments:
  # For the emulator of this kit, whose ids these are; no login of Azure knows them.
  ${EMULATOR_DEPLOYMENT}:
    profile: minimal
    tenantId: ${EMULATOR_IDS.tenantId}
    subscriptionId: ${EMULATOR_IDS.subscriptionId}
${indented(placeLines(names.emulator, location), '  ')}
    verifier: { principalId: ${EMULATOR_IDS.verifierObjectId} }
    destroyable: true

${
  azure === undefined
    ? `  # For Azure: put in what is in capitals, and take the first # of each line away.\n${indented(test, '  # ')}`
    : `  # For Azure. Names of workspaces and storage accounts are unique in the world: npx dicom-lake preflight asks.\n${indented(test, '  ')}`
}
`;
}

function placeLines(names: ResourceNames, location: string): string {
  const { resourceGroupName, workspaceName, storageAccountName } = names;
  return [
    `  resourceGroupName: ${resourceGroupName}`,
    `  location: ${location}`,
    `  workspaceName: ${workspaceName}`,
    `  storageAccountName: ${storageAccountName}`,
  ].join('\n');
}

function indented(text: string, margin: string): string {
  return text
    .split('\n')
    .map((line) => `${margin}${line}`)
    .join('\n');
}
