import { syntheticDataset, uidOf, writeDicomFile, type SyntheticDataset } from '../../support/dicom-file';
import {
  instancePath,
  JSON_ACCEPT,
  startDicomService,
  type TestDicomService,
} from '../../support/dicom-service';

let service: TestDicomService;

beforeAll(async () => {
  service = await startDicomService();
  await service.store([
    instance('old', 'ct', 'one'),
    instance('old', 'ct', 'two', { '00200013': { vr: 'IS', value: '8' } }),
    instance('old', 'mr', 'three', {
      '00080060': { vr: 'CS', value: 'MR' },
      '00400244': { vr: 'DA', value: '20260201' },
    }),
    instance('new', 'us', 'four', {
      '00080005': { vr: 'CS', value: 'ISO_IR 192' },
      '00080020': { vr: 'DA', value: '20260315' },
      '00080050': { vr: 'SH', value: 'ACC-2' },
      '00080060': { vr: 'CS', value: 'US' },
      '00100010': { vr: 'PN', value: Buffer.from('Müller^Änne=田中^花子', 'utf8') },
      '00100020': { vr: 'LO', value: 'PHANTOM-2' },
      '00100030': { vr: 'DA', value: '19841224' },
    }),
  ]);
});
afterAll(() => service[Symbol.asyncDispose]());

function instance(study: string, series: string, name: string, changes: SyntheticDataset = {}): Buffer {
  return writeDicomFile(syntheticDataset({ study, series, instance: name }, changes));
}

async function search(path: string): Promise<readonly Record<string, unknown>[]> {
  const response = await service.send(path, { accept: JSON_ACCEPT });
  if (response.status === 204) return [];
  expect(response.status).toBe(200);
  return response.json as Record<string, unknown>[];
}

async function uids(path: string, tag: string): Promise<readonly unknown[]> {
  const found = await search(path);
  return found.map((dataset) => (dataset[tag] as { readonly Value: readonly unknown[] }).Value[0]);
}

const OLD = uidOf('old');
const NEW = uidOf('new');
const STUDY = '0020000D';
const SERIES = '0020000E';
const INSTANCE = '00080018';

test('a study is found by the PatientID that it has now, and by none once it is gone', async () => {
  const send = (patientId: string, method: string): Promise<unknown> =>
    service.send('/studies', {
      method,
      accept: JSON_ACCEPT,
      headers: { 'Content-Type': 'application/dicom' },
      body: instance('moved', 'ct', 'moved', { '00100020': { vr: 'LO', value: patientId } }),
    });
  const foundBy = (patientId: string): Promise<readonly unknown[]> =>
    uids(`/studies?PatientID=${patientId}`, STUDY);
  await send('Before', 'POST');
  expect(await foundBy('BEFORE')).toEqual([uidOf('moved')]);
  await send('After', 'PUT');
  expect(await foundBy('Before')).toEqual([]);
  expect(await foundBy('after')).toEqual([uidOf('moved')]);
  await service.send(`/studies/${uidOf('moved')}`, { method: 'DELETE' });
  expect(await foundBy('After')).toEqual([]);
});

