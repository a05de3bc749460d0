import { api } from 'dicomweb-client';
import type { Emulator } from '../../../emulator';
import { metadataByDcmjs, withoutCharacterSet } from '../../support/dcmjs-metadata';
import { syntheticDataset, syntheticPixels, SYNTAX, uidOf, writeDicomFile } from '../../support/dicom-file';
import { dicomToken } from '../../support/dicom-http';
import { provisionLake, startTestEmulator } from '../../support/emulator';
import { xmlHttpRequestTrusting } from '../../support/xml-http-request';

/** dicomweb-client, unmodified, against the emulator: a viewer's way through it. */
const FRAME_BYTES = 32;
const FIRST = writeDicomFile(
  syntheticDataset(
    { study: 'study', series: 'series', instance: 'first' },
    {
      '00280008': { vr: 'IS', value: '3' },
      '7FE00010': { vr: 'OW', value: syntheticPixels('first', 3 * FRAME_BYTES) },
    },
  ),
);
const SECOND = writeDicomFile(syntheticDataset({ study: 'study', series: 'series', instance: 'second' }));
const STUDY = { studyInstanceUID: uidOf('study') };
const SERIES = { ...STUDY, seriesInstanceUID: uidOf('series') };
const INSTANCE = { ...SERIES, sopInstanceUID: uidOf('first') };

/** The client's own types demand arguments that it does not need, and miss others that it takes. */
interface Viewer {
  storeInstances(options: { readonly datasets: readonly ArrayBuffer[] }): Promise<unknown>;
  searchForStudies(options: Options): Promise<readonly unknown[]>;
  searchForSeries(options: Options): Promise<readonly unknown[]>;
  searchForInstances(options: Options): Promise<readonly unknown[]>;
  retrieveStudy(options: Options): Promise<readonly ArrayBuffer[]>;
  retrieveInstance(options: Options): Promise<ArrayBuffer>;
  retrieveInstanceMetadata(options: Options): Promise<readonly unknown[]>;
  retrieveInstanceFrames(options: Options): Promise<readonly ArrayBuffer[]>;
}
type Options = Readonly<Record<string, unknown>>;

let emulator: Emulator;
let client: Viewer;

beforeAll(async () => {
  emulator = await startTestEmulator();
  const lake = await provisionLake(emulator);
  Object.assign(globalThis, { XMLHttpRequest: xmlHttpRequestTrusting(emulator.ca) });
  const options = {
    url: `${lake.serviceUrl}/v2`,
    headers: { Authorization: `Bearer ${await dicomToken(emulator, 'deployer')}` },
    verbose: false,
    singlepart: false,
  };
  client = new api.DICOMwebClient(options) as unknown as Viewer;
  await client.storeInstances({ datasets: [FIRST, SECOND].map(arrayBuffer) });
});

afterAll(() => emulator.close());

test('searchForStudies finds the study by its patient', async () => {
  const studies = await client.searchForStudies({ queryParams: { PatientID: 'PHANTOM-1' } });
  expect(studies).toHaveLength(1);
  expect(studies[0]).toMatchObject({ '0020000D': { vr: 'UI', Value: [uidOf('study')] } });
});

test('searchForSeries finds the series of the study', async () => {
  const series = await client.searchForSeries(STUDY);
  expect(series).toMatchObject([{ '0020000E': { Value: [uidOf('series')] }, '00080060': { Value: ['CT'] } }]);
});

test('searchForInstances finds both instances, the newest first', async () => {
  const instances = await client.searchForInstances(SERIES);
  expect(instances).toMatchObject([
    { '00080018': { Value: [uidOf('second')] } },
    { '00080018': { Value: [uidOf('first')] } },
  ]);
});

test('a search without matches gives an empty list', async () => {
  await expect(client.searchForStudies({ queryParams: { PatientID: 'NOBODY' } })).resolves.toEqual([]);
});

test('retrieveInstance returns the file but for its preamble', async () => {
  const file = Buffer.from(await client.retrieveInstance(INSTANCE));
  expect(file.subarray(128).equals(FIRST.subarray(128))).toBe(true);
  expect(file.subarray(0, 128).equals(Buffer.alloc(128))).toBe(true);
});

test('retrieveStudy returns the file of a study with one instance', async () => {
  const file = writeDicomFile(syntheticDataset({ study: 'single', series: 'single', instance: 'single' }));
  await client.storeInstances({ datasets: [arrayBuffer(file)] });
  const files = await client.retrieveStudy({ studyInstanceUID: uidOf('single') });
  expect(files.map((content) => Buffer.from(content).subarray(128))).toEqual([file.subarray(128)]);
});

test('retrieveStudy is refused where several instances would have to be transcoded', async () => {
  await expect(client.retrieveStudy(STUDY)).rejects.toMatchObject({ status: 406 });
});

test('retrieveInstanceMetadata agrees with what dcmjs reads from the file', async () => {
  const [metadata] = await client.retrieveInstanceMetadata(INSTANCE);
  expect(withoutCharacterSet(metadata)).toEqual(metadataByDcmjs(FIRST));
});

test('retrieveInstanceFrames returns the frames asked for, in that order', async () => {
  const frames = await client.retrieveInstanceFrames({ ...INSTANCE, frameNumbers: [3, 1] });
  const pixels = syntheticPixels('first', 3 * FRAME_BYTES);
  expect(frames.map((frame) => Buffer.from(frame))).toEqual([
    pixels.subarray(2 * FRAME_BYTES),
    pixels.subarray(0, FRAME_BYTES),
  ]);
});

test('retrieveInstanceFrames returns the fragments of an encapsulated image as they are', async () => {
  const fragments = [syntheticPixels('one', 20), syntheticPixels('two', 30)];
  const dataset = syntheticDataset(
    { study: 'jp2', series: 'jp2', instance: 'jp2' },
    {
      '00280008': { vr: 'IS', value: '2' },
      '7FE00010': { vr: 'OB', value: { fragments } },
    },
  );
  const file = writeDicomFile(dataset, { transferSyntaxUid: SYNTAX.jpeg2000 });
  await client.storeInstances({ datasets: [arrayBuffer(file)] });
  const frames = await client.retrieveInstanceFrames({
    studyInstanceUID: uidOf('jp2'),
    seriesInstanceUID: uidOf('jp2'),
    sopInstanceUID: uidOf('jp2'),
    frameNumbers: [1, 2],
    mediaTypes: [{ mediaType: 'image/jp2', transferSyntaxUID: SYNTAX.jpeg2000 }],
  });
  expect(frames.map((frame) => Buffer.from(frame))).toEqual(fragments);
});

test('an instance that is not there is answered with 404', async () => {
  const missing = { ...INSTANCE, sopInstanceUID: uidOf('missing') };
  await expect(client.retrieveInstance(missing)).rejects.toMatchObject({ status: 404 });
});

function arrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
