import { alertsInPlace } from '../../../verify/checks/monitoring/alerts-in-place';
import { diagnosticsInPlace } from '../../../verify/checks/monitoring/diagnostics-in-place';
import { firewallAsIntended } from '../../../verify/checks/network/firewall-as-intended';
import { namesLeadToEndpoints } from '../../../verify/checks/network/names-lead-to-endpoints';
import { privateEndpointsApproved } from '../../../verify/checks/network/private-endpoints-approved';
import { serviceAccessAsIntended } from '../../../verify/checks/network/service-access-as-intended';
import type { AccountFirewall } from '../../../verify/evidence/storage-account-resource';
import type { Check, EvidenceMap, Verdict } from '../../../verify/model';
import { healthyEvidence } from '../../support/verify-evidence';
import { ACCOUNT_ID, ALERT_ID, ENDPOINT_ID, SERVICE_ID, WORKSPACE_ID } from '../../support/verify-resources';

const HEALTHY = healthyEvidence();
const ACCOUNT = HEALTHY['arm.storage-account'];
const SERVICE = HEALTHY['arm.dicom-service'];
const FOUND_SERVICE = present(SERVICE.found);
const FOUND_ACCOUNT = present(ACCOUNT.found);
const NOBODY = { trustedServices: false, ipRanges: [], subnetIds: [], resourceIds: [] };

function present<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the evidence lacks a part');
  return found;
}

function account(
  firewall: Partial<AccountFirewall>,
  intended: Partial<EvidenceMap['arm.storage-account']['intended']> = {},
): Partial<EvidenceMap> {
  const { found } = ACCOUNT;
  if (found === undefined) throw new Error('the evidence lacks the account');
  return {
    'arm.storage-account': {
      found: { ...found, firewall: { ...found.firewall, ...firewall } },
      intended: { ...ACCOUNT.intended, ...intended },
    },
  };
}

function setting(
  found?: EvidenceMap['arm.monitoring']['diagnosticSettings'][number]['found'],
): Partial<EvidenceMap> {
  const one = {
    targetResourceId: SERVICE_ID,
    name: 'dicom-lake',
    intendedCategories: ['AuditLogs', 'DiagnosticLogs'],
  };
  return {
    'arm.monitoring': {
      diagnosticSettings: [found === undefined ? one : { ...one, found }],
      alerts: [],
    },
  };
}

function names(...leads: readonly (readonly [string, boolean])[]): Partial<EvidenceMap> {
  return {
    'network.resolved-names': {
      names: leads.map(([address, isPrivate], index) => ({
        host: `host${index}`,
        addresses: address === '' ? [] : [address],
        isPrivate,
      })),
    },
  };
}

test.each([
  firewallAsIntended,
  serviceAccessAsIntended,
  privateEndpointsApproved,
  namesLeadToEndpoints,
  diagnosticsInPlace,
  alertsInPlace,
])('$id passes a deployment without a fault', (check) => {
  expect(check.judge(HEALTHY)).toMatchObject({ outcome: 'pass' });
});

