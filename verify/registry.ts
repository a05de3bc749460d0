import { lakeRefusesAnonymous } from './checks/access/lake-refuses-anonymous';
import { lakeRefusesSharedKey } from './checks/access/lake-refuses-shared-key';
import { noTokenRefused } from './checks/access/no-token-refused';
import { publicReachAsIntended } from './checks/access/public-reach-as-intended';
import { readOnlyTokenCannotStore } from './checks/access/read-only-token-cannot-store';
import { wrongAudienceRefused } from './checks/access/wrong-audience-refused';
import { accountAvailable } from './checks/arm/account-available';
import { accountHardened } from './checks/arm/account-hardened';
import { containerAsIntended } from './checks/arm/container-as-intended';
import { locksInPlace } from './checks/arm/locks-in-place';
import { partitionsAsIntended } from './checks/arm/partitions-as-intended';
import { serviceSucceeded } from './checks/arm/service-succeeded';
import { softDeleteAsIntended } from './checks/arm/soft-delete-as-intended';
import { storageAsIntended } from './checks/arm/storage-as-intended';
import { changeFeedInOrder } from './checks/contract/change-feed-in-order';
import { changeFeedNamesFile } from './checks/contract/change-feed-names-file';
import { fileHoldsImage } from './checks/contract/file-holds-image';
import { fileRemovedAfterDelete } from './checks/contract/file-removed-after-delete';
import { fileWherePromised } from './checks/contract/file-where-promised';
import { foreignFileNotIndexed } from './checks/contract/foreign-file-not-indexed';
import { indexAndLakeAgree } from './checks/contract/index-and-lake-agree';
import { noUnknownFiles } from './checks/contract/no-unknown-files';
import { workItemsNotInLake } from './checks/contract/work-items-not-in-lake';
import { bytesUnchanged } from './checks/dicomweb/bytes-unchanged';
import { deletedAtEveryLevel } from './checks/dicomweb/deleted-at-every-level';
import { deletedImageGone } from './checks/dicomweb/deleted-image-gone';
import { duplicateRefused } from './checks/dicomweb/duplicate-refused';
import { foundBySearch } from './checks/dicomweb/found-by-search';
import { framesByNumber } from './checks/dicomweb/frames-by-number';
import { framesUnchanged } from './checks/dicomweb/frames-unchanged';
import { givenFilesAccepted } from './checks/dicomweb/given-files-accepted';
import { instanceStored } from './checks/dicomweb/instance-stored';
import { mediaTypesNegotiated } from './checks/dicomweb/media-types-negotiated';
import { metadataAgrees } from './checks/dicomweb/metadata-agrees';
import { metadataCached } from './checks/dicomweb/metadata-cached';
import { metadataComplete } from './checks/dicomweb/metadata-complete';
import { multipartStored } from './checks/dicomweb/multipart-stored';
import { partialStoreReported } from './checks/dicomweb/partial-store-reported';
import { partitionsIsolated } from './checks/dicomweb/partitions-isolated';
import { rendered } from './checks/dicomweb/rendered';
import { searchMatches } from './checks/dicomweb/search-matches';
import { searchResultsAsAsked } from './checks/dicomweb/search-results-as-asked';
import { seriesAndStudyRetrieved } from './checks/dicomweb/series-and-study-retrieved';
import { singlePartStored } from './checks/dicomweb/single-part-stored';
import { nobodyHoldsMore } from './checks/identity/nobody-holds-more';
import { serviceCanWrite } from './checks/identity/service-can-write';
import { verifierLeastPrivilege } from './checks/identity/verifier-least-privilege';
import { fileKeepsComing } from './checks/health/file-keeps-coming';
import { onlyTheServiceWrites } from './checks/health/only-the-service-writes';
import { resourceHealth } from './checks/health/resource-health';
import { healthFileFresh } from './checks/lake/health-file-fresh';
import { alertsInPlace } from './checks/monitoring/alerts-in-place';
import { diagnosticsInPlace } from './checks/monitoring/diagnostics-in-place';
import { firewallAsIntended } from './checks/network/firewall-as-intended';
import { namesLeadToEndpoints } from './checks/network/names-lead-to-endpoints';
import { privateEndpointsApproved } from './checks/network/private-endpoints-approved';
import { serviceAccessAsIntended } from './checks/network/service-access-as-intended';
import { costHints } from './checks/tiers/cost-hints';
import { filesOnline } from './checks/tiers/files-online';
import { lastAccessTracked } from './checks/tiers/last-access-tracked';
import { ownInstanceReadableWhenCooled } from './checks/tiers/own-instance-readable-when-cooled';
import { policyAsIntended } from './checks/tiers/policy-as-intended';
import { policyKeepsFilesOnline } from './checks/tiers/policy-keeps-files-online';
import type { Check, EvidenceId } from './model';
import type { Probe } from './probe';
import { armBlobService } from './probes/arm-blob-service';
import { armLakeAccess } from './probes/arm-lake-access';
import { armTieringPolicy } from './probes/arm-tiering-policy';
import { armVerifierRoles } from './probes/arm-verifier-roles';
import { dicomNoToken } from './probes/dicom-no-token';
import { dicomReach } from './probes/dicom-reach';
import { dicomReadOnlyStore } from './probes/dicom-read-only-store';
import { dicomWrongAudience } from './probes/dicom-wrong-audience';
import { armDeleteLocks } from './probes/arm-delete-locks';
import { armDicomService } from './probes/arm-dicom-service';
import { armLakeContainer } from './probes/arm-lake-container';
import { armMonitoring } from './probes/arm-monitoring';
import { armResourceHealth } from './probes/arm-resource-health';
import { armStorageAccount } from './probes/arm-storage-account';
import { armWorkspace } from './probes/arm-workspace';
import { contractChangeFeed } from './probes/contract-change-feed';
import { contractFileRemoval } from './probes/contract-file-removal';
import { contractForeignFile } from './probes/contract-foreign-file';
import { contractStoredFiles } from './probes/contract-stored-files';
import { contractWorkItems } from './probes/contract-work-items';
import { dicomWebDeletion } from './probes/dicomweb-deletion';
import { dicomWebPartitionIsolation } from './probes/dicomweb-partition-isolation';
import { dicomWebRetrieval } from './probes/dicomweb-retrieval';
import { dicomWebRoundTrip } from './probes/dicomweb-round-trip';
import { dicomWebSearchMatching } from './probes/dicomweb-search-matching';
import { dicomWebStoreAnswers } from './probes/dicomweb-store-answers';
import { lakeAnonymous } from './probes/lake-anonymous';
import { lakeHealthFile } from './probes/lake-health-file';
import { lakeReach } from './probes/lake-reach';
import { lakeSharedKey } from './probes/lake-shared-key';
import { lakeCooledInstance } from './probes/lake-cooled-instance';
import { lakeHealthFolder } from './probes/lake-health-folder';
import { lakeHealthWatch } from './probes/lake-health-watch';
import { lakeTierCensus } from './probes/lake-tier-census';
import { networkResolvedNames } from './probes/network-resolved-names';

