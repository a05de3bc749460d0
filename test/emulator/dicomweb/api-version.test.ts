import { syntheticDataset, uidOf, writeDicomFile, type SyntheticDataset } from '../../support/dicom-file';
import { dicomSender, dicomToken, multipartOf, send, type SendDicom } from '../../support/dicom-http';
import { instancePath, JSON_ACCEPT, startDicomService } from '../../support/dicom-service';

const STUDY = `/studies/${uidOf('s')}`;
const SUPPORTED = '1.0-prerelease, 1, 2';

function file(instance: string, changes: SyntheticDataset = {}): Buffer {
  return writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance }, changes));
}

function storing(files: readonly Buffer[], method = 'POST'): Parameters<SendDicom>[1] {
  return { method, accept: JSON_ACCEPT, ...multipartOf(files) };
}

test('answers name the versions there are, and URLs in them the version that was asked', async () => {
  await using service = await startDicomService();
  for (const version of ['v1.0-prerelease', 'v1', 'v2']) {
    const ask = await dicomSender(service.emulator, service.lake, 'deployer', version);
    const stored = await ask('/studies', storing([file(version)]));
    expect(stored.status).toBe(200);
    expect(stored.headers).toMatchObject({ 'api-supported-versions': SUPPORTED });
    expect(stored.headers).not.toHaveProperty('api-deprecated-versions');
    const { host } = new URL(service.lake.serviceUrl);
    expect(stored.json).toMatchObject({
      '00081199': {
        Value: [
          {
            '00081190': {
              Value: [`https://${host}/testws-images/${version}${instancePath('s', 'e', version)}`],
            },
          },
        ],
      },
    });
    const refused = await ask(`${STUDY}/metadata`, { accept: 'text/html' });
    expect(refused).toMatchObject({ status: 406, headers: { 'api-supported-versions': SUPPORTED } });
  }
});

test('fails with 404 without a version, and with 400 for one that does not exist', async () => {
  await using service = await startDicomService();
  const { emulator, lake } = service;
  const headers = { Authorization: `Bearer ${await dicomToken(emulator, 'deployer')}` };
  const ask = (path: string): ReturnType<SendDicom> =>
    send(`${lake.serviceUrl}${path}`, emulator.ca, { headers, accept: JSON_ACCEPT });
  expect(await ask('/studies')).toMatchObject({
    status: 404,
    text: "Paths without a version are not served, got '/testws-images/studies'; name the version after the service: v1.0-prerelease, v1, v2.",
  });
  for (const path of ['', '/constructor/studies']) expect((await ask(path)).status).toBe(404);
  const unsupported = await ask('/v3/studies');
  expect(unsupported).toMatchObject({ status: 400, headers: { 'api-supported-versions': SUPPORTED } });
  expect(unsupported.text).toContain(
    "/v3/studies' does not support the API version '3'; supported are v1.0-prerelease, v1, v2.",
  );
});

