import { LAKE_NETWORK_ACCESSES, lakeNetworkProblems } from './lake-network';
import type { LakeAttributes, LakeStorageProps } from './lake-storage';
import { namePropProblem, problemsOf, whenConcrete, wholeNumberPropProblem } from './private/concrete';
import { idAndNameProblems } from './private/resource-id';
import { REPLICATIONS } from './replication';

const COPY_SCOPES = ['AAD', 'PrivateLink'] as const;

type JudgedProp =
  | 'storageAccountName'
  | 'containerName'
  | 'replication'
  | 'deletedFileRetentionDays'
  | 'deletedContainerRetentionDays'
  | 'allowedCopyScope'
  | 'network';

/** Everything that is wrong with the props of a lake, as far as they are there. */
export function lakeProblems(props: {
  readonly [P in JudgedProp]?: LakeStorageProps[P] | undefined;
}): string[] {
  return problemsOf(
    namePropProblem('storageAccountName', 'storageAccount', props.storageAccountName),
    namePropProblem('containerName', 'container', props.containerName),
    whenConcrete(props.replication, (replication) =>
      REPLICATIONS.includes(replication)
        ? undefined
        : `'replication' must be one of ${REPLICATIONS.join(', ')}, got '${replication as string}'`,
    ),
    wholeNumberPropProblem('deletedFileRetentionDays', props.deletedFileRetentionDays, 0, 365),
    wholeNumberPropProblem('deletedContainerRetentionDays', props.deletedContainerRetentionDays, 1, 365),
    whenConcrete(props.allowedCopyScope, (scope) =>
      COPY_SCOPES.includes(scope)
        ? undefined
        : `'allowedCopyScope' must be one of ${COPY_SCOPES.join(', ')}, got '${scope as string}'`,
    ),
    ...lakeNetworkProblems(props.network),
  );
}

/** Everything that is wrong with what is said of a lake that exists. */
export function existingLakeProblems(attributes: LakeAttributes): string[] {
  const { storageAccountId, storageAccountName } = attributes;
  return [
    ...idAndNameProblems(
      'Microsoft.Storage/storageAccounts',
      { prop: 'storageAccountId', value: storageAccountId },
      { prop: 'storageAccountName', value: storageAccountName },
    ),
    ...lakeProblems(attributes),
    ...accessProblems(attributes),
  ];
}

function accessProblems(attributes: LakeAttributes): string[] {
  const access: string = attributes.networkAccess;
  return problemsOf(
    LAKE_NETWORK_ACCESSES.some((known) => known === access)
      ? undefined
      : `'networkAccess' must be one of ${LAKE_NETWORK_ACCESSES.join(', ')}, got '${access}'`,
    ...(['blob', 'dfs'] as const).map((api) =>
      whenConcrete(attributes[`${api}Endpoint`], (endpoint) => endpointProblem(api, endpoint)),
    ),
  );
}

function endpointProblem(api: 'blob' | 'dfs', endpoint: string): string | undefined {
  return new RegExp(`^https://[^/?#\\s]+\\.${api}\\.[^/?#\\s]+/$`).test(endpoint)
    ? undefined
    : `'${api}Endpoint' must be a URL such as https://….${api}.core.windows.net/, with the slash at its end, got ` +
        `'${endpoint}'`;
}
