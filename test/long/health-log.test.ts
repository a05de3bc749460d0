import { ManualClock } from '../../emulator';
import { exitCodeOf, type ReportRow } from '../../verify';
import { armOf } from '../support/emulator';
import { verifyWithFaults } from '../support/fault-run';
import { keepLogs, stopLogs } from '../support/storage-logs';
import { rowOf, startVerifyBench, type VerifyBench, type VerifyBenchOptions } from '../support/verify-bench';
import { ADDRESS_OUTSIDE, publicStack } from '../support/whole-deployment';

jest.setTimeout(60_000);

const MINUTE = 60_000;
const SETTINGS = '/diagnosticSettings?';

interface Bench extends VerifyBench {
  readonly clock: ManualClock;
  /** What the check says. */
  judged(): Promise<ReportRow>;
  /** Somebody else writes to the lake once a minute. */
  others(minutes: number): Promise<void>;
}

/** A deployment that keeps no deleted files, so that nothing but its logs knows of the health file. */
async function start(options: VerifyBenchOptions = {}): Promise<Bench> {
  const clock = new ManualClock();
  const bench = await startVerifyBench({ clock, deletedFileRetentionDays: 0, ...options });
  return {
    ...bench,
    clock,
    judged: async () => {
      const report = await bench.run({ only: ['lake'] });
      const row = rowOf(report, 'lake/health-file-fresh');
      expect(exitCodeOf(report)).toBe(row.outcome === 'fail' ? 1 : 0);
      return row;
    },
    others: async (minutes) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        await bench.fileSystem.getFileClient('others/file.txt').upload(Buffer.from(String(minute)));
        await clock.advance(MINUTE);
      }
    },
  };
}

