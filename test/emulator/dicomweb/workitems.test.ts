import { ROLES } from '../../../contract';
import { ManualClock, type Emulator } from '../../../emulator';
import { temporaryFolder } from '../../support/cli';
import { uidOf } from '../../support/dicom-file';
import { dicomSender, type DicomResponse, type SendDicom } from '../../support/dicom-http';
import { JSON_ACCEPT, startDicomService, type TestDicomService } from '../../support/dicom-service';
import { armOf, assignRole, provisionLake, startTestEmulator } from '../../support/emulator';
import { type Dataset, workitem } from '../../support/workitem';

const START = Date.UTC(2026, 0, 31, 10, 15);
const API_VERSION = '2024-03-31';
function create(send: SendDicom, payload: unknown, path = '/workitems'): Promise<DicomResponse> {
  return send(path, {
    method: 'POST',
    accept: JSON_ACCEPT,
    headers: { 'Content-Type': JSON_ACCEPT },
    body: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  });
}

async function find(send: SendDicom, query: string): Promise<readonly Dataset[]> {
  const response = await send(`/workitems?${query}`, { accept: JSON_ACCEPT });
  if (response.status === 204) return [];
  expect(response).toMatchObject({ status: 200, headers: { 'content-type': JSON_ACCEPT } });
  return response.json as Dataset[];
}

