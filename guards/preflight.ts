import type { AzureFacts, ExistingAccount } from './azure-facts';

/** What is to be deployed, as far as it can be asked for beforehand. */
export interface PreflightTarget {
  readonly name: string;
  readonly resourceGroupName: string;
  readonly location: string;
  readonly dicomServiceName: string;
  /** Workspace to be made, or the id of the one adopted. */
  readonly workspaceName?: string | undefined;
  readonly workspaceId?: string | undefined;
  /** Account to be made. */
  readonly storageAccountName?: string | undefined;
  /** What is said of an adopted lake. */
  readonly lake?: AdoptedLake | undefined;
  /** Whether the service is to get a key that it can take only once it exists. */
  readonly keyForExistingService: boolean;
}

export interface AdoptedLake {
  readonly storageAccountId: string;
  readonly containerName: string;
  readonly deletedFileRetentionDays: number;
  readonly lastAccessTracking: boolean;
  readonly networkAccess: 'open' | 'selected' | 'private';
}

/** One thing that was asked, with what came of it. */
export interface PreflightRow {
  readonly deployment: string;
  readonly check: string;
  readonly outcome: 'pass' | 'warn' | 'fail';
  readonly detail: string;
}

/** Resource providers that a deployment needs. */
const NAMESPACES = [
  'Microsoft.HealthcareApis',
  'Microsoft.Insights',
  'Microsoft.ManagedIdentity',
  'Microsoft.Network',
  'Microsoft.OperationalInsights',
  'Microsoft.Storage',
];

type Verdict = Pick<PreflightRow, 'outcome' | 'detail'>;

/**
 * Asks Azure what would stop a deployment, or what it would find different from what the settings say. Reads only.
 *
 * @throws what Azure answers where it cannot be asked at all
 */
export async function preflight(
  target: PreflightTarget,
  azure: AzureFacts,
): Promise<readonly PreflightRow[]> {
  const checks: readonly (readonly [string, () => Promise<readonly Verdict[]>])[] = [
    ['providers are registered', () => providers(azure)],
    ['the region has the service', () => region(target, azure)],
    ['roles can be assigned', () => rights(target, azure)],
    ['the account name is free', () => accountName(target, azure)],
    ['the workspace name is free', () => workspaceName(target, azure)],
    ['the adopted account fits', () => adoptedAccount(target, azure)],
    ['the key comes after the service', () => serviceKey(target, azure)],
  ];
  const rows: PreflightRow[] = [];
  for (const [check, ask] of checks) {
    for (const verdict of await ask()) rows.push({ deployment: target.name, check, ...verdict });
  }
  return rows;
}

async function providers(azure: AzureFacts): Promise<readonly Verdict[]> {
  const states = await Promise.all(NAMESPACES.map((namespace) => azure.registrationState(namespace)));
  const missing = NAMESPACES.filter((_, index) => states[index] !== 'Registered');
  if (missing.length === 0) return [pass(`${NAMESPACES.length} of ${NAMESPACES.length}`)];
  return missing.map((namespace) =>
    warn(
      `${namespace} is not registered; Terraform registers it if you may, else ask for: az provider register ` +
        `--namespace ${namespace}`,
    ),
  );
}

async function region({ location }: PreflightTarget, azure: AzureFacts): Promise<readonly Verdict[]> {
  const regions = await azure.regionsOf('Microsoft.HealthcareApis', 'workspaces/dicomservices');
  const wanted = plain(location);
  if (regions.some((known) => plain(known) === wanted)) return [pass(location)];
  return [
    fail(`DICOM services must be in one of ${regions.map(plain).sort().join(', ')}, got '${location}'`),
  ];
}

async function rights(
  { resourceGroupName }: PreflightTarget,
  azure: AzureFacts,
): Promise<readonly Verdict[]> {
  const mayAssign = await azure.mayDo(resourceGroupName, 'Microsoft.Authorization/roleAssignments/write');
  if (mayAssign === undefined) {
    return [
      warn(
        `the resource group '${resourceGroupName}' does not exist yet, so that rights in it cannot be asked`,
      ),
    ];
  }
  if (mayAssign) return [pass(`in resource group '${resourceGroupName}'`)];
  return [
    fail(
      `whoever deploys may not assign roles in resource group '${resourceGroupName}'; ask for Role Based Access ` +
        'Control Administrator or User Access Administrator there, Contributor does not do',
    ),
  ];
}

