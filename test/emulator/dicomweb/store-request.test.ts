import { Readable } from 'node:stream';
import { createDicomPlane } from '../../../emulator/dicomweb/plane';
import { syntheticDataset, writeDicomFile } from '../../support/dicom-file';
import { multipartOf } from '../../support/dicom-http';
import { JSON_ACCEPT, startDicomService, type TestDicomService } from '../../support/dicom-service';

const FILE = writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance: 'i' }));
const { body, headers } = multipartOf([FILE]);

let service: TestDicomService;

beforeAll(async () => {
  service = await startDicomService();
});
afterAll(() => service[Symbol.asyncDispose]());

test('a body without parts stores nothing and is answered with 204', async () => {
  const response = await service.store([]);
  expect(response.status).toBe(204);
});

test.each([undefined, 'application/json', 'application/dicom+xml'])(
  'fails with 406 for Accept %s',
  async (accept) => {
    const options = { method: 'POST', headers, body, ...(accept === undefined ? {} : { accept }) };
    const response = await service.send('/studies', options);
    expect(response).toMatchObject({ status: 406, text: '' });
  },
);

test.each([
  'application/dicom; transfer-syntax=*',
  'application/json',
  'multipart/related; type="application/dicom"',
  'multipart/form-data; boundary=parts',
])('fails with 415 for Content-Type %s', async (contentType) => {
  const response = await service.send('/studies', {
    method: 'POST',
    accept: JSON_ACCEPT,
    headers: { 'Content-Type': contentType },
    body,
  });
  expect(response).toMatchObject({
    status: 415,
    text: `Content-Type must be application/dicom without parameters, or multipart/related; type="application/dicom"; boundary=… with parts of application/dicom, got '${contentType}'.`,
  });
});

test('fails with 415 for a part that is no DICOM file', async () => {
  const wrong = Buffer.from(
    body.toString('latin1').replace('application/dicom', 'application/pdf'),
    'latin1',
  );
  const response = await service.send('/studies', {
    method: 'POST',
    accept: JSON_ACCEPT,
    headers,
    body: wrong,
  });
  expect(response.status).toBe(415);
  expect(response.text).toContain("got 'application/pdf'");
});

test('fails with 400 for the parameter start', async () => {
  const contentType = `${headers['Content-Type'] ?? ''}; start="<1>"`;
  const options = { method: 'POST', accept: JSON_ACCEPT, headers: { 'Content-Type': contentType }, body };
  expect(await service.send('/studies', options)).toMatchObject({
    status: 400,
    text: `The parameter start of Content-Type is not supported, got '${contentType}'; send the parts in any order, without it.`,
  });
});

test('fails with 400 for a study in the URL that is no UID', async () => {
  expect(await service.store([FILE], '/studies/abc')).toMatchObject({
    status: 400,
    text: "StudyInstanceUID in the path must be a UID of at most 64 digits and dots, got 'abc'.",
  });
});

test('fails with 400 where the last boundary is missing, and stores nothing', async () => {
  const cut = body.subarray(0, body.lastIndexOf('--parts--'));
  const before = await service.files();
  const options = { method: 'POST', accept: JSON_ACCEPT, headers, body: cut };
  expect(await service.send('/studies', options)).toMatchObject({
    status: 400,
    text: "The multipart body ends after 0 parts without its last boundary '--parts--'.",
  });
  expect(await service.files()).toEqual(before);
});

test('fails with 413 for a body that is announced as too large', async () => {
  const tooLarge = { ...headers, 'Content-Length': '2147483648' };
  const options = { method: 'POST', accept: JSON_ACCEPT, headers: tooLarge };
  expect(await service.send('/studies', options)).toMatchObject({
    status: 413,
    text: 'The request exceeded the allowed limit of 2147483647 bytes.',
  });
});

test('fails with 413 for a body that turns out to be too large', async () => {
  const plane = createDicomPlane({
    services: service.emulator.dicomServices,
    authenticate: () => Promise.resolve({ objectId: 'anyone' }),
    authorize: () => true,
    isAdmitted: () => true,
    maxBodyBytes: 1000,
  });
  const response = await plane({
    method: 'POST',
    url: new URL(`${service.lake.serviceUrl}/v2/studies`),
    headers: { accept: JSON_ACCEPT, 'content-type': headers['Content-Type'] },
    body: Readable.from([Buffer.alloc(600), Buffer.alloc(600)]),
    receivedAt: 0,
    id: '1',
  });
  expect(response).toMatchObject({
    status: 413,
    body: 'The request exceeded the allowed limit of 1000 bytes.',
  });
});