/** Every check, in the order of the report. */
export const CHECKS: readonly Check[] = validated([
  serviceSucceeded,
  storageAsIntended,
  partitionsAsIntended,
  accountAvailable,
  accountHardened,
  containerAsIntended,
  softDeleteAsIntended,
  locksInPlace,
  serviceCanWrite,
  nobodyHoldsMore,
  verifierLeastPrivilege,
  noTokenRefused,
  wrongAudienceRefused,
  readOnlyTokenCannotStore,
  lakeRefusesAnonymous,
  lakeRefusesSharedKey,
  publicReachAsIntended,
  instanceStored,
  foundBySearch,
  bytesUnchanged,
  metadataAgrees,
  framesUnchanged,
  deletedImageGone,
  givenFilesAccepted,
  singlePartStored,
  multipartStored,
  duplicateRefused,
  partialStoreReported,
  searchMatches,
  searchResultsAsAsked,
  seriesAndStudyRetrieved,
  metadataComplete,
  metadataCached,
  framesByNumber,
  rendered,
  mediaTypesNegotiated,
  deletedAtEveryLevel,
  partitionsIsolated,
  changeFeedNamesFile,
  changeFeedInOrder,
  fileWherePromised,
  fileHoldsImage,
  fileRemovedAfterDelete,
  noUnknownFiles,
  indexAndLakeAgree,
  workItemsNotInLake,
  foreignFileNotIndexed,
  healthFileFresh,
  fileKeepsComing,
  onlyTheServiceWrites,
  resourceHealth,
  filesOnline,
  policyKeepsFilesOnline,
  policyAsIntended,
  lastAccessTracked,
  ownInstanceReadableWhenCooled,
  costHints,
  serviceAccessAsIntended,
  firewallAsIntended,
  privateEndpointsApproved,
  namesLeadToEndpoints,
  diagnosticsInPlace,
  alertsInPlace,
]);

