import { ClientSecretCredential } from '@azure/identity';
import { dicomReaderIn } from '../../cli/dicom-reader';

const TENANT = { tenantId: '11111111-1111-1111-1111-111111111111' };
const APPLICATION = { DICOM_READER_CLIENT_ID: 'id', DICOM_READER_CLIENT_SECRET: 'secret' };

test('a reader is a token, an application, or nobody', () => {
  expect(dicomReaderIn({}, TENANT)).toEqual({});
  expect(dicomReaderIn({ DICOM_READER_TOKEN: '' }, TENANT)).toEqual({});
  expect(dicomReaderIn({ DICOM_READER_TOKEN: 't' }, TENANT)).toEqual({ reader: { bearer: 't' } });
  const { reader } = dicomReaderIn(APPLICATION, TENANT);
  expect(reader !== undefined && 'credential' in reader && reader.credential).toBeInstanceOf(
    ClientSecretCredential,
  );
});

test.each([
  [{ ...APPLICATION, DICOM_READER_TOKEN: 't' }, /not both$/],
  [{ DICOM_READER_CLIENT_ID: 'id' }, /go together$/],
  [{ DICOM_READER_CLIENT_SECRET: 'secret' }, /go together$/],
])('contradictions are refused: %j', (environment, message) => {
  expect(() => dicomReaderIn(environment, TENANT)).toThrow(message);
});
