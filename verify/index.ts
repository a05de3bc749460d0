export { type AzureConnection, connectionForEmulator } from './clients/azure';
export { type Clock, ManualClock, SystemClock } from './clock';
export { checksMarkdown, errorsMarkdown } from './docs/markdown';
export { ConfigError } from './error';
export { type EvidenceBundle, printEvidenceBundle, readEvidenceBundle } from './evidence-bundle';
export { exitCodeOf, type VerifyExitCode } from './exit-code';
export { findManifest } from './find-manifest';
export {
  type Check,
  defineCheck,
  type EvidenceMap,
  type Finding,
  type Outcome,
  type Report,
  type ReportRow,
  type Verdict,
} from './model';
export { reportJsonSchema, reportSchemaJson } from './report-schema';
export { githubAnnotations } from './reporters/github';
export { htmlReport } from './reporters/html';
export { jsonReport } from './reporters/json';
export { type Profile, PROFILES } from './profile';
export type { Progress } from './progress';
export { junitReport } from './reporters/junit';
export { markdownReport } from './reporters/markdown';
export { textReport } from './reporters/text';
export {
  gatherEvidence,
  judgeEvidence,
  verify,
  type VerifyConfig,
  type VerifyEnvironment,
  type VerifyTarget,
} from './verify';
