import { defineCheck, type Finding, type Verdict } from '../../model';
import { isSameId } from '../arm/reading';

export const privateEndpointsApproved = defineCheck({
  id: 'network/private-endpoints-approved',
  title: 'the private endpoints of the deployment are there and approved',
  failureTitle: 'private endpoints are missing or not approved',
  why: 'behind a closed door they are the only way in; without one, the private network sees no image',
  severity: 'blocker',
  target: 'deployment',
  needs: ['arm.workspace', 'arm.storage-account'],
  judge: ({ 'arm.workspace': workspace, 'arm.storage-account': account }): Verdict => {
    const { privateEndpoints = [] } = account.intended;
    if (privateEndpoints.length === 0)
      return { outcome: 'not-applicable', reason: 'the deployment has no private endpoints' };
    const connections = [
      ...(workspace.found?.privateEndpointConnections ?? []),
      ...(account.found?.privateEndpointConnections ?? []),
    ];
    const findings: Finding[] = privateEndpoints.flatMap(({ id, groupId }) => {
      const status = connections.find(({ endpointId }) => isSameId(endpointId, id))?.status;
      if (status === 'Approved') return [];
      const subject = `${groupId}: ${id}`;
      return [{ subject, expected: 'Approved', actual: status ?? 'no such endpoint' }];
    });
    if (findings.length === 0) return { outcome: 'pass', detail: `${privateEndpoints.length} endpoints` };
    return {
      outcome: 'fail',
      reason: `${findings.length} of ${privateEndpoints.length} private endpoints lead nowhere`,
      remedy:
        'approve the connection on the workspace or the storage account; where the endpoint is gone, deploy the stack again',
      findings,
    };
  },
});