test('version 1 reads the change feed from a sequence number on, ten entries at a time and at most a hundred', async () => {
  await using service = await startDicomService();
  const ask = await dicomSender(service.emulator, service.lake, 'deployer', 'v1');
  expect(await ask('/changefeed')).toMatchObject({ status: 200, json: [] });
  await service.store(Array.from({ length: 12 }, (_, at) => file(String(at))));
  const sequences = async (query: string): Promise<unknown> => {
    const { json } = await ask(`/changefeed?includeMetadata=false&${query}`);
    return (json as { readonly sequence: number }[]).map(({ sequence }) => sequence);
  };
  expect(await sequences('')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(await sequences('offset=10')).toEqual([11, 12]);
  expect(await sequences('offset=3&limit=2')).toEqual([4, 5]);
  expect(await sequences('offset=12')).toEqual([]);
  expect(await sequences('startTime=2000-01-01T00:00:00Z&endTime=2000-01-02T00:00:00Z&limit=1')).toEqual([1]);
  expect(await ask('/changefeed?limit=101')).toMatchObject({
    status: 400,
    text: "limit must be a whole number from 1 to 100, got '101'.",
  });
  expect((await ask('/changefeed/latest?includeMetadata=false')).json).toMatchObject({ sequence: 12 });
});

test('version 1 answers 200 with the warning where version 2 answers 202, and lists no attributes', async () => {
  await using service = await startDicomService();
  const ask = await dicomSender(service.emulator, service.lake, 'deployer', 'v1');
  const names = { study: 's', series: 'e', instance: 'implicit' };
  const implicit = writeDicomFile(syntheticDataset(names), { transferSyntaxUid: '1.2.840.10008.1.2' });
  const stored = await ask('/studies', storing([implicit]));
  expect(stored.status).toBe(200);
  const [item] = (stored.json as { '00081199': { Value: object[] } })['00081199'].Value;
  expect(item).toMatchObject({ '00081196': { Value: [45063] } });
  expect(item).not.toHaveProperty('00741048');
  const invalidDate = file('elsewhere', { '00080023': { vr: 'DA', value: '2026-1-1' } });
  const lenient = await ask('/studies', storing([invalidDate]));
  expect(lenient.status).toBe(200);
  expect(lenient.text).not.toContain('00081196');
});

test.each([
  [
    'a PatientID without value',
    { '00100020': { vr: 'LO', value: '' } },
    "DICOM100: (0010,0020) - The required tag '(0010,0020)' is missing.",
  ],
  [
    'an invalid value that could be searched for',
    { '00080020': { vr: 'DA', value: '2026-1-1' } },
    'DICOM100: (0008,0020) - Content "2026-1-1" does not validate VR DA',
  ],
])('version 1 refuses %s, which version 2 stores', async (_, changes, comment) => {
  await using service = await startDicomService();
  const ask = await dicomSender(service.emulator, service.lake, 'deployer', 'v1');
  const refused = await ask('/studies', storing([file('i', changes)]));
  expect(refused.status).toBe(409);
  expect(refused.json).toMatchObject({
    '00081198': {
      Value: [
        {
          '00081197': { Value: [43264] },
          '00741048': { Value: [{ '00000902': { Value: [comment] } }] },
        },
      ],
    },
  });
  expect((await service.store([file('i', changes)])).status).toBe(202);
});

test('version 1 does not replace', async () => {
  await using service = await startDicomService();
  const ask = await dicomSender(service.emulator, service.lake, 'deployer', 'v1');
  const response = await ask('/studies', storing([file('i')], 'PUT'));
  expect(response.status).toBe(501);
  expect(response.text).not.toContain('PUT /studies;');
  expect(await service.files()).toEqual([]);
});

test('version 1 returns more attributes by default', async () => {
  await using service = await startDicomService();
  const ask = await dicomSender(service.emulator, service.lake, 'deployer', 'v1');
  const changes = {
    '00080030': { vr: 'TM', value: '101500' },
    '0008103E': { vr: 'LO', value: 'Axial' },
    '00081090': { vr: 'LO', value: 'Model' },
    '00100040': { vr: 'CS', value: 'O' },
    '00200010': { vr: 'SH', value: 'STUDY-1' },
    '00400245': { vr: 'TM', value: '101500' },
  };
  await service.store([file('i', changes)]);
  const tags = async (path: string): Promise<readonly string[]> => {
    const { json } = await ask(path, { accept: JSON_ACCEPT });
    return Object.keys((json as object[])[0] ?? {});
  };
  const study = [
    ...['00080005', '00080020', '00080030', '00080050', '00080090'],
    ...['00100010', '00100020', '00100030', '00100040', '0020000D', '00200010'],
  ];
  const series = ['00080005', '00080060', '0008103E', '0020000E', '00400245'];
  const instance = ['00080005', '00080016', '00080018', '00200013', '00280010', '00280011', '00280100'];
  expect(await tags('/studies')).toEqual(study);
  expect(await tags(`${STUDY}/series`)).toEqual([...series, '0020000D'].sort());
  expect(await tags('/instances')).toEqual([...new Set([...study, ...series, ...instance])].sort());
  expect(await tags('/studies?includefield=all')).toEqual(expect.arrayContaining([...study, '00081030']));
});
