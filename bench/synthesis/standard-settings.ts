/** What the deployment of the standard profile is made of, typed and flat alike. */
export const STANDARD = {
  tenantId: '11111111-1111-1111-1111-111111111111',
  subscriptionId: '44444444-4444-4444-4444-444444444444',
  resourceGroupName: 'rg-imaging',
  location: 'westeurope',
  workspaceName: 'demohealth',
  dicomServiceName: 'images',
  ipRange: '203.0.113.10',
  emailAddress: 'pacs@example.org',
  verifierId: '77777777-7777-7777-7777-777777777777',
  fabricPrincipalId: '88888888-8888-8888-8888-888888888888',
  fabricWorkspaceId: '99999999-9999-9999-9999-999999999999',
  coolAfterDays: 30,
  coldAfterDays: 120,
  keepInventoriesDays: 90,
} as const;

/** Names of storage accounts are unique in all of Azure, and so in an application of several deployments. */
export function accountNameOf(stackId: string): string {
  return `lake${stackId.replaceAll('-', '')}`;
}
