import { ManualClock } from '../../../emulator';
import { startDicomService } from '../../support/dicom-service';
import { armOf } from '../../support/emulator';

const API = '2022-10-01';

interface Availability {
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

test('Resource Health follows the health of the service, names the reason and what to do, and remembers', async () => {
  const clock = new ManualClock();
  await using service = await startDicomService({ clock });
  const statuses = `${service.lake.dicomServiceId}/providers/Microsoft.ResourceHealth/availabilityStatuses`;
  const ask = async (path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> =>
    armOf(service.emulator).get(path, API, query);
  expect(await ask(`${statuses}/current`)).toMatchObject({ properties: { availabilityState: 'Unknown' } });
  await clock.advance(5000);
  expect(await ask(`${statuses}/current`)).toMatchObject({
    id: `${statuses}/current`,
    name: 'current',
    location: 'westeurope',
    properties: { availabilityState: 'Available', reportedTime: new Date(clock.now()).toISOString() },
  });

  const lost = clock.now() + 30_000;
  const giveBack = await service.revoke();
  await clock.advance(90_000);
  const current = (await ask(`${statuses}/current`, { $expand: 'recommendedactions' })) as Availability;
  expect(current.properties).toMatchObject({
    availabilityState: 'Degraded',
    detailedStatus: 'ConnectedStoreDegraded',
    reasonType: 'Unplanned',
    occuredTime: new Date(lost).toISOString(),
    reportedTime: new Date(clock.now()).toISOString(),
    recommendedActions: [
      { action: expect.stringContaining('grant Storage Blob Data Contributor') as string },
    ],
  });
  expect(current.properties['summary']).toMatch(
    /may not read or write the lake \(AuthorizationPermissionMismatch\)/,
  );
  const short = (await ask(`${statuses}/current`)) as Availability;
  expect(short.properties).not.toHaveProperty('recommendedActions');

  await giveBack();
  await clock.advance(30_000);
  const { value } = (await ask(statuses)) as { readonly value: readonly Availability[] };
  expect(value.map(({ properties }) => properties['availabilityState'])).toEqual([
    'Available',
    'Degraded',
    'Available',
  ]);
});

test('nothing is known of a service that was silent for more than 10 minutes', async () => {
  const clock = new ManualClock();
  await using service = await startDicomService({ clock });
  const current = `${service.lake.dicomServiceId}/providers/Microsoft.ResourceHealth/availabilityStatuses/current`;
  const state = async (): Promise<unknown> => (await armOf(service.emulator).get(current, API))['properties'];
  await clock.advance(5000);
  const heard = new Date(clock.now()).toISOString();
  await service.emulator.faults.set('dicom/health-writer-stopped');
  await clock.advance(10 * 60_000);
  expect(await state()).toMatchObject({ availabilityState: 'Available' });
  await clock.advance(1);
  expect(await state()).toMatchObject({ availabilityState: 'Unknown', reasonType: '', reportedTime: heard });
  await service.emulator.faults.clear();
  await clock.advance(30_000);
  expect(await state()).toMatchObject({ availabilityState: 'Available' });
});

test('a service that cannot check its lake for another reason is unavailable', async () => {
  const clock = new ManualClock();
  await using service = await startDicomService({ clock });
  const current = `${service.lake.dicomServiceId}/providers/Microsoft.ResourceHealth/availabilityStatuses/current`;
  await service.emulator.faults.set('lake/health-folder-blocked');
  await clock.advance(5000);
  const { properties } = await armOf(service.emulator).get(current, API);
  expect(properties).toMatchObject({
    availabilityState: 'Unavailable',
    detailedStatus: 'ServiceUnavailable',
    summary: expect.stringContaining('could not be checked') as unknown,
  });
});

test('a resource that does not exist has no health, and others are not told of', async () => {
  await using service = await startDicomService();
  const arm = armOf(service.emulator);
  const of = (id: string): string => `${id}/providers/Microsoft.ResourceHealth/availabilityStatuses/current`;
  await expect(arm.get(of(`${service.lake.dicomServiceId}x`), API)).rejects.toMatchObject({
    status: 404,
  });
  await expect(arm.get(of(service.lake.accountId), API)).rejects.toMatchObject({ status: 501 });
});
