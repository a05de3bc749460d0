import { exitCodeOf } from '../../verify';
import { ManualClock } from '../../emulator';
import { armOf } from '../support/emulator';
import { rowOf, startVerifyBench, type VerifyBench } from '../support/verify-bench';

jest.setTimeout(30_000);

const STORAGE_API = '2023-05-01';
const HEALTH_FILE = 'AHDS/testws/dicom/images/healthCheck/health0b9c1a52-6d0a-4c53-9b7b-9f3f6d1d2c3e.txt';

/** The service loses its role on the lake. */
async function silence({ emulator, lake }: VerifyBench): Promise<void> {
  await armOf(emulator).delete(lake.serviceRoleAssignmentId, '2022-04-01');
}

describe('the health file', () => {
  test('that could not be deleted is no sign of life for longer than a fresh one', async () => {
    const clock = new ManualClock();
    await using bench = await startVerifyBench({ clock });
    await silence(bench);
    await bench.fileSystem.getFileClient(HEALTH_FILE).upload(Buffer.from('Test content.'));
    expect(rowOf(await bench.run({ only: ['lake'] }), 'lake/health-file-fresh')).toMatchObject({
      outcome: 'pass',
      detail: 'seen 0 s ago by listing',
    });
    await clock.advance(200_000);
    expect(rowOf(await bench.run({ only: ['lake'] }), 'lake/health-file-fresh')).toMatchObject({
      outcome: 'fail',
      reason: 'the newest one is 200 s old; the service writes one every 30 s',
    });
  });

  test('proves nothing by its absence where soft delete was switched off since the deployment', async () => {
    await using bench = await startVerifyBench({ deletedFileRetentionDays: 7 });
    await silence(bench);
    await armOf(bench.emulator).put(`${bench.lake.accountId}/blobServices/default`, STORAGE_API, {
      properties: { deleteRetentionPolicy: { enabled: false } },
    });
    const report = await bench.run({ only: ['lake'] });
    expect(rowOf(report, 'lake/health-file-fresh')).toMatchObject({
      outcome: 'not-applicable',
      reason:
        'not observable at one look: the storage account keeps no deleted files, though the deployment asked for 7 days; the profile full watches for it',
    });
    expect(exitCodeOf(report)).toBe(0);
  });

  test('is inconclusive, and says which role is missing, where nobody may look whether soft delete is on', async () => {
    await using bench = await startVerifyBench({
      arm: async ({ path: url }, forward) =>
        url.includes('/blobServices/default')
          ? {
              status: 403,
              headers: { 'content-type': 'application/json' },
              body: Buffer.from('{"error":{"code":"AuthorizationFailed","message":"no"}}'),
            }
          : forward(),
    });
    await silence(bench);
    expect(rowOf(await bench.run({ only: ['lake'] }), 'lake/health-file-fresh')).toMatchObject({
      outcome: 'inconclusive',
      reason:
        'asking whether the account keeps deleted files was answered 403 AuthorizationFailed: the caller may not read this resource',
      remedy: 'grant Reader on the resource group to whoever runs the verification',
    });
  });
});

describe('the lifecycle policy', () => {
  test('of an account that is not there is not known, rather than empty', async () => {
    await using bench = await startVerifyBench({
      arm: async ({ path: url }, forward) =>
        url.includes('/managementPolicies/')
          ? {
              status: 404,
              headers: { 'content-type': 'application/json' },
              body: Buffer.from('{"error":{"code":"ResourceNotFound","message":"no such account"}}'),
            }
          : forward(),
    });
    const report = await bench.run({ only: ['tiers/policy-keeps-files-online'] });
    expect(rowOf(report, 'tiers/policy-keeps-files-online')).toMatchObject({
      outcome: 'inconclusive',
      remedy: 'check that the manifest belongs to this subscription and that the resource was not deleted',
    });
  });

  test('may delete append blobs everywhere: the service writes none', async () => {
    await using bench = await startVerifyBench();
    const rule = {
      name: 'logs',
      enabled: true,
      type: 'Lifecycle',
      definition: {
        filters: { blobTypes: ['appendBlob'] },
        actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } },
      },
    };
    await armOf(bench.emulator).put(`${bench.lake.accountId}/managementPolicies/default`, STORAGE_API, {
      properties: { policy: { rules: [rule] } },
    });
    expect(rowOf(await bench.run({ only: ['tiers'] }), 'tiers/policy-keeps-files-online')).toMatchObject({
      outcome: 'pass',
      detail: '1 rule',
    });
  });
});
