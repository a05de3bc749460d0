export {
  applyAllowList,
  readAllowList,
  type Allowance,
  type AllowListResult,
  type GuardResult,
} from './allow-list';
export { FINDINGS, findingsMarkdown, type Finding, type FindingCode } from './finding';
export { readPlan, type PlanResult, type ResourceChange } from './plan';
export { guardPlan } from './plan-guard';
export { AzureFacts, type ExistingAccount, type PreflightConnection } from './azure-facts';
export { preflight, type AdoptedLake, type PreflightRow, type PreflightTarget } from './preflight';