describe('work items', () => {
  let service: TestDicomService;
  let send: SendDicom;
  beforeAll(async () => {
    service = await startDicomService({ clock: new ManualClock(START) });
    ({ send } = service);
  });
  afterAll(() => service[Symbol.asyncDispose]());

  test('one is created, read and found, and is not in the lake', async () => {
    const payload = workitem('one', { '00741000': { vr: 'CS', Value: ['COMPLETED'] } });
    const created = await create(send, [payload]);
    const url = `${service.lake.serviceUrl}/v2/workitems/${uidOf('one')}`;
    expect(created).toMatchObject({
      status: 201,
      text: '',
      headers: { location: url, 'content-location': url },
    });
    const kept: Dataset = {
      ...payload,
      '00081195': undefined,
      '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.34.6.1'] },
      '00404010': { vr: 'DT', Value: ['20260131101500.000000+0000'] },
      '00741000': { vr: 'CS', Value: ['SCHEDULED'] },
      '00741202': { vr: 'LO', Value: ['worklist'] },
    };
    const read = await send(`/workitems/${uidOf('one')}`, { accept: JSON_ACCEPT });
    expect(read).toMatchObject({ status: 200, headers: { 'content-type': JSON_ACCEPT } });
    expect(read.json).toEqual(kept);
    const found = { ...kept, '00400400': undefined, '00404010': undefined, '00741216': undefined };
    expect(await find(send, 'PatientID=PHANTOM-1')).toEqual([found]);
    expect(await find(send, 'includefield=00404010,CommentsOnTheScheduledProcedureStep,00081195')).toEqual([
      { ...kept, '00741216': undefined },
    ]);
    expect(await find(send, 'includefield=all')).toEqual([kept]);
    const paths = [];
    for await (const { name } of service.fileSystem.listPaths({ recursive: true })) paths.push(name);
    expect(paths.filter((path) => !path?.includes('healthCheck'))).toEqual([]);
    expect((await send('/changefeed')).json).toEqual([]);
  });

  test('the UID may stand in the query', async () => {
    const uid = uidOf('in the query');
    const payload = workitem('in the query', { '00080018': undefined });
    expect((await create(send, [payload], `/workitems?${uid}`)).status).toBe(201);
    const read = await send(`/workitems/${uid}`, { accept: JSON_ACCEPT });
    expect(read.json).toMatchObject({ '00080018': { Value: [uid] } });
    expect(await create(send, [workitem('other')], `/workitems?${uid}`)).toMatchObject({
      status: 400,
      text: 'SOPInstanceUID in the payload does not match the workitem query parameter.',
    });
  });

  test.each([
    ['PatientName=phantom%5Ejose', 1],
    ['00100010=Phantom', 0],
    ['ScheduledStationNameCodeSequence.CodeValue=ct-room-9', 1],
    ['00404025.00080100=CT-ROOM-9', 1],
    ['ScheduledStationNameCodeSequence.CodeValue=CT', 0],
    ['ReferencedRequestSequence.AccessionNumber=ACC-1&ProcedureStepState=SCHEDULED', 1],
    ['ReferencedRequestSequence.AccessionNumber=ACC-1&ProcedureStepState=COMPLETED', 0],
    ['ScheduledProcedureStepStartDateTime=20260201090000', 1],
  ])('a search for %s finds %i', async (query, count) => {
    const station = { vr: 'SQ', Value: [{ '00080100': { vr: 'SH', Value: ['CT-ROOM-9'] } }] };
    await create(send, [
      workitem('found', { '00100020': { vr: 'LO', Value: ['FOUND'] }, '00404025': station }),
    ]);
    expect(await find(send, `PatientID=FOUND&${query}`)).toHaveLength(count);
  });

  test('the newest are found first, a page at a time', async () => {
    const names = ['1', '2', '3'];
    for (const name of names) {
      await create(send, [workitem(name, { '00100020': { vr: 'LO', Value: ['PAGES'] } })]);
    }
    const uids = async (query: string): Promise<unknown> =>
      (await find(send, `PatientID=PAGES&${query}`)).map((one) => one['00080018']);
    const expected = names.map((name) => ({ vr: 'UI', Value: [uidOf(name)] })).reverse();
    expect(await uids('')).toEqual(expected);
    expect(await uids('offset=1&limit=1')).toEqual(expected.slice(1, 2));
    expect(await uids('offset=3')).toEqual([]);
  });

  test('fails with 409 for a UID that is taken, and with 404 for one that is not', async () => {
    await create(send, [workitem('taken')]);
    expect(await create(send, [workitem('taken')])).toMatchObject({
      status: 409,
      text: 'The workitem instance already exists. Try creating using a different UID.',
    });
    expect(await send(`/workitems/${uidOf('free')}`, { accept: JSON_ACCEPT })).toMatchObject({
      status: 404,
      text: 'The workitem instance is not found.',
    });
  });

  test.each([
    ['an attribute is absent', { '00404005': undefined }, "The required tag '(0040,4005)' is missing."],
    [
      'one that may be empty is absent',
      { '00741210': undefined },
      "The required tag '(0074,1210)' is missing.",
    ],
    ['a value is absent', { '00741204': { vr: 'LO' } }, "The value for tag '(0074,1204)' is missing."],
    [
      'it is owned already',
      { '00081195': { vr: 'UI', Value: ['1.2.3'] } },
      "The attribute with tag '(0008,1195)' must be empty.",
    ],
    [
      'its UID is none',
      { '00080018': { vr: 'UI', Value: ['1.2.x'] } },
      "The UID of a work item must be a UID of at most 64 digits and dots, got '1.2.x'.",
    ],
  ])('fails with 400 where %s', async (name, changes, text) => {
    expect(await create(send, [workitem(name, changes)])).toMatchObject({ status: 400, text });
  });

  test.each([
    ['no JSON', '{'],
    ['no array', '{}'],
    ['no data set', '[]'],
    ['no tag', '[{"0008":{"vr":"UI"}}]'],
    ['no VR', '[{"00080018":{"Value":["1.2.3"]}}]'],
    ['no array of values', '[{"00080018":{"vr":"UI","Value":"1.2.3"}}]'],
    ['a name that is no object', '[{"00100010":{"vr":"PN","Value":["Phantom"]}}]'],
    ['an item that is no data set', '[{"00404025":{"vr":"SQ","Value":["CT"]}}]'],
    ['an unknown member', '[{"00080018":{"vr":"UI","Other":[[]]}}]'],
    ['a hundred thousand brackets', '['.repeat(100_000)],
    ['too many levels', `[${'{"0040A370":{"vr":"SQ","Value":['.repeat(20)}${']}}'.repeat(20)}]`],
  ])('fails with 400 for a body that has %s', async (_, body) => {
    expect(await create(send, body)).toMatchObject({
      status: 400,
      text: 'The syntax of the request body is invalid.',
    });
  });

  test('fails with 413 for a body of more than 4 MiB', async () => {
    const payload = workitem('large', { '00400400': { vr: 'LT', Value: ['x'.repeat(4 * 1024 * 1024)] } });
    expect((await create(send, [payload])).status).toBe(413);
  });

  test('fails with 415 and 406 for other media types', async () => {
    const body = Buffer.from(JSON.stringify([workitem('media type')]));
    const json = { 'Content-Type': 'application/json' };
    const post = { method: 'POST', body };
    expect((await send('/workitems', { ...post, headers: json, accept: JSON_ACCEPT })).status).toBe(415);
    const headers = { 'Content-Type': JSON_ACCEPT };
    expect((await send('/workitems', { ...post, headers, accept: 'text/html' })).status).toBe(406);
    expect((await send('/workitems')).status).toBe(406);
    expect((await send(`/workitems/${uidOf('one')}`)).status).toBe(406);
  });

  test.each([
    ['Modality=CT', 400, "Invalid query: 'Modality' cannot be searched for; known are PatientName, "],
    ['PatientID=', 400, "Invalid query: 'PatientID' needs a value."],
    ['limit=201', 400, "limit must be a whole number from 1 to 200, got '201'."],
    ['fuzzymatching=true', 501, 'The emulator finds work items by exact values only, got fuzzymatching.'],
    [
      'ScheduledProcedureStepStartDateTime=20260101-',
      501,
      'The emulator finds work items by exact values only, got a range.',
    ],
  ])('a search for %s fails with %i', async (query, status, text) => {
    const response = await send(`/workitems?${query}`, { accept: JSON_ACCEPT });
    expect(response.status).toBe(status);
    expect(response.text).toContain(text);
  });

  test('fails with 501 for what else can be done with work items', async () => {
    const path = `/workitems/${uidOf('one')}`;
    for (const [method, route] of [
      ['POST', path],
      ['PUT', `${path}/state`],
      ['POST', `${path}/cancelrequest`],
    ] as const) {
      const response = await send(route, { method });
      expect(response.status).toBe(501);
      expect(response.text).toContain('POST /workitems; GET /workitems; GET /workitems/{workitem}');
    }
  });
});

