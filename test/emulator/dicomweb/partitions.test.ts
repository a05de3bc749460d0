import { syntheticDataset, uidOf, writeDicomFile } from '../../support/dicom-file';
import {
  instancePath,
  JSON_ACCEPT,
  ORIGINAL_FILE,
  startDicomService,
  type TestDicomService,
} from '../../support/dicom-service';

const FILE = writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance: 'i' }));
const INSTANCE = instancePath('s', 'e', 'i');

describe('with data partitions', () => {
  let service: TestDicomService;
  beforeAll(async () => {
    service = await startDicomService({ dataPartitionsEnabled: true });
    await service.store([FILE], '/partitions/ward-7/studies');
    await service.store([FILE], '/partitions/ward.8/studies');
  });
  afterAll(() => service[Symbol.asyncDispose]());

  test('the first store brings a partition into being', async () => {
    const { status, json } = await service.send('/partitions');
    expect(status).toBe(200);
    expect(json).toMatchObject([
      { partitionKey: 1, partitionName: 'Microsoft.Default' },
      { partitionKey: 2, partitionName: 'ward-7' },
      { partitionKey: 3, partitionName: 'ward.8' },
    ]);
  });

  test('each has a folder of its own in the lake, and one sequence of watermarks numbers them all', async () => {
    expect(await service.files()).toEqual([
      'AHDS/testws/dicom/images/ward-7/132_1.dcm',
      'AHDS/testws/dicom/images/ward.8/692_2.dcm',
    ]);
  });

  test('the same instance may live in several, and is deleted in one', async () => {
    const name = uidOf('moving');
    const file = writeDicomFile(syntheticDataset({ study: 'moving', series: 'moving', instance: 'moving' }));
    await service.store([file], '/partitions/ward-7/studies');
    await service.store([file], '/partitions/ward.8/studies');
    const path = `/studies/${name}/metadata`;
    await service.send(`/partitions/ward-7/studies/${name}`, { method: 'DELETE' });
    expect((await service.send(`/partitions/ward-7${path}`, { accept: JSON_ACCEPT })).status).toBe(404);
    expect((await service.send(`/partitions/ward.8${path}`, { accept: JSON_ACCEPT })).status).toBe(200);
  });

  test('retrieve URLs name the partition', async () => {
    const response = await service.store(
      [writeDicomFile(syntheticDataset({ study: 'x', series: 'x', instance: 'x' }))],
      '/partitions/ward-7/studies',
    );
    const url = `${service.lake.serviceUrl}/v2/partitions/ward-7${instancePath('x', 'x', 'x')}`;
    expect(response.json).toMatchObject({ '00081199': { Value: [{ '00081190': { Value: [url] } }] } });
  });

  test('one change feed tells of all', async () => {
    const feed = (await service.send('/changefeed?limit=2')).json;
    expect(feed).toMatchObject([{ partitionName: 'ward-7' }, { partitionName: 'ward.8' }]);
  });

  test('retrieving needs the partition too', async () => {
    const path = `/partitions/ward-7${INSTANCE}`;
    expect((await service.send(path, { accept: ORIGINAL_FILE })).status).toBe(200);
    expect(await service.send(INSTANCE, { accept: ORIGINAL_FILE })).toMatchObject({
      status: 400,
      text: 'PartitionName value is missing in the route segment.',
    });
    expect(await service.store([FILE])).toMatchObject({
      status: 400,
      text: 'PartitionName value is missing in the route segment.',
    });
  });

  test('fails with 400 for one that does not exist, and does not make it', async () => {
    const request = { accept: JSON_ACCEPT };
    expect(await service.send('/partitions/nowhere/studies', request)).toMatchObject({
      status: 400,
      text: 'Specified PartitionName does not exist.',
    });
    expect((await service.send('/partitions')).text).not.toContain('nowhere');
  });

  test.each(['a%20b', 'x'.repeat(65), '%C3%A4'])('fails with 400 for the name %s', async (name) => {
    expect(await service.store([FILE], `/partitions/${name}/studies`)).toMatchObject({
      status: 400,
      text: 'The specified PartitionName is invalid.',
    });
  });
});

test('without data partitions, fails with 400 for any use of them', async () => {
  await using service = await startDicomService();
  const disabled = { status: 400, text: 'Data partitions feature is disabled.' };
  expect(await service.send('/partitions')).toMatchObject(disabled);
  expect(await service.store([FILE], '/partitions/ward-7/studies')).toMatchObject(disabled);
  expect(await service.store([FILE], '/partitions/Microsoft.Default/studies')).toMatchObject(disabled);
});
