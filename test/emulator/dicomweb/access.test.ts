import { AUDIENCES, ROLES } from '../../../contract';
import { ManualClock } from '../../../emulator';
import { syntheticDataset, uidOf, writeDicomFile } from '../../support/dicom-file';
import { dicomSender, dicomToken, multipartOf, send } from '../../support/dicom-http';
import { JSON_ACCEPT, startDicomService } from '../../support/dicom-service';
import { armOf, assignRole, credentialOf } from '../../support/emulator';

const FILE = writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance: 'i' }));
const STORE = { method: 'POST', accept: JSON_ACCEPT, ...multipartOf([FILE]) };
const CHALLENGE = `Bearer authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", resource_id="${AUDIENCES.dicom}", realm="${AUDIENCES.dicom}"`;

test('fails with 401 and a challenge without a token, with a wrong one, and with one for something else', async () => {
  await using service = await startDicomService();
  const { emulator, lake } = service;
  const { token } = await credentialOf(emulator, 'deployer').getToken(`${AUDIENCES.storage}/.default`);
  for (const headers of [{}, { Authorization: 'Bearer x.y.z' }, { Authorization: `Bearer ${token}` }]) {
    const response = await send(`${lake.serviceUrl}/v2/studies`, emulator.ca, {
      accept: JSON_ACCEPT,
      headers,
    });
    expect(response).toMatchObject({ status: 401, text: '' });
    expect(response.headers['www-authenticate']).toBe(CHALLENGE);
  }
});

test('fails with 401 once the token has expired', async () => {
  const clock = new ManualClock();
  await using service = await startDicomService({ clock });
  expect((await service.send('/changefeed')).status).toBe(200);
  await clock.advance(2 * 60 * 60 * 1000);
  expect((await service.send('/changefeed')).status).toBe(401);
});

test('a role on the service decides what a caller may do', async () => {
  await using service = await startDicomService({ grantCallers: false });
  const { emulator, lake } = service;
  const { objectId } = emulator.ready.credentials.verifier;
  const sendAsVerifier = await dicomSender(emulator, lake, 'verifier');
  const forbidden = { status: 403, text: 'Authorization failed.' };
  const study = `/studies/${uidOf('s')}`;
  expect(await sendAsVerifier('/changefeed')).toMatchObject(forbidden);
  expect(await service.send('/changefeed')).toMatchObject(forbidden);

  await assignRole(armOf(emulator), lake.dicomServiceId, ROLES.dicomDataReader.id, objectId, 11);
  expect((await sendAsVerifier('/changefeed')).status).toBe(200);
  expect(await sendAsVerifier('/studies', STORE)).toMatchObject(forbidden);
  expect(await sendAsVerifier(study, { method: 'DELETE' })).toMatchObject(forbidden);

  await assignRole(armOf(emulator), lake.groupId, ROLES.dicomDataOwner.id, objectId, 12);
  expect((await sendAsVerifier('/studies', STORE)).status).toBe(200);
  expect((await sendAsVerifier(study, { method: 'DELETE' })).status).toBe(204);
});

test('fails with 404 for a service that is not there, with or without a token', async () => {
  await using service = await startDicomService();
  const { emulator, lake } = service;
  const authorization = { Authorization: `Bearer ${await dicomToken(emulator, 'deployer')}` };
  const elsewhere = `${lake.serviceUrl.replace('testws-images', 'testws-other')}/v2/studies`;
  for (const headers of [{}, authorization]) {
    expect(await send(elsewhere, emulator.ca, { headers })).toMatchObject({
      status: 404,
      text: "There is no DICOM service 'testws-other'.",
    });
  }
  await armOf(emulator).delete(lake.dicomServiceId, '2024-03-31');
  expect((await service.send('/changefeed')).status).toBe(404);
});

test('fails with 501 and the list of what exists for anything else', async () => {
  await using service = await startDicomService();
  const path = `/studies/${uidOf('s')}/thumbnail`;
  const response = await service.send(path, { accept: 'image/png' });
  expect(response.status).toBe(501);
  expect(response.text).toContain(`The emulator does not know GET /testws-images/v2${path}. `);
  expect(response.text).toContain('GET /changefeed/latest');
  expect((await service.send('/partitions/ward-7/changefeed')).status).toBe(501);
});

test('fails with 501 for headers that it would have to ignore', async () => {
  await using service = await startDicomService();
  const headers = { ...STORE.headers, 'msdicom-expiry-time-milliseconds': '1000' };
  expect(await service.send('/studies', { ...STORE, headers })).toMatchObject({
    status: 501,
    text: 'The emulator does not know the header msdicom-expiry-time-milliseconds; it knows none that begins with msdicom-.',
  });
  expect(await service.files()).toEqual([]);
});

test('fails with 400 for a path that is not encoded as it must be', async () => {
  await using service = await startDicomService();
  expect(await service.send('/studies/%E4/metadata', { accept: JSON_ACCEPT })).toMatchObject({
    status: 400,
    text: "The path must be percent-encoded UTF-8 without NUL, got '%E4'.",
  });
});

test('headers for the audit log are few and short', async () => {
  await using service = await startDicomService();
  const named = (count: number, length: number): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`X-MS-AZUREDICOM-AUDIT-${at}`, 'a'.repeat(length)]),
    );
  expect((await service.send('/changefeed', { headers: named(10, 1000) })).status).toBe(200);
  expect((await service.send('/changefeed', { headers: named(1, 2048) })).status).toBe(200);
  expect(await service.send('/changefeed', { headers: named(11, 1) })).toMatchObject({
    status: 400,
    text: 'The maximum number of custom audit headers allowed is 10. The number of custom audit headers supplied is 11.',
  });
  expect(await service.send('/changefeed', { headers: named(1, 2049) })).toMatchObject({
    status: 400,
    text: "The maximum length of a custom audit header value is 2048. The supplied custom audit header 'x-ms-azuredicom-audit-0' has length of 2049.",
  });
});
