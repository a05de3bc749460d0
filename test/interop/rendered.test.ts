import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { metadataByDcmtk, whyNoDcmtk, withPatientId } from '../support/dcmtk';
import { syntheticDataset, syntheticPixels, SYNTAX, writeDicomFile } from '../support/dicom-file';
import { multipartOf } from '../support/dicom-http';
import { JSON_ACCEPT, startDicomService, type TestDicomService } from '../support/dicom-service';
import { largestDifference, pixelsOfPng, renderedByDcmtk } from '../support/rendered-by-dcmtk';

/** What `/rendered` shows, judged by a DICOM library that nobody here wrote. */
const missing = whyNoDcmtk();
if (missing !== undefined && process.env['REQUIRE_PEERS'] === '1')
  throw new Error(`DCMTK was demanded, but ${missing}`);

/**
 * One is for rounding: the service cuts fractions of a grey off, DCMTK does not always. Of YBR, DCMTK adds up parts that
 * it has rounded one by one.
 */
const TOLERANCE = { grey: 1, ybr: 2 } as const;

interface Sample {
  readonly name: string;
  readonly file: Buffer;
  readonly window: 'first' | 'range';
  /** @default 'grey' */
  readonly tolerance?: keyof typeof TOLERANCE;
}

const SIZE = { '00280010': { vr: 'US', value: [31] }, '00280011': { vr: 'US', value: [33] } };
const WINDOW = { '00281050': { vr: 'DS', value: '200' }, '00281051': { vr: 'DS', value: '30000' } };

function synthetic(name: string, changes: object, transferSyntaxUid: string = SYNTAX.explicit): Buffer {
  const dataset = syntheticDataset(
    { study: 'rendered', series: 'e', instance: name },
    { ...SIZE, ...changes },
  );
  return writeDicomFile(dataset, { transferSyntaxUid });
}

function grey(bits: 8 | 16, changes: object): object {
  return {
    '00280100': { vr: 'US', value: [bits] },
    '00280101': { vr: 'US', value: [bits] },
    '00280102': { vr: 'US', value: [bits - 1] },
    '7FE00010': { vr: bits === 8 ? 'OB' : 'OW', value: syntheticPixels('grey', (31 * 33 * bits) / 8) },
    ...changes,
  };
}

/** Lookup tables of `entries` colours, which begin at `first`. */
function palette(bits: 8 | 16, entries: number, first: number): object {
  const table = (name: string): object => ({
    vr: 'OW',
    value: syntheticPixels(`${name} ${bits}`, (entries * bits) / 8),
  });
  const descriptor = { vr: 'US', value: [entries, first, bits] };
  return {
    ...grey(8, {}),
    '00280004': { vr: 'CS', value: 'PALETTE COLOR' },
    '00281101': descriptor,
    '00281102': descriptor,
    '00281103': descriptor,
    '00281201': table('red'),
    '00281202': table('green'),
    '00281203': table('blue'),
  };
}

function rgb(planarConfiguration: number, photometricInterpretation = 'RGB'): object {
  return {
    ...grey(8, {}),
    '00280002': { vr: 'US', value: [3] },
    '00280004': { vr: 'CS', value: photometricInterpretation },
    '00280006': { vr: 'US', value: [planarConfiguration] },
    '7FE00010': { vr: 'OB', value: syntheticPixels('rgb', 31 * 33 * 3) },
  };
}

const SIGNED = { '00280103': { vr: 'US', value: [1] } };
const RESCALED = { '00281052': { vr: 'DS', value: '-1024' }, '00281053': { vr: 'DS', value: '1.5' } };
const INVERSE = { '00280004': { vr: 'CS', value: 'MONOCHROME1' } };