/** The probe for every kind of evidence; the type makes a missing one a compile error. */
export const PROBES: { readonly [I in EvidenceId]: Probe<I> } = {
  'dicomweb.round-trip': dicomWebRoundTrip,
  'contract.change-feed': contractChangeFeed,
  'contract.file-removal': contractFileRemoval,
  'contract.stored-files': contractStoredFiles,
  'contract.work-items': contractWorkItems,
  'contract.foreign-file': contractForeignFile,
  'dicomweb.store-answers': dicomWebStoreAnswers,
  'dicomweb.search-matching': dicomWebSearchMatching,
  'dicomweb.retrieval': dicomWebRetrieval,
  'dicomweb.deletion': dicomWebDeletion,
  'dicomweb.partition-isolation': dicomWebPartitionIsolation,
  'lake.health-file': lakeHealthFile,
  'lake.health-watch': lakeHealthWatch,
  'lake.health-folder': lakeHealthFolder,
  'lake.tier-census': lakeTierCensus,
  'lake.cooled-instance': lakeCooledInstance,
  'arm.resource-health': armResourceHealth,
  'arm.tiering-policy': armTieringPolicy,
  'arm.blob-service': armBlobService,
  'arm.lake-access': armLakeAccess,
  'arm.verifier-roles': armVerifierRoles,
  'dicom.no-token': dicomNoToken,
  'dicom.wrong-audience': dicomWrongAudience,
  'dicom.read-only-store': dicomReadOnlyStore,
  'dicom.reach': dicomReach,
  'lake.anonymous': lakeAnonymous,
  'lake.shared-key': lakeSharedKey,
  'lake.reach': lakeReach,
  'arm.dicom-service': armDicomService,
  'arm.workspace': armWorkspace,
  'arm.storage-account': armStorageAccount,
  'arm.lake-container': armLakeContainer,
  'arm.delete-locks': armDeleteLocks,
  'arm.monitoring': armMonitoring,
  'network.resolved-names': networkResolvedNames,
};

/** Where the runbook says what to do about a check. */
export function docsOf(checkId: string): string {
  const [topic = ''] = checkId.split('/');
  return `docs/runbook/${topic}.md#${checkId.replaceAll('/', '')}`;
}

/** @throws Error where an id is given twice or malformed, or a text is missing: a bug, found when the module loads */
export function validated(checks: readonly Check[]): readonly Check[] {
  const problems = checks.flatMap(({ id, title, failureTitle, why, needs }) => [
    ...(/^[a-z]+\/[a-z-]+$/.test(id) ? [] : [`'${id}' is no id like topic/state-in-words`]),
    ...(checks.filter((other) => other.id === id).length > 1 ? [`'${id}' is given twice`] : []),
    ...([title, failureTitle, why].includes('') ? [`'${id}' lacks a text`] : []),
    ...(needs.length === 0 ? [`'${id}' needs no evidence`] : []),
  ]);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return checks;
}