test.each<readonly [Check, string, Partial<EvidenceMap>, Partial<Extract<Verdict, { reason: string }>>]>([
  [
    firewallAsIntended,
    'a rule too many and one too few, named each',
    account({ ipRanges: ['203.0.113.7'], resourceIds: [] }),
    {
      outcome: 'fail',
      findings: [
        { subject: 'ipRules', expected: 'no other rule', actual: '203.0.113.7' },
        { subject: 'resourceAccessRules', expected: WORKSPACE_ID, actual: 'missing' },
      ],
    },
  ],
  [
    firewallAsIntended,
    'a firewall that was opened',
    account({ publicNetworkAccess: true, defaultAction: 'Allow', bypass: [] }),
    {
      outcome: 'fail',
      findings: [
        { subject: 'publicNetworkAccess', expected: 'Disabled', actual: 'Enabled' },
        { subject: 'defaultAction', expected: 'Deny', actual: 'Allow' },
        { subject: 'trusted Azure services', expected: 'on', actual: 'off' },
      ],
    },
  ],
  [
    firewallAsIntended,
    'an open lake that was closed',
    account(
      { publicNetworkAccess: false, defaultAction: 'Deny' },
      { networkAccess: 'open', allowed: NOBODY },
    ),
    {
      outcome: 'fail',
      findings: [
        { subject: 'publicNetworkAccess', expected: 'Enabled', actual: 'Disabled' },
        { subject: 'defaultAction', expected: 'Allow', actual: 'Deny' },
      ],
    },
  ],
  [firewallAsIntended, 'an adopted account', account({}, { managed: false }), { outcome: 'not-applicable' }],
  [
    firewallAsIntended,
    'a manifest that tells nothing',
    { 'arm.storage-account': { ...ACCOUNT, intended: { id: ACCOUNT_ID } } },
    { outcome: 'not-applicable', reason: 'the manifest does not say what was meant' },
  ],
  [
    serviceAccessAsIntended,
    'a private service that was opened',
    {
      'arm.dicom-service': {
        ...SERVICE,
        found: { ...FOUND_SERVICE, publicNetworkAccess: true },
      },
      'arm.workspace': {
        id: WORKSPACE_ID,
        found: { publicNetworkAccess: true, privateEndpointConnections: [] },
      },
    },
    { outcome: 'fail', reason: 'it answers on the internet, and was meant for private endpoints only' },
  ],
  [
    serviceAccessAsIntended,
    'a public service that was closed',
    { 'arm.dicom-service': { ...SERVICE, intended: { ...SERVICE.intended, publicNetworkAccess: true } } },
    { outcome: 'fail', reason: 'it does not answer on the internet, as it was meant to' },
  ],
  [
    privateEndpointsApproved,
    'an endpoint that waits',
    {
      'arm.storage-account': {
        ...ACCOUNT,
        found: {
          ...FOUND_ACCOUNT,
          privateEndpointConnections: [{ endpointId: ENDPOINT_ID.toUpperCase(), status: 'Pending' }],
        },
      },
    },
    {
      outcome: 'fail',
      findings: [{ subject: `blob: ${ENDPOINT_ID}`, expected: 'Approved', actual: 'Pending' }],
    },
  ],
  [
    privateEndpointsApproved,
    'an endpoint that is gone',
    { 'arm.storage-account': { ...ACCOUNT, found: { ...FOUND_ACCOUNT, privateEndpointConnections: [] } } },
    {
      outcome: 'fail',
      findings: [{ subject: `blob: ${ENDPOINT_ID}`, expected: 'Approved', actual: 'no such endpoint' }],
    },
  ],
  [
    namesLeadToEndpoints,
    'half of the names astray',
    names(['10.10.1.5', true], ['20.60.1.1', false], ['', false]),
    {
      outcome: 'fail',
      findings: [
        { subject: 'host1', expected: 'a private address', actual: '20.60.1.1' },
        { subject: 'host2', expected: 'a private address', actual: 'does not resolve' },
      ],
    },
  ],
  [
    namesLeadToEndpoints,
    'a run outside of the network, which tells nothing',
    names(['20.60.1.1', false], ['20.60.1.2', false]),
    { outcome: 'not-applicable' },
  ],
  [namesLeadToEndpoints, 'a public deployment', names(), { outcome: 'not-applicable' }],
  [
    diagnosticsInPlace,
    'a setting that is gone',
    setting(),
    {
      outcome: 'fail',
      findings: [
        {
          subject: `dicom-lake of ${SERVICE_ID}`,
          expected: 'AuditLogs, DiagnosticLogs',
          actual: 'no such diagnostic setting',
        },
      ],
    },
  ],
  [
    diagnosticsInPlace,
    'a category that is off',
    setting({ categories: ['AuditLogs'], hasDestination: true }),
    { outcome: 'fail', findings: [expect.objectContaining({ actual: 'AuditLogs' }) as never] },
  ],
  [
    diagnosticsInPlace,
    'kept nowhere',
    setting({ categories: ['allLogs'], hasDestination: false }),
    { outcome: 'fail', findings: [expect.objectContaining({ actual: 'kept nowhere' }) as never] },
  ],
  [
    alertsInPlace,
    'rules that are gone or disabled',
    {
      'arm.monitoring': {
        diagnosticSettings: [],
        alerts: [{ id: ALERT_ID }, { id: `${ALERT_ID}2`, found: { enabled: false } }],
      },
    },
    {
      outcome: 'fail',
      reason: '2 of 2 alert rules would not tell anybody',
      findings: [
        { subject: ALERT_ID, expected: 'an enabled alert rule', actual: 'missing' },
        { subject: `${ALERT_ID}2`, expected: 'an enabled alert rule', actual: 'disabled' },
      ],
    },
  ],
])('$id judges %s', (check, _name, changes, verdict) => {
  expect(check.judge({ ...HEALTHY, ...changes })).toMatchObject(verdict);
});

test('every category at once is as good as each by its name', () => {
  expect(
    diagnosticsInPlace.judge({ ...HEALTHY, ...setting({ categories: ['allLogs'], hasDestination: true }) }),
  ).toMatchObject({ outcome: 'pass' });
});

test('the workspace alone can take a service off the internet', () => {
  const found = { ...FOUND_SERVICE, publicNetworkAccess: true };
  expect(
    serviceAccessAsIntended.judge({ ...HEALTHY, 'arm.dicom-service': { ...SERVICE, found } }),
  ).toMatchObject({
    outcome: 'pass',
    detail: 'private',
  });
});

test('an address with its width is the address', () => {
  const evidence = account(
    { ipRanges: ['203.0.113.7'] },
    {
      allowed: {
        trustedServices: true,
        ipRanges: ['203.0.113.7/32'],
        subnetIds: [],
        resourceIds: [WORKSPACE_ID],
      },
    },
  );
  expect(firewallAsIntended.judge({ ...HEALTHY, ...evidence })).toMatchObject({ outcome: 'pass' });
});
