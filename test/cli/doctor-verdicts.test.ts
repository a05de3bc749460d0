import { judgeAccess } from '../../cli/doctor/judge-access';
import { judgeMachine } from '../../cli/doctor/judge-machine';
import type { MachineFacts } from '../../cli/doctor/machine-facts';
import { isBypassed, proxySettings } from '../../cli/proxy-settings';
import { doctorExitCode, type DoctorRow } from '../../cli/doctor/verdict';
import type { AccessFacts } from '../../verify';

const WELL: MachineFacts = {
  nodeVersion: '20.9.0',
  terraform: { name: 'terraform', version: '1.11.4', isUsed: true },
  cdktf: { library: '0.21.0', cli: '0.21.0' },
  folders: [{ what: 'the journal', folder: '/work' }],
  authorities: undefined,
  proxy: undefined,
};
const PROXY = {
  variable: 'HTTPS_PROXY',
  url: new URL('http://me:secret@proxy.example.org:3128'),
  bypassed: [],
};
const ARM = 'management.azure.com';

function machineRows(change: Partial<MachineFacts>): readonly DoctorRow[] {
  return judgeMachine({ ...WELL, ...change }, { node: '20.9', cdktf: '0.21.0' }, [ARM]);
}

test('a machine with everything is ok', () => {
  expect(machineRows({}).map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'ok'));
});

test.each<[string, Partial<MachineFacts>, string, RegExp]>([
  ['an old Node', { nodeVersion: '20.8.1' }, 'fail', /20\.8\.1 is too old/],
  ['an older Node', { nodeVersion: '18.99.0' }, 'fail', /too old/],
  ['no terraform', { terraform: undefined }, 'warn', /neither terraform nor tofu/],
  [
    'an old terraform',
    { terraform: { name: 'terraform', version: '1.1.9', isUsed: true } },
    'fail',
    /too old/,
  ],
  [
    'an unknown terraform',
    { terraform: { name: 'terraform', version: '2.0.0', isUsed: true } },
    'warn',
    /newer/,
  ],
  ['a silent terraform', { terraform: { name: 'terraform', isUsed: true } }, 'unknown', /does not say/],
  [
    'an unused tofu',
    { terraform: { name: 'tofu', version: '1.9.0', isUsed: false } },
    'warn',
    /does not call/,
  ],
  ['no cdktf-cli', { cdktf: { library: '0.21.0' } }, 'warn', /not installed in this project: cdktf-cli$/],
  ['another cdktf', { cdktf: { library: '0.20.0', cli: '0.21.0' } }, 'warn', /^cdktf 0\.20\.0, where/],
  [
    'a folder that is closed',
    { folders: [{ what: 'the journal', folder: '/work', problem: 'EACCES' }] },
    'fail',
    /cannot be written in \/work \(EACCES\)/,
  ],
  [
    'authorities that are not there',
    { authorities: { file: 'ca.pem', problem: 'ENOENT', count: 0, outOfDate: 0 } },
    'fail',
    /'ca\.pem' cannot be read \(ENOENT\)/,
  ],
  [
    'authorities without any',
    { authorities: { file: 'ca.pem', count: 0, outOfDate: 0 } },
    'fail',
    /no certificate/,
  ],
  ['old authorities', { authorities: { file: 'ca.pem', count: 2, outOfDate: 2 } }, 'fail', /is valid now/],
  ['a proxy that is none', { proxy: { variable: 'HTTPS_PROXY', bypassed: [] } }, 'fail', /no URL of a proxy/],
  [
    'a proxy that is gone',
    { proxy: { ...PROXY, problem: 'ECONNREFUSED' } },
    'fail',
    /nobody answers at HTTPS_PROXY proxy\.example\.org:3128 \(ECONN/,
  ],
  [
    'NO_PROXY in words of others',
    { proxy: { ...PROXY, bypassed: ['10.0.0.0/8', '*.local', 'here'] } },
    'warn',
    /understand 10\.0\.0\.0\/8, \*\.local in/,
  ],
])('%s is told', (_what, change, outcome, detail) => {
  const rows = machineRows(change).filter((row) => row.outcome !== 'ok');
  expect(rows).toEqual([
    expect.objectContaining({
      outcome,
      detail: expect.stringMatching(detail) as string,
      remedy: expect.any(String) as string,
    }),
  ]);
  expect(JSON.stringify(rows)).not.toContain('secret');
});

test('some old authorities among others are mentioned only, and what goes past the proxy as well', () => {
  const rows = machineRows({
    authorities: { file: 'ca.pem', count: 3, outOfDate: 1 },
    proxy: { ...PROXY, bypassed: [ARM] },
  });
  expect(rows.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'ok'));
  expect(rows.map(({ detail }) => detail)).toEqual(
    expect.arrayContaining([
      "3 more from NODE_EXTRA_CA_CERTS 'ca.pem', 1 of them out of date",
      'HTTPS_PROXY proxy.example.org:3128, and past it to management.azure.com',
    ]),
  );
});

test('a proxy is read as Azure’s pipeline reads it', () => {
  expect(proxySettings({})).toBeUndefined();
  expect(proxySettings({ HTTPS_PROXY: '', http_proxy: 'http://a:1' })?.variable).toBe('HTTP_PROXY');
  expect(proxySettings({ ALL_PROXY: 'http://b:2', HTTP_PROXY: 'http://a:1' })?.variable).toBe('ALL_PROXY');
  expect(proxySettings({ HTTPS_PROXY: 'proxy:3128' })).not.toHaveProperty('url');
  const settings = proxySettings({ HTTPS_PROXY: 'http://a:1', NO_PROXY: ' one.example , .two.example' });
  const bypassed = ['one.example', 'a.two.example', 'two.example', 'x.one.example', 'twotwo.example'].filter(
    (host) => settings !== undefined && isBypassed(settings, host),
  );
  expect(bypassed).toEqual(['one.example', 'a.two.example', 'two.example']);
});

