import { isPartitionName } from '../contract';
import { analyticsProblems } from './analytics-access';
import { DICOM_LAKE_PROFILES, settleProfile, type DicomLakeProps } from './dicom-lake-props';
import { dicomServiceProblems } from './dicom-service-problems';
import { workspaceProblems } from './health-workspace';
import { inventoryProblems } from './inventory-policy';
import { identityProblems } from './lake-identity';
import { monitoringProblems } from './lake-monitoring';
import { lakeProblems } from './lake-storage-problems';
import { problemsOf, whenConcrete } from './private/concrete';
import { granteeProblems } from './role-grant';
import { tieringProblems } from './tiering-policy';

/** Everything that is wrong with the props of a lake, of the construct and of those inside it. */
export function dicomLakeProblems(props: DicomLakeProps): string[] {
  const dataPartitionsEnabled = props.partitions !== undefined;
  const lastAccessTracking = props.lake?.lastAccessTracking ?? props.lastAccessTracking ?? true;
  return [
    ...problemsOf(profileProblem(props)),
    ...eitherProblems(props, 'workspaceName', 'workspace'),
    ...eitherProblems(props, 'storageAccountName', 'lake'),
    ...adoptionProblems(props),
    ...workspaceProblems(props),
    ...lakeProblems(props),
    ...identityProblems(props),
    ...dicomServiceProblems({ ...props, identity: hasUserAssignedIdentity(props) ? true : undefined }),
    ...partitionProblems(props.partitions),
    ...(profileProblem(props) === undefined ? networkProblems(settleProfile(props)) : []),
    ...(props.monitoring === undefined || props.monitoring === false
      ? []
      : monitoringProblems(props.monitoring)),
    ...(props.tiering === undefined
      ? []
      : tieringProblems(props.tiering, { lastAccessTracking, dataPartitionsEnabled })),
    ...(props.inventory === undefined ? [] : inventoryProblems(props.inventory)),
    ...(props.analytics === undefined ? [] : analyticsProblems(props.analytics)),
    ...(props.verifier === undefined ? [] : granteeProblems(props.verifier)),
    ...problemsOf(
      props.verifierDeepProbes === true && props.verifier === undefined
        ? "'verifier' must be given where 'verifierDeepProbes' is true, got nobody"
        : undefined,
    ),
  ];
}

/** Name of the identity that is made for a service. */
export function identityName({
  identityName: given,
  workspaceName,
  workspace,
  dicomServiceName,
}: DicomLakeProps): string {
  return given ?? `${workspaceName ?? workspace?.workspaceName ?? ''}-${dicomServiceName}`;
}

function hasUserAssignedIdentity(props: DicomLakeProps): boolean {
  return (
    props.identity !== undefined || props.identityName !== undefined || props.systemAssignedIdentity !== true
  );
}

function profileProblem({ profile = 'standard' }: DicomLakeProps): string | undefined {
  return DICOM_LAKE_PROFILES.includes(profile)
    ? undefined
    : `'profile' must be one of ${DICOM_LAKE_PROFILES.join(', ')}, got '${profile as string}'`;
}

function eitherProblems(
  props: DicomLakeProps,
  name: 'workspaceName' | 'storageAccountName',
  existing: 'workspace' | 'lake',
): string[] {
  if (props[name] === undefined && props[existing] === undefined) {
    return [`'${name}' must be given to make one, or '${existing}' to use one that exists; got neither`];
  }
  if (props[name] === undefined || props[existing] === undefined) return [];
  return [`'${name}' must be left out where '${existing}' is given, got '${props[name]}'`];
}

/** Props that say how to make a lake; an adopted one keeps what it has. */
const LAKE_PROPS = [
  'containerName',
  'replication',
  'deletedFileRetentionDays',
  'deletedContainerRetentionDays',
  'lastAccessTracking',
  'network',
  'allowedCopyScope',
] as const;

function adoptionProblems(props: DicomLakeProps): string[] {
  const lakeProps =
    props.lake === undefined
      ? []
      : LAKE_PROPS.filter((name) => props[name] !== undefined).map((name) => `'${name}'`);
  const key =
    props.lake !== undefined && props.encryption?.lakeKey !== undefined ? ["'encryption.lakeKey'"] : [];
  return problemsOf(
    props.identity !== undefined && props.identityName !== undefined
      ? `'identityName' must be left out where 'identity' is given, got '${props.identityName}'`
      : undefined,
    ...[...lakeProps, ...key].map(
      (name) => `${name} must be left out where 'lake' is given: an adopted lake keeps the settings it has`,
    ),
  );
}

/** Contradictions between who shall reach the service and its lake, and over which ways. */
function networkProblems(props: DicomLakeProps): string[] {
  const { profile, publicNetworkAccess, privateAccess, privateAccessElsewhere, network, lake } = props;
  const lakeAccess = lake?.networkAccess ?? network?.access;
  const isPrivate = profile === 'private' || privateAccess !== undefined;
  const lakeSetting =
    lake === undefined
      ? "'network.access' must be 'selected' or 'private'"
      : "the adopted 'lake' must be closed";
  return problemsOf(
    profile === 'private' && privateAccess === undefined && privateAccessElsewhere !== true
      ? "'privateAccess' must be given in the profile 'private', or 'privateAccessElsewhere' be true where the " +
          'endpoints exist already'
      : undefined,
    isPrivate && publicNetworkAccess === true
      ? "'publicNetworkAccess' must be false where the service has private endpoints, got true"
      : undefined,
    isPrivate && lakeAccess === 'open'
      ? `${lakeSetting} where the service has private endpoints, got 'open'`
      : undefined,
    publicNetworkAccess === false && !isPrivate && privateAccessElsewhere !== true
      ? "'publicNetworkAccess' must be true, or 'privateAccess' be given, or 'privateAccessElsewhere' be true: nobody " +
          'could reach the service, got false'
      : undefined,
  );
}

function partitionProblems(partitions: readonly string[] | undefined): string[] {
  if (partitions === undefined) return [];
  if (partitions.length === 0) {
    return ["'partitions' must name at least one partition, or be left out to keep data partitions off"];
  }
  const repeated = new Set(partitions.filter((name, index) => partitions.indexOf(name) !== index));
  return problemsOf(
    ...partitions.map((partition) =>
      whenConcrete(partition, (name) =>
        isPartitionName(name)
          ? undefined
          : `'partitions' must hold names of 1 to 64 letters, digits, underscores, dots or dashes, got '${name}'`,
      ),
    ),
    ...[...repeated].map(
      (name) => `'partitions' must name each partition once, got '${name}' more than once`,
    ),
  );
}
