export {
  type AccessFacts,
  type Asked,
  gatherAccess,
  type LoginPlane,
  type ResolvedHost,
  type VerifierRight,
} from './access-facts';
export { audit, type AuditConfig, type AuditEnvironment, AuditFailure } from './audit/audit';
export type { AuditRequest, AuditSource } from './audit/audit-source';
export {
  type Checkpoint,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from './audit/listing/checkpoint';
export { LISTING_CONCURRENCY, type ListingOptions, listingSource } from './audit/listing/listing-source';
export type { AuditedLake, AuditReport, FoundFile, PlanOrigin, TierPlan } from './audit/model';
export { EXAMPLE_PLAN, planOf } from './audit/tier-plan';
export { auditExitCode, type AuditExitCode } from './audit/audit-exit-code';
export { auditReportOf, type AuditReportInput } from './audit/audit-report';
export { auditJsonSchema } from './audit/audit-schema';
export { FindingsFile } from './audit/findings-file';
export { auditCsvReport } from './audit/reporters/csv';
export { auditHtmlReport } from './audit/reporters/html';
export { auditJsonReport } from './audit/reporters/json';
export { auditTextReport } from './audit/reporters/text';
export { inventorySource } from './audit/inventory/inventory-source';
export { metricsSource } from './audit/metrics-source';
export { readTierPlan } from './audit/read-tier-plan';
export { DEFAULT_PRICES } from './audit/default-prices';
export { type PriceBook, readPriceBook } from './audit/price-book';
export { cloudOf } from './azure-cloud';
export { type AzureConnection, connectionForEmulator, type DicomReader } from './clients/azure';
export type { DeploymentManifest } from '../contract';
export { type Clock, ManualClock, SystemClock } from './clock';
export { discoverManifest, type DicomServicePlace, type DiscoverySettings } from './discover-manifest';
export { redact, rememberSecret } from './clients/redact';
export { ConfigError } from './error';
export { type EvidenceBundle, printEvidenceBundle, readEvidenceBundle } from './evidence-bundle';
export { exitCodeOf, type VerifyExitCode } from './exit-code';
export { findManifest } from './find-manifest';
export {
  type Check,
  type CheckMeta,
  defineCheck,
  type EvidenceId,
  type EvidenceMap,
  type Finding,
  type Outcome,
  type Report,
  type ReportRow,
  type Verdict,
  type Waiver,
} from './model';
export { reportJsonSchema } from './report-schema';
export { githubAnnotations } from './reporters/github';
export { htmlReport } from './reporters/html';
export { jsonReport } from './reporters/json';
export type { ProbeLimits } from './probe';
export { DEADLINE_SECONDS, type Profile, PROFILES } from './profile';
export type { Progress } from './progress';
export { junitReport } from './reporters/junit';
export { markdownReport } from './reporters/markdown';
export { textReport } from './reporters/text';
export { readWaivers } from './read-waivers';
export { waiverNotices } from './reporters/waiver-words';
export { type WaiverFile } from './waiver';
export type { RunIdentity, RunOwner } from './sample/run-owner';
export type { SweptEntry, SweptRun } from './sweep';
export {
  type SweepConfig,
  type SweepEnvironment,
  sweepExitCode,
  sweepLeftovers,
  type SweepReport,
} from './sweep-leftovers';
export {
  gatherEvidence,
  judgeEvidence,
  verify,
  type VerifyConfig,
  type VerifyEnvironment,
  type VerifyTarget,
} from './verify';
export { runJson, runText } from './watch/run-text';
export {
  readTelemetrySettings,
  startTelemetry,
  type TelemetryOptions,
  type TelemetrySettings,
  type WatchTelemetry,
} from './watch/telemetry';
export { watch, type WatchEnvironment, type WatchSettings } from './watch/watch';
export type { OutcomeChange, RunOutcome, WatchRun } from './watch/watch-run';
