export { applyAllowList, readAllowList, type Allowance, type GuardResult } from './allow-list';
export { FINDINGS, findingsMarkdown, type Finding } from './finding';
export { readPlan, type ResourceChange } from './plan';
export { guardPlan } from './plan-guard';
export { AzureFacts, type PreflightConnection } from './azure-facts';
export { preflight, type PreflightRow, type PreflightTarget } from './preflight';
