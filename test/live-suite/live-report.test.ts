import { ROLES } from '../../contract';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EXPERIMENTS } from '../live/experiments';
import { refusalOfService } from '../live/experiments/key-in-the-create-call';
import { liveReportMarkdown, liveReportOf } from '../live/live-report';
import { liveStackProps, synthesizeLive } from '../live/live-stack';
import { cameTrue, settled } from '../live/settled';
import { spendOf } from '../live/spend';
import { ManualClock } from '../../verify';
import { temporaryFolder } from '../support/cli';

const NAMES = {
  tenantId: '11111111-1111-1111-1111-111111111111',
  subscriptionId: '44444444-4444-4444-4444-444444444444',
  location: 'westeurope',
  group: 'rg-secret-hospital',
  groupApart: 'rg-secret-hospital-apart',
  runId: 'a1b2c3d4',
};
const SOMEBODY = '77777777-7777-7777-7777-777777777777';

const REPORT = liveReportOf(
  EXPERIMENTS,
  {
    names: NAMES,
    startedAt: '2026-11-26T10:00:00.000Z',
    answers: new Map([
      [
        'user-assigned-through-firewall',
        { answer: 'rule alone', observed: { rule: 'stored', bypass: '424 x|y' } },
      ],
    ]),
    failures: new Map([
      [
        'smart-tier',
        `PUT /subscriptions/${NAMES.subscriptionId}/resourceGroups/${NAMES.groupApart}/live${NAMES.runId}slake for ` +
          `${SOMEBODY} in ${NAMES.tenantId} with Bearer abcdefgh12345678 was refused, as ${NAMES.group} was`,
      ],
    ]),
  },
  '0.0.0',
);

test('a report tells nothing of whose subscription it was', () => {
  const text = JSON.stringify(REPORT) + liveReportMarkdown(REPORT);
  for (const secret of [...Object.values({ ...NAMES, location: '44444444' }), SOMEBODY, 'abcdefgh'])
    expect(text).not.toContain(secret);
  expect(REPORT.experiments.find(({ id }) => id === 'smart-tier')?.failure).toBe(
    'PUT /subscriptions/{subscription}/resourceGroups/{group}-apart/live{run}slake for {guid} in {tenant} with Bearer *** was refused, as {group} was',
  );
});

test('a report says what each answer changes', () => {
  const markdown = liveReportMarkdown(REPORT);
  expect(markdown).toContain('**rule alone**: the resource instance rule is needed and enough.');
  expect(markdown).toContain(
    '- `emulator/domain/network-access.ts`: lakeAdmitsResource: only what was seen to pass',
  );
  expect(markdown).toContain('| bypass | 424 x\\|y |');
  expect(markdown).toContain('No answer: it was not tried.');
});

test('the role of whoever runs lets nobody give roles but those of the stack', () => {
  using folder = temporaryFolder();
  const principal = { objectId: SOMEBODY, type: 'User' } as const;
  const stack = synthesizeLive(folder.path, 'shared', liveStackProps(NAMES, principal, 'shared'));
  const { resource } = JSON.parse(readFileSync(path.join(stack, 'cdk.tf.json'), 'utf8')) as {
    resource: Record<string, Record<string, Readonly<Record<string, unknown>>>>;
  };
  const given = Object.values(resource['azurerm_role_assignment'] ?? {}).map((role) =>
    Object.values(ROLES).find(
      ({ id, name }) => JSON.stringify(role).includes(id) || role['role_definition_name'] === name,
    ),
  );
  expect(given.length).toBeGreaterThan(3);
  const readme = readFileSync(path.resolve(__dirname, '../live/README.md'), 'utf8');
  const guids = [...readme.matchAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)].map(([guid]) => guid);
  const needed = [...given.map((role) => role?.id), ROLES.keyVaultCryptoServiceEncryptionUser.id];
  expect(new Set(guids)).toEqual(new Set(needed));
  expect(JSON.stringify(resource)).not.toContain('prevent_destroy":true');
  expect(resource['azurerm_management_lock']).toBeUndefined();
});

test('what a run takes grows with its experiments, and a month costs more than a run', () => {
  const all = spendOf(EXPERIMENTS);
  const [first] = EXPERIMENTS;
  const one = spendOf(first === undefined ? [] : [first]);
  expect([all.deployments, one.deployments]).toEqual([2, 1]);
  expect(all.minutes).toBeGreaterThan(one.minutes);
  expect(one.run).toBeGreaterThan(0);
  expect(all.forgottenMonth).toBeGreaterThan(all.run);
  // 2,880 health files a day, written and read.
  expect(one.forgottenMonth).toBeCloseTo(((2_880 * 730) / 24 / 10_000) * (0.065 + 0.0052), 6);
});

test.each([
  [
    'with azurerm_healthcare_dicom_service.DicomLake_Service, unexpected status 400 (400 Bad Request) with error: BadRequest: no',
    { status: '400', code: 'BadRequest' },
  ],
  [
    'with azurerm_healthcare_dicom_service.DicomLake_Service, polling failed: Status: "Failed" Code: "BadKey"',
    { status: 'none', code: 'Failed' },
  ],
  [
    'with azurerm_storage_account.Lake, unexpected status 409 with error: StorageAccountAlreadyTaken',
    undefined,
  ],
  ['terraform init ended with 1: no network', undefined],
])('of "%s" the refusal of the service is %j', (said, refusal) => {
  expect(refusalOfService(said)).toEqual(refusal);
});

test('a look counts once it was seen often enough, and not before its time', async () => {
  const clock = new ManualClock(0);
  const { signal } = new AbortController();
  const seen: string[] = [];
  const look = (): Promise<string> => {
    seen.push(clock.now() < 4 * 60_000 ? 'old' : 'new');
    return Promise.resolve(seen.at(-1) ?? '');
  };
  const patience = { everyMs: 60_000, alike: 3, atLeastMs: 5 * 60_000, atMostMs: 20 * 60_000 };
  expect(await settled({ clock, signal }, look, patience)).toBe('new');
  expect(seen).toEqual(['old', 'old', 'old', 'old', 'new', 'new', 'new']);
  let turn = 0;
  const fickle = (): Promise<number> => Promise.resolve((turn += 1));
  const start = clock.now();
  await settled({ clock, signal }, fickle, patience);
  expect(clock.now() - start).toBe(20 * 60_000);
  expect(await cameTrue({ clock, signal }, () => Promise.resolve(false), patience)).toBe(false);
});