describe('what is found', () => {
  test.each([
    ['/studies', [NEW, OLD]],
    ['/studies?PatientID=PHANTOM-2', [NEW]],
    ['/studies?00100020=phantom-2', [NEW]],
    ['/studies?PatientID=PHANTOM-1&AccessionNumber=ACC-1', [OLD]],
    ['/studies?PatientID=PHANTOM-1&AccessionNumber=ACC-2', []],
    ['/studies?PatientID=PHANTOM*', []],
    [`/studies?StudyInstanceUID=${OLD}`, [OLD]],
    [`/studies?StudyInstanceUID=${OLD},${NEW}`, []],
    ['/studies?StudyInstanceUID=*', []],
    ['/studies?StudyDate=20260131', [OLD]],
    ['/studies?StudyDate=20260131-20260315', [NEW, OLD]],
    ['/studies?StudyDate=20260201-', [NEW]],
    ['/studies?StudyDate=-20260314', [OLD]],
    ['/studies?PatientBirthDate=19700102-19841224', [NEW]],
    ['/studies?ModalitiesInStudy=MR', [OLD]],
    ['/studies?ModalitiesInStudy=US', [NEW]],
    ['/studies?PatientName=Phantom^Synthetic', [OLD]],
    ['/studies?PatientName=phantom^synthetic', [OLD]],
    [`/studies?PatientName=${encodeURIComponent('MULLER^ANNE=田中^花子')}`, [NEW]],
    ['/studies?PatientName=Phantom', []],
    ['/studies?PatientName=Synth&FuzzyMatching=true', [OLD]],
    ['/studies?PatientName=syn%20pha&fuzzymatching=true', [OLD]],
    ['/studies?PatientName=hantom&fuzzymatching=true', []],
    [`/studies?PatientName=${encodeURIComponent('花')}&fuzzymatching=true`, [NEW]],
    ['/studies?ReferringPhysicianName=rita&fuzzymatching=true', [NEW, OLD]],
    ['/studies?PatientID=PHANTOM-1&fuzzymatching=true', [OLD]],
    ['/studies?limit=1', [NEW]],
    ['/studies?limit=1&offset=1', [OLD]],
    ['/studies?offset=2', []],
  ])('%s', async (path, expected) => {
    expect(await uids(path, STUDY)).toEqual(expected);
  });

  test.each([
    ['/series', ['us', 'mr', 'ct']],
    ['/series?Modality=CT', ['ct']],
    ['/series?PatientID=PHANTOM-1', ['mr', 'ct']],
    ['/series?PerformedProcedureStepStartDate=20260101-20261231', ['mr']],
    [`/studies/${OLD}/series`, ['mr', 'ct']],
    [`/studies/${OLD}/series?SeriesInstanceUID=${uidOf('ct')}`, ['ct']],
    [`/studies/${uidOf('none')}/series`, []],
  ])('%s', async (path, expected) => {
    expect(await uids(path, SERIES)).toEqual(expected.map(uidOf));
  });

  test.each([
    ['/instances', ['four', 'three', 'two', 'one']],
    ['/instances?Modality=MR', ['three']],
    ['/instances?PatientID=PHANTOM-1&limit=2', ['three', 'two']],
    [`/instances?SOPInstanceUID=${uidOf('two')}`, ['two']],
    [`/studies/${OLD}/instances`, ['three', 'two', 'one']],
    [`/studies/${OLD}/instances?Modality=CT`, ['two', 'one']],
    [`/studies/${OLD}/series/${uidOf('ct')}/instances`, ['two', 'one']],
  ])('%s', async (path, expected) => {
    expect(await uids(path, INSTANCE)).toEqual(expected.map(uidOf));
  });

  test('nothing is answered with 204 and no body', async () => {
    const response = await service.send('/studies?PatientID=NOBODY', { accept: JSON_ACCEPT });
    expect(response).toMatchObject({ status: 204, text: '' });
  });
});

describe('what is told of it', () => {
  const STUDY_TAGS = [
    '00080020',
    '00080050',
    '00080090',
    '00081030',
    '00100010',
    '00100020',
    '00100030',
    STUDY,
  ];
  const SERIES_TAGS = ['00080060', SERIES];

  test.each([
    ['/studies?PatientID=PHANTOM-1', STUDY_TAGS],
    ['/series?Modality=MR', [...STUDY_TAGS, ...SERIES_TAGS, '00400244']],
    ['/instances?Modality=MR', [...STUDY_TAGS, ...SERIES_TAGS, '00400244', INSTANCE]],
    [`/studies/${OLD}/series?Modality=CT`, [...SERIES_TAGS, STUDY]],
    [`/studies/${OLD}/instances?Modality=MR`, [...SERIES_TAGS, '00400244', INSTANCE, STUDY]],
    [`/studies/${OLD}/series/${uidOf('mr')}/instances`, [INSTANCE, STUDY, SERIES]],
    [
      `/studies/${OLD}/series/${uidOf('mr')}/instances?includefield=InstanceNumber`,
      [INSTANCE, STUDY, SERIES, '00200013'],
    ],
    ['/studies?PatientID=PHANTOM-1&includefield=00280010,Columns', [...STUDY_TAGS, '00280010', '00280011']],
    [
      '/studies?PatientID=PHANTOM-1&includefield=Rows&includefield=Columns',
      [...STUDY_TAGS, '00280010', '00280011'],
    ],
  ])('%s', async (path, tags) => {
    const [dataset = {}] = await search(path);
    expect(Object.keys(dataset).sort()).toEqual([...tags].sort());
  });

  test('numbers and modalities are counted on request', async () => {
    const [study] = await search(
      '/studies?PatientID=PHANTOM-1&includefield=NumberOfStudyRelatedInstances,ModalitiesInStudy',
    );
    expect(study).toMatchObject({
      '00201208': { vr: 'IS', Value: [3] },
      '00080061': { vr: 'CS', Value: ['CT', 'MR'] },
    });
    const [series] = await search('/series?Modality=CT&includefield=NumberOfSeriesRelatedInstances');
    expect(series).toMatchObject({ '00201209': { vr: 'IS', Value: [2] } });
  });

  test('includefield=all adds to the default', async () => {
    const [dataset] = await search('/instances?Modality=MR&includefield=all');
    expect(dataset).toMatchObject({
      '00080016': { Value: ['1.2.840.10008.5.1.4.1.1.2'] },
      '00280010': { Value: [4] },
      '00201208': { Value: [3] },
      '00201209': { Value: [1] },
    });
  });

  test('a name comes in its groups', async () => {
    const [dataset] = await search('/studies?PatientID=PHANTOM-2');
    expect(dataset).toMatchObject({
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Müller^Änne', Ideographic: '田中^花子' }] },
    });
  });

  test('the instance stored last speaks for its study and its series, also after it is gone', async () => {
    await using own = await startDicomService();
    const changed = { '00081030': { vr: 'LO', value: 'Changed' }, '00080060': { vr: 'CS', value: 'PT' } };
    await own.store([instance('s', 'e', 'a'), instance('s', 'e', 'b', changed)]);
    const expectChanged = async (): Promise<void> => {
      const { json } = await own.send('/series', { accept: JSON_ACCEPT });
      expect(json).toMatchObject([{ '00081030': { Value: ['Changed'] }, '00080060': { Value: ['PT'] } }]);
      expect((await own.send('/studies?ModalitiesInStudy=CT', { accept: JSON_ACCEPT })).status).toBe(204);
    };
    await expectChanged();
    expect((await own.send(instancePath('s', 'e', 'b'), { method: 'DELETE' })).status).toBe(204);
    await expectChanged();
  });
});