const TENANT = '11111111-1111-1111-1111-111111111111';
const LOGIN = { state: 'had', value: { objectId: '7', tenantId: TENANT } } as const;
const GOOD: AccessFacts = {
  armHost: ARM,
  clockAheadMs: { state: 'had', value: 2_000 },
  logins: { arm: LOGIN, lake: LOGIN, dicom: LOGIN },
  deployment: {
    tenantId: TENANT,
    names: [{ host: 'lake', addresses: ['10.0.0.4'], isPrivate: true, isMeantPrivate: true }],
    rights: { state: 'had', value: [{ roleName: 'Reader', on: 'the workspace', held: true }] },
  },
};
const DEPLOYMENT = GOOD.deployment as NonNullable<AccessFacts['deployment']>;
const SILENT = {
  state: 'failed',
  code: 'UNREACHABLE',
  reason: 'nothing listens there',
  remedy: 'look',
} as const;
const REFUSED = {
  state: 'failed',
  code: 'NOT_AUTHENTICATED',
  reason: 'no token',
  remedy: 'az login',
} as const;

test('access as it should be is ok', () => {
  expect(judgeAccess(GOOD, () => false).map(({ outcome }) => outcome)).toEqual(
    Array.from({ length: 6 }, () => 'ok'),
  );
});

test.each<[string, Partial<AccessFacts>, string, RegExp]>([
  [
    'a clock that is late',
    { clockAheadMs: { state: 'had', value: 301_000 } },
    'fail',
    /5 minutes behind management/,
  ],
  [
    'a clock that is early',
    { clockAheadMs: { state: 'had', value: -7_200_000 } },
    'fail',
    /2 hours ahead of/,
  ],
  [
    'a clock that is a little off',
    { clockAheadMs: { state: 'had', value: 90_000 } },
    'warn',
    /90 seconds behind/,
  ],
  ['no answer for the clock', { clockAheadMs: SILENT }, 'unknown', /nothing listens there/],
  ['no login', { logins: { ...GOOD.logins, lake: REFUSED } }, 'fail', /^storage: no token/],
  [
    'a login that nobody answers',
    { logins: { ...GOOD.logins, arm: SILENT } },
    'unknown',
    /^Azure Resource Manager: nothing/,
  ],
  [
    'a login to another tenant',
    { logins: { ...GOOD.logins, dicom: { state: 'had', value: { tenantId: '22' } } } },
    'fail',
    /is of tenant 22, the deployment is in 1111/,
  ],
  [
    'a name that leads nowhere',
    {
      deployment: {
        ...DEPLOYMENT,
        names: [{ host: 'lake', addresses: [], isPrivate: false, isMeantPrivate: false }],
      },
    },
    'fail',
    /lake leads nowhere/,
  ],
  [
    'a private name that leads outside',
    {
      deployment: {
        ...DEPLOYMENT,
        names: [{ host: 'lake', addresses: ['203.0.113.1'], isPrivate: false, isMeantPrivate: true }],
      },
    },
    'fail',
    /lake leads to 203\.0\.113\.1, and not to its private endpoint/,
  ],
  [
    'a role that is missing',
    {
      deployment: {
        ...DEPLOYMENT,
        rights: { state: 'had', value: [{ roleName: 'Reader', on: 'the workspace', held: false }] },
      },
    },
    'fail',
    /Reader is missing on the workspace/,
  ],
  [
    'roles that nobody may list',
    { deployment: { ...DEPLOYMENT, rights: REFUSED } },
    'fail',
    /cannot be listed/,
  ],
  [
    'roles that nobody answers for',
    { deployment: { ...DEPLOYMENT, rights: SILENT } },
    'unknown',
    /cannot be listed/,
  ],
])('%s is told', (_what, change, outcome, detail) => {
  const rows = judgeAccess({ ...GOOD, ...change }, () => false).filter((row) => row.outcome !== 'ok');
  expect(rows).toEqual([
    expect.objectContaining({
      outcome,
      detail: expect.stringMatching(detail) as string,
      remedy: expect.any(String) as string,
    }),
  ]);
});

test('a private name that is asked through a proxy warns, any other is for the proxy to resolve', () => {
  const namesOf = (isMeantPrivate: boolean): DoctorRow | undefined =>
    judgeAccess(
      {
        ...GOOD,
        deployment: {
          ...DEPLOYMENT,
          names: [{ host: 'lake', addresses: [], isPrivate: false, isMeantPrivate }],
        },
      },
      () => true,
    ).find(({ check }) => check === 'names');
  expect(namesOf(true)).toMatchObject({
    outcome: 'warn',
    detail: 'lake has a private endpoint, and is asked through the proxy',
  });
  expect(namesOf(false)).toMatchObject({ outcome: 'ok' });
});

test('a failure ends with 1, else what is unknown with 3, and a warning with 0', () => {
  const row = (outcome: DoctorRow['outcome']): DoctorRow => ({ check: 'x', outcome, detail: '' });
  expect(doctorExitCode([row('unknown'), row('fail'), row('ok')])).toBe(1);
  expect(doctorExitCode([row('unknown'), row('warn')])).toBe(3);
  expect(doctorExitCode([row('ok'), row('warn')])).toBe(0);
});