describe('where deleted files are not kept, the storage logs', () => {
  test('show that the service is alive, as of minutes ago', async () => {
    await using bench = await start();
    await keepLogs(bench.emulator, bench.lake);
    await bench.clock.advance(10 * MINUTE);
    expect(await bench.judged()).toMatchObject({
      outcome: 'pass',
      detail: 'seen 145 s ago by storage logs, which come minutes late',
    });
  });

  test('show that it is silent once the writes of others came in for long enough', async () => {
    await using bench = await start();
    await keepLogs(bench.emulator, bench.lake);
    await bench.clock.advance(10 * MINUTE);
    await bench.emulator.faults.set('dicom/health-writer-stopped');
    await bench.others(10);
    expect(await bench.judged()).toMatchObject({
      outcome: 'not-applicable',
      reason: expect.stringContaining(
        'the newest one in the storage logs is 625 s old, and too little came in since',
      ) as unknown,
    });
    await bench.others(10);
    expect(await bench.judged()).toMatchObject({
      outcome: 'fail',
      reason:
        'the newest one in the storage logs is 1225 s old, and other writes were logged for 1080 s since; the service writes one every 30 s',
    });
  });

  test('show it by writes of the service that the lake refused', async () => {
    await using bench = await start();
    await keepLogs(bench.emulator, bench.lake);
    await bench.clock.advance(10 * MINUTE);
    await bench.emulator.faults.set('lake/role-removed');
    await bench.clock.advance(20 * MINUTE);
    expect(await bench.judged()).toMatchObject({
      outcome: 'fail',
      reason: expect.stringContaining('the newest one in the storage logs is 1225 s old') as unknown,
    });
  });

  test('prove nothing where nobody writes', async () => {
    await using bench = await start();
    await keepLogs(bench.emulator, bench.lake);
    await bench.clock.advance(10 * MINUTE);
    await bench.emulator.faults.set('dicom/health-writer-stopped');
    await bench.clock.advance(40 * MINUTE);
    expect(await bench.judged()).toMatchObject({
      outcome: 'not-applicable',
      reason: expect.stringContaining(
        'the newest one in the storage logs is 2425 s old, and too little came in since',
      ) as unknown,
    });
  });

  test('prove nothing where they no longer arrive', async () => {
    await using bench = await start();
    await keepLogs(bench.emulator, bench.lake);
    await bench.clock.advance(10 * MINUTE);
    await bench.emulator.faults.set('logs/not-arriving');
    await bench.emulator.faults.set('dicom/health-writer-stopped');
    await bench.others(30);
    expect(await bench.judged()).toMatchObject({ outcome: 'not-applicable' });
  });

  test('prove nothing by a time in which they were not kept', async () => {
    await using bench = await start();
    await keepLogs(bench.emulator, bench.lake);
    await bench.clock.advance(5 * MINUTE);
    await stopLogs(bench.emulator, bench.lake);
    await bench.clock.advance(25 * MINUTE);
    await bench.emulator.faults.set('dicom/health-writer-stopped');
    await keepLogs(bench.emulator, bench.lake);
    await bench.others(10);
    expect(await bench.judged()).toMatchObject({
      outcome: 'not-applicable',
      reason: expect.stringContaining('is 2125 s old, and too little came in since') as unknown,
    });
  });

  test('prove nothing of a service that has left no health file in them', async () => {
    await using bench = await start();
    await bench.emulator.faults.set('dicom/health-writer-stopped');
    await keepLogs(bench.emulator, bench.lake);
    await bench.others(25);
    expect(await bench.judged()).toMatchObject({
      outcome: 'not-applicable',
      reason: expect.stringContaining('the storage logs of the last day know of none') as unknown,
    });
  });

  test('are not asked where no diagnostic setting sends writes to a workspace', async () => {
    await using bench = await start();
    await bench.emulator.faults.set('logs/reading-refused');
    await bench.emulator.faults.set('dicom/health-writer-stopped');
    const blind =
      'not observable at one look: deleted files are not kept, and a health file lives for moments only; the profile full watches for it';
    expect(await bench.judged()).toMatchObject({ outcome: 'not-applicable', reason: blind });
    for (const log of [
      { category: 'StorageDelete', enabled: true },
      { category: 'StorageWrite', enabled: false },
    ]) {
      await keepLogs(bench.emulator, bench.lake, [log]);
      expect(await bench.judged()).toMatchObject({ outcome: 'not-applicable', reason: blind });
    }
    const { accountId, groupId } = bench.lake;
    const other = `${groupId}/providers/Microsoft.Storage/storageAccounts/otherlake`;
    await armOf(bench.emulator).put(other, '2023-05-01', {
      location: 'westeurope',
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      properties: {},
    });
    await armOf(bench.emulator).put(
      `${accountId}/blobServices/default/providers/Microsoft.Insights/diagnosticSettings/lake-logs`,
      '2021-05-01-preview',
      {
        properties: { storageAccountId: other, logs: [{ category: 'StorageWrite', enabled: true }] },
      },
    );
    expect(await bench.judged()).toMatchObject({ outcome: 'not-applicable', reason: blind });
  });

  test.each(['allLogs', 'audit'])('are asked where a setting keeps the group %s', async (categoryGroup) => {
    await using bench = await start();
    await keepLogs(bench.emulator, bench.lake, [{ categoryGroup, enabled: true }]);
    await bench.clock.advance(4 * MINUTE);
    expect(await bench.judged()).toMatchObject({
      outcome: 'pass',
      detail: expect.stringContaining('by storage logs') as unknown,
    });
  });

  test('that may not be read are told of, with the right that is missing', async () => {
    await using bench = await start();
    await keepLogs(bench.emulator, bench.lake);
    await bench.emulator.faults.set('logs/reading-refused');
    await bench.emulator.faults.set('dicom/health-writer-stopped');
    expect(await bench.judged()).toMatchObject({
      outcome: 'not-applicable',
      reason:
        'not observable at one look: deleted files are not kept, and a health file lives for moments only; ' +
        'the storage logs could not be read: a query of logs was answered 403 InsufficientAccessError: the caller may not read the logs of this resource; ' +
        'grant Reader on the storage account to whoever runs the verification, and let the Log Analytics workspace use resource or workspace permissions; ' +
        'the profile full watches for it',
    });
  });

  test('whose settings may not be read are told of as well', async () => {
    await using bench = await start({
      arm: async ({ path }, forward) =>
        path.includes(SETTINGS)
          ? {
              status: 403,
              headers: { 'content-type': 'application/json' },
              body: Buffer.from('{"error":{"code":"AuthorizationFailed","message":"no"}}'),
            }
          : forward(),
    });
    await bench.emulator.faults.set('dicom/health-writer-stopped');
    expect(await bench.judged()).toMatchObject({
      outcome: 'not-applicable',
      reason: expect.stringContaining(
        'the storage logs could not be read: reading Microsoft.Insights/diagnosticSettings was answered 403 AuthorizationFailed: the caller may not read this resource',
      ) as unknown,
    });
  });
});

test('a deployment of the kit logs what the verifier, with the roles that the kit gives it, can read', async () => {
  const report = await verifyWithFaults(publicStack(), ['arm/soft-delete-off'], ADDRESS_OUTSIDE);
  expect(rowOf(report, 'lake/health-file-fresh')).toMatchObject({
    outcome: 'pass',
    detail: expect.stringMatching(/^seen \d+ s ago by storage logs, which come minutes late$/) as unknown,
  });
});

describe('where deleted files are kept', () => {
  test('the storage logs are not asked, since those files tell sooner', async () => {
    await using bench = await start({ deletedFileRetentionDays: 7 });
    await keepLogs(bench.emulator, bench.lake);
    await bench.clock.advance(10 * MINUTE);
    await bench.emulator.faults.set('dicom/health-writer-stopped');
    await bench.clock.advance(2 * MINUTE);
    expect(await bench.judged()).toMatchObject({
      outcome: 'fail',
      reason: 'the newest one is 145 s old; the service writes one every 30 s',
    });
  });

  test('they are asked where no deleted file is left, as of a service that is new or silent', async () => {
    await using bench = await start({ deletedFileRetentionDays: 7 });
    await keepLogs(bench.emulator, bench.lake);
    await bench.emulator.faults.set('logs/reading-refused');
    expect(await bench.judged()).toMatchObject({
      outcome: 'not-applicable',
      reason: expect.stringMatching(
        /^no health file was deleted in the last 7 days: .*; the storage logs could not be read: /,
      ) as unknown,
    });
  });
});