describe('fails with 400', () => {
  test.each([
    ['limit=0', "limit must be a whole number from 1 to 200, got '0'."],
    ['limit=201', "limit must be a whole number from 1 to 200, got '201'."],
    ['offset=-1', "offset must be a whole number from 0 on, got '-1'."],
    ['FuzzyMatching=yes', "fuzzymatching must be true or false, got 'yes'."],
    [
      'NoSuchKeyword=1',
      "Invalid query: 'NoSuchKeyword' is neither a tag of 8 hexadecimal digits nor a known keyword.",
    ],
    [
      'patientid=1',
      "Invalid query: 'patientid' is neither a tag of 8 hexadecimal digits nor a known keyword.",
    ],
    ['StudyID=1', "Invalid query: 'StudyID' cannot be searched for at this level (study)."],
    ['Modality=CT', "Invalid query: 'Modality' cannot be searched for at this level (study)."],
    ['PatientID=1&00100020=2', "Invalid query: '00100020' may be given once only."],
    ['PatientID=', "Invalid query: 'PatientID' needs a value."],
    ['PatientID=%20', "Invalid query: 'PatientID' needs a value."],
    [
      'StudyDate=20260201-20260131',
      "Invalid query: the range of 'StudyDate' must begin before it ends, got '20260201-20260131'.",
    ],
    [
      'StudyDate=20260231',
      "Invalid query: 'StudyDate' must be a date such as 20260131, or a range such as 20260101-20260131, 20260101- or -20260131, got '20260231'.",
    ],
    [
      'StudyDate=-',
      "Invalid query: 'StudyDate' must be a date such as 20260131, or a range such as 20260101-20260131, 20260101- or -20260131, got '-'.",
    ],
    [
      'PatientName=a%22b&fuzzymatching=true',
      "Invalid query: 'PatientName' must not contain a quotation mark with fuzzymatching.",
    ],
    ['includefield=all,Rows', "Invalid query: cannot specify included fields in addition to 'all'."],
    [
      'includefield=Nonsense',
      "Invalid query: 'Nonsense' is neither a tag of 8 hexadecimal digits nor a known keyword.",
    ],
    ['PatientID=%3Cscript', 'The query string included invalid characters.'],
  ])('for %s', async (query, text) => {
    const response = await service.send(`/studies?${query}`, { accept: JSON_ACCEPT });
    expect(response).toMatchObject({ status: 400, text });
  });

  test('for a study that is searched for inside a study', async () => {
    const path = `/studies/${OLD}/series?StudyInstanceUID=${OLD}`;
    expect(await service.send(path, { accept: JSON_ACCEPT })).toMatchObject({
      status: 400,
      text: "Invalid query: 'StudyInstanceUID' cannot be searched for at this level (series).",
    });
  });
});

test('fails with 406 without an Accept that admits DICOM JSON', async () => {
  expect(await service.send('/studies')).toMatchObject({ status: 406, text: '' });
  expect(await service.send('/studies', { accept: 'application/json' })).toMatchObject({ status: 406 });
});
