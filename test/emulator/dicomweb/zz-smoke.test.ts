import { startTestEmulator, provisionLake } from '/work/main/test/support/emulator';
import { dicomSender, multipartOf } from '/work/main/test/support/dicom-http';
import { syntheticDataset, writeDicomFile, uidOf } from '/work/main/test/support/dicom-file';
test('smoke', async () => {
  await using emulator = await startTestEmulator();
  const lake = await provisionLake(emulator);
  const send = await dicomSender(emulator, lake);
  const f = writeDicomFile(syntheticDataset({study:'s',series:'e',instance:'i'}));
  const r = await send('/studies', {method:'POST', accept:'application/dicom+json', ...multipartOf([f])});
  console.log(r.status, r.headers, r.text);
  const q = await send('/studies', {accept:'application/dicom+json'});
  console.log(q.status, q.text);
  const m = await send(`/studies/${uidOf('s')}/metadata`, {accept:'application/dicom+json'});
  console.log(m.status, m.headers.etag, m.text);
  const w = await send(`/studies/${uidOf('s')}`, {accept:'multipart/related; type="application/dicom"; transfer-syntax=*'});
  console.log(w.status, w.headers, w.complete, w.body.length, f.length);
  console.log((await send('/changefeed')).text);
});