const SYNTHETIC: readonly Sample[] = [
  { name: '16 bits', file: synthetic('1', grey(16, {})), window: 'range' },
  { name: '16 bits with a window', file: synthetic('2', grey(16, WINDOW)), window: 'first' },
  {
    name: 'signed, rescaled',
    file: synthetic('3', grey(16, { ...WINDOW, ...SIGNED, ...RESCALED })),
    window: 'first',
  },
  {
    name: 'signed, rescaled, by range',
    file: synthetic('4', grey(16, { ...SIGNED, ...RESCALED })),
    window: 'range',
  },
  { name: 'inverse', file: synthetic('5', grey(16, { ...INVERSE, ...WINDOW })), window: 'first' },
  { name: 'big endian', file: synthetic('6', grey(16, WINDOW), SYNTAX.bigEndian), window: 'first' },
  { name: 'implicit VR', file: synthetic('7', grey(16, SIGNED), SYNTAX.implicit), window: 'range' },
  { name: 'deflated', file: synthetic('8', grey(16, WINDOW), SYNTAX.deflated), window: 'first' },
  { name: '8 bits', file: synthetic('9', grey(8, {})), window: 'range' },
  {
    name: '8 bits, signed, inverse',
    file: synthetic('10', grey(8, { ...SIGNED, ...INVERSE })),
    window: 'range',
  },
  { name: 'RGB by pixel', file: synthetic('11', rgb(0)), window: 'range' },
  { name: 'RGB by plane', file: synthetic('12', rgb(1)), window: 'range' },
  { name: 'YBR_FULL by pixel', file: synthetic('13', rgb(0, 'YBR_FULL')), window: 'range', tolerance: 'ybr' },
  { name: 'YBR_FULL by plane', file: synthetic('14', rgb(1, 'YBR_FULL')), window: 'range', tolerance: 'ybr' },
  { name: 'a palette of 16 bits', file: synthetic('15', palette(16, 256, 0)), window: 'range' },
  { name: 'a palette of 8 bits', file: synthetic('16', palette(8, 256, 0)), window: 'range' },
  { name: 'a palette of some values', file: synthetic('17', palette(16, 100, 50)), window: 'range' },
];

const folder = process.env['TEST_DICOM_FOLDER'] ?? '';
/**
 * Real files with pixel data that is not compressed. Not `rtdose_expb.dcm`: of 32 bits in big endian, DCMTK takes the
 * halves the wrong way round.
 */
const REAL: readonly Omit<Sample, 'file'>[] = [
  { name: 'CT_small.dcm', window: 'range' },
  { name: 'ExplVR_BigEnd.dcm', window: 'range' },
  { name: 'MR_small.dcm', window: 'first' },
  { name: 'SC_rgb_small_odd.dcm', window: 'range' },
  { name: 'badVR.dcm', window: 'range' },
  { name: 'image_dfl.dcm', window: 'range' },
  { name: 'liver_1frame.dcm', window: 'range' },
];
const samples = [
  ...SYNTHETIC,
  ...REAL.filter(({ name }) => existsSync(path.join(folder, name))).map((one) => ({
    ...one,
    file: withPatientId(readFileSync(path.join(folder, one.name))),
  })),
];

(missing === undefined ? describe : describe.skip)(
  `rendered images and dcm2pnm${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let service: TestDicomService;
    beforeAll(async () => {
      service = await startDicomService();
    });
    afterAll(() => service[Symbol.asyncDispose]());

    test.each(samples)('$name looks the same', async ({ file, window, tolerance = 'grey' }: Sample) => {
      const stored = await service.send('/studies', {
        method: 'PUT',
        accept: JSON_ACCEPT,
        ...multipartOf([file]),
      });
      expect([200, 202]).toContain(stored.status);
      const { '0020000D': study, '0020000E': series, '00080018': instance } = metadataByDcmtk(file);
      const uids = [study, series, instance].map((element) => String(element?.Value?.[0]));
      const path = `/studies/${uids[0]}/series/${uids[1]}/instances/${uids[2]}/rendered`;
      const shown = await service.send(path, { accept: 'image/png' });
      expect(shown.status).toBe(200);
      const difference = largestDifference(pixelsOfPng(shown.body), renderedByDcmtk(file, window));
      expect(difference).toBeLessThanOrEqual(TOLERANCE[tolerance]);
    });
  },
);