async function accountName(target: PreflightTarget, azure: AzureFacts): Promise<readonly Verdict[]> {
  const { storageAccountName: name, resourceGroupName } = target;
  if (name === undefined) return [];
  const reason = await azure.accountNameTaken(name);
  if (reason === undefined) return [pass(`'${name}'`)];
  if ((await azure.accountIn(resourceGroupName, name)) !== undefined) {
    return [pass(`'${name}' exists in resource group '${resourceGroupName}' already`)];
  }
  return [fail(`${reason} Take another 'storageAccountName'; account names are unique in all of Azure.`)];
}

/** Azure says only of a workspace in a known place whether it exists; of the name in the world it says nothing. */
async function workspaceName(target: PreflightTarget, azure: AzureFacts): Promise<readonly Verdict[]> {
  const { workspaceName: name, resourceGroupName } = target;
  if (name === undefined) return [];
  if (await azure.hasWorkspace(resourceGroupName, name)) {
    return [pass(`'${name}' exists in resource group '${resourceGroupName}' already`)];
  }
  return [
    warn(`Azure cannot be asked whether '${name}' is free; should it be taken, the deployment stops there`),
  ];
}

async function adoptedAccount({ lake }: PreflightTarget, azure: AzureFacts): Promise<readonly Verdict[]> {
  if (lake === undefined) return [];
  const account = await azure.account(lake.storageAccountId);
  if (account === undefined) return [fail(`the storage account '${lake.storageAccountId}' does not exist`)];
  const verdicts = [...unfit(account), ...differences(account, lake)];
  if (!(await azure.hasContainer(lake.storageAccountId, lake.containerName))) {
    verdicts.push(fail(`the account has no container '${lake.containerName}'`));
  }
  return verdicts.length > 0 ? verdicts : [pass(lake.storageAccountId)];
}

/** What no setting can mend. */
function unfit({ hierarchicalNamespace, kind }: ExistingAccount): Verdict[] {
  return [
    ...(hierarchicalNamespace
      ? []
      : [
          fail(
            'the account has no hierarchical namespace, and is not the lake that a DICOM service needs; it cannot be ' +
              'switched on from here: take another account, or upgrade this one with az storage account hns-migration',
          ),
        ]),
    ...(kind === 'StorageV2' ? [] : [fail(`the account must be of kind StorageV2, got '${kind}'`)]),
  ];
}

function differences(account: ExistingAccount, lake: AdoptedLake): Verdict[] {
  return (['deletedFileRetentionDays', 'lastAccessTracking', 'networkAccess'] as const)
    .filter((fact) => account[fact] !== lake[fact])
    .map((fact) =>
      fail(
        `the settings say 'lake.${fact}' is ${String(lake[fact])}, the account has ${String(account[fact])}`,
      ),
    );
}

async function serviceKey(target: PreflightTarget, azure: AzureFacts): Promise<readonly Verdict[]> {
  if (!target.keyForExistingService) return [];
  const { resourceGroupName, workspaceName, workspaceId, dicomServiceName } = target;
  const exists = await azure.hasService(
    workspaceId ?? { resourceGroupName, workspaceName: workspaceName ?? '' },
    dicomServiceName,
  );
  if (exists) return [pass(`'${dicomServiceName}' exists`)];
  return [
    fail(
      `'encryption.dicomServiceKey' says that the service exists, but there is no '${dicomServiceName}'; deploy ` +
        'without the key first',
    ),
  ];
}

/** "West Europe" is westeurope. */
function plain(region: string): string {
  return region.toLowerCase().replaceAll(' ', '');
}

function pass(detail: string): Verdict {
  return { outcome: 'pass', detail };
}

function warn(detail: string): Verdict {
  return { outcome: 'warn', detail };
}

function fail(detail: string): Verdict {
  return { outcome: 'fail', detail };
}
