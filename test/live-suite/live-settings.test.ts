import { readLiveSettings } from '../live/live-settings';

const PLACE = {
  DICOM_LAKE_LIVE_TENANT: '11111111-1111-1111-1111-111111111111',
  DICOM_LAKE_LIVE_SUBSCRIPTION: '44444444-4444-4444-4444-444444444444',
  DICOM_LAKE_LIVE_LOCATION: 'westeurope',
  DICOM_LAKE_LIVE_GROUP: 'rg-live',
};
const CONFIRMED = ['--confirm', '44444444-4444-4444-4444-444444444444/rg-live'];

test('nothing but a plan is made without a command, and a plan has no place in Azure', () => {
  expect(readLiveSettings([], PLACE)).toEqual({
    ok: true,
    settings: { command: 'plan', folder: 'out/live', only: [] },
  });
});

test.each(['run', 'clean-up'])('%s has its place where all of it is set and confirmed', (command) => {
  expect(readLiveSettings([command, ...CONFIRMED, '--only', 'health-file,smart-tier'], PLACE)).toEqual({
    ok: true,
    settings: {
      command,
      folder: 'out/live',
      only: ['health-file', 'smart-tier'],
      place: {
        tenantId: PLACE.DICOM_LAKE_LIVE_TENANT,
        subscriptionId: PLACE.DICOM_LAKE_LIVE_SUBSCRIPTION,
        location: 'westeurope',
        group: 'rg-live',
      },
    },
  });
});

test.each(Object.keys(PLACE))('a run without %s is refused', (name) => {
  const result = readLiveSettings(['run', ...CONFIRMED], { ...PLACE, [name]: undefined });
  expect(result.ok ? [] : result.problems[0]).toContain(`${name} must be`);
});

test.each([
  ['no confirmation', []],
  ['that of another group', ['--confirm', '44444444-4444-4444-4444-444444444444/rg-other']],
  ['that of another subscription', ['--confirm', '55555555-5555-5555-5555-555555555555/rg-live']],
  ['a subscription alone', ['--confirm', '44444444-4444-4444-4444-444444444444']],
])('a run with %s is refused', (_, confirm) => {
  expect(readLiveSettings(['run', ...confirm], PLACE)).toEqual({
    ok: false,
    problems: [
      expect.stringContaining(
        "--confirm must name subscription and resource group again, as '44444444-4444-4444-4444-444444444444/rg-live'",
      ) as string,
    ],
  });
});

test('an empty confirmation confirms nothing', () => {
  const nowhere = { ...PLACE, DICOM_LAKE_LIVE_SUBSCRIPTION: '', DICOM_LAKE_LIVE_GROUP: '' };
  const result = readLiveSettings(['run', '--confirm', '/'], nowhere);
  expect(result.ok ? [] : result.problems.at(-1)).toContain("as 'SUBSCRIPTION/GROUP', got '/'");
});

test('all that is wrong is said at once', () => {
  const result = readLiveSettings(['run', '--only', 'no-such'], { DICOM_LAKE_LIVE_TENANT: 'me' });
  expect(result.ok ? [] : result.problems).toEqual([
    expect.stringContaining('--only must name experiments out of container-scope-role') as string,
    "DICOM_LAKE_LIVE_TENANT must be the id of the tenant, a lower-case GUID, got 'me'; export it",
    expect.stringContaining('DICOM_LAKE_LIVE_SUBSCRIPTION must be') as string,
    expect.stringContaining('DICOM_LAKE_LIVE_LOCATION must be') as string,
    expect.stringContaining('DICOM_LAKE_LIVE_GROUP must be') as string,
    expect.stringContaining('--confirm must name') as string,
  ]);
});

test.each([[['destroy']], [['run', 'clean-up']], [['--force']]])('%j is no command', (args) => {
  expect(readLiveSettings(args, PLACE).ok).toBe(false);
});