test('a reader finds work items, and may not create them', async () => {
  await using service = await startDicomService({ grantCallers: false });
  const { emulator, lake } = service;
  const { objectId } = emulator.ready.credentials.verifier;
  await assignRole(armOf(emulator), lake.dicomServiceId, ROLES.dicomDataReader.id, objectId, 11);
  const send = await dicomSender(emulator, lake, 'verifier');
  expect(await create(send, [workitem('forbidden')])).toMatchObject({
    status: 403,
    text: 'Authorization failed.',
  });
  expect((await send('/workitems', { accept: JSON_ACCEPT })).status).toBe(204);
});

test('every partition has a worklist of its own', async () => {
  await using service = await startDicomService({ dataPartitionsEnabled: true });
  const { send, lake } = service;
  const created = await create(send, [workitem('one')], '/partitions/ward-7/workitems');
  expect(created.headers.location).toBe(`${lake.serviceUrl}/v2/partitions/ward-7/workitems/${uidOf('one')}`);
  expect((await create(send, [workitem('one')], '/partitions/ward-8/workitems')).status).toBe(201);
  await create(send, [workitem('two')], '/partitions/ward-8/workitems');
  const ask = { accept: JSON_ACCEPT };
  expect((await send('/partitions/ward-7/workitems', ask)).json).toHaveLength(1);
  expect((await send('/partitions/ward-8/workitems', ask)).json).toHaveLength(2);
  expect((await send(`/partitions/ward-7/workitems/${uidOf('two')}`, ask)).status).toBe(404);
  expect((await send('/partitions/ward-9/workitems', ask)).status).toBe(400);
});

test('work items survive a restart, and go with their service', async () => {
  using folder = temporaryFolder();
  const options = { stateFolder: folder.path };
  const run = async <Result>(use: (emulator: Emulator) => Promise<Result>): Promise<Result> => {
    await using emulator = await startTestEmulator(options);
    return await use(emulator);
  };
  const { lake, found } = await run(async (emulator) => {
    const provisioned = await provisionLake(emulator);
    const send = await dicomSender(emulator, provisioned);
    for (let at = 0; at < 11; at += 1) await create(send, [workitem(String(at))]);
    return { lake: provisioned, found: await find(send, '') };
  });
  expect(found).toHaveLength(11);

  await run(async (emulator) => {
    const send = await dicomSender(emulator, lake);
    expect(await find(send, '')).toEqual(found);
    expect((await create(send, [workitem('0')])).status).toBe(409);
    await create(send, [workitem('newest')]);
    expect((await find(send, 'limit=1'))[0]).toMatchObject({ '00080018': { Value: [uidOf('newest')] } });
    const arm = armOf(emulator);
    const service = await arm.get(lake.dicomServiceId, API_VERSION);
    await arm.delete(lake.dicomServiceId, API_VERSION);
    await arm.put(lake.dicomServiceId, API_VERSION, service);
    const { objectId } = emulator.ready.credentials.deployer;
    await assignRole(arm, lake.dicomServiceId, ROLES.dicomDataOwner.id, objectId, 12);
  });

  await run(async (emulator) => {
    expect(await find(await dicomSender(emulator, lake), '')).toEqual([]);
  });
});
