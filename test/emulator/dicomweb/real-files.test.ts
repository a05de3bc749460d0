import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { metadataByDcmjs, withoutCharacterSet } from '../../support/dcmjs-metadata';
import {
  JSON_ACCEPT,
  ORIGINAL_FILE,
  startDicomService,
  type TestDicomService,
} from '../../support/dicom-service';

/**
 * What becomes of the test files of pydicom 3.0.2: status of the store, FailureReason or WarningReason, and the
 * attributes in which the metadata differs from what dcmjs reads.
 */
const EXPECTED: Readonly<Record<string, Expected>> = {
  'CT_small.dcm': { status: 200 },
  // Has no PatientID.
  'ExplVR_BigEnd.dcm': { status: 409, reason: 43264 },
  'JPEG2000.dcm': { status: 200 },
  'MR_small.dcm': { status: 200 },
  'MR_small_RLE.dcm': { status: 200 },
  'MR_small_jp2klossless.dcm': { status: 200 },
  'MR_truncated.dcm': { status: 409, reason: 272 },
  'SC_rgb_small_odd.dcm': { status: 200 },
  // NumberOfFrames is 1A: the service leaves it out, dcmjs reads 1.
  'badVR.dcm': { status: 202, reason: 1, differs: ['00280008'] },
  // These have an empty PatientID.
  'image_dfl.dcm': { status: 202, reason: 1 },
  'reportsi.dcm': { status: 202, reason: 1 },
  // dcmjs takes line breaks off the end of a text.
  'test-SR.dcm': { status: 202, reason: 1, differs: ['0040A730'] },
  'liver_1frame.dcm': { status: 200 },
  'rtdose_expb.dcm': { status: 200 },
  // Implicit VR.
  'rtplan.dcm': { status: 202, reason: 45063 },
};

interface Expected {
  readonly status: number;
  readonly reason?: number;
  readonly differs?: readonly string[];
}

interface StoreResult {
  readonly '00081198'?: { readonly Value: readonly Item[] };
  readonly '00081199'?: { readonly Value: readonly Item[] };
}
type Item = Readonly<Record<string, { readonly Value?: readonly unknown[] } | undefined>>;

const folder = process.env['TEST_DICOM_FOLDER'] ?? '';
const present = existsSync(folder);
const names = present ? readdirSync(folder).filter((name) => name.endsWith('.dcm')) : [];

(present ? describe : describe.skip)(
  'files of others (skipped unless TEST_DICOM_FOLDER names their folder)',
  () => {
    let service: TestDicomService;
    beforeAll(async () => {
      service = await startDicomService({ dataPartitionsEnabled: true });
    });
    afterAll(() => service[Symbol.asyncDispose]());

    test('are those of the table', () => {
      expect([...names].sort()).toEqual(Object.keys(EXPECTED).sort());
    });

    test.each(names)('%s', async (name) => {
      const { status, reason, differs = [] } = EXPECTED[name] ?? { status: 0 };
      const file = readFileSync(path.join(folder, name));
      const response = await service.store([file], `/partitions/${name}/studies`);
      const result = response.json as StoreResult;
      const item = (result['00081198'] ?? result['00081199'])?.Value[0] ?? {};
      expect(response.status).toBe(status);
      expect((item['00081197'] ?? item['00081196'])?.Value?.[0]).toBe(reason);
      if (status === 409) return;

      const url = String(item['00081190']?.Value?.[0]).replace(`${service.lake.serviceUrl}/v2`, '');
      const returned = await service.send(url, { accept: ORIGINAL_FILE });
      expect(returned.body.subarray(128).equals(file.subarray(128))).toBe(true);
      const metadata = await service.send(`${url}/metadata`, { accept: JSON_ACCEPT });
      const ours = withoutCharacterSet((metadata.json as unknown[])[0]) as Record<string, unknown>;
      const theirs: Record<string, unknown> = metadataByDcmjs(file);
      const tags = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
      const different = tags.filter((tag) => JSON.stringify(ours[tag]) !== JSON.stringify(theirs[tag]));
      expect(different).toEqual(differs);
    });
  },
);

if (!present) test.todo('files of others: set TEST_DICOM_FOLDER to the folder of pydicom’s test files');
