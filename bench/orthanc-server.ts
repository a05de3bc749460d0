import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, usageOf, type DicomwebServer } from './dicomweb-server';

export const ORTHANC_PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
const PORT = 8042;

/** Orthanc with its DICOMweb plugin, as Debian has it and with its defaults, but that answers are not compressed. */
export async function startOrthanc(folder: string): Promise<DicomwebServer & { readonly version: string }> {
  mkdirSync(folder);
  const configuration = path.join(folder, 'orthanc.json');
  writeFileSync(
    configuration,
    JSON.stringify({
      StorageDirectory: path.join(folder, 'db'),
      IndexDirectory: path.join(folder, 'db'),
      HttpPort: PORT,
      HttpCompressionEnabled: false,
      DicomServerEnabled: false,
      AuthenticationEnabled: false,
      Plugins: [ORTHANC_PLUGIN],
      DicomWeb: { Enable: true, Root: '/dicom-web/' },
    }),
  );
  const child = spawn('Orthanc', [configuration], { stdio: 'ignore' });
  const { Version: version } = await systemOf(`http://127.0.0.1:${PORT}/system`);
  return {
    url: `http://127.0.0.1:${PORT}/dicom-web`,
    headers: {},
    version,
    ...usageOf(child),
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function systemOf(url: string, attempts = 100): Promise<{ readonly Version: string }> {
  try {
    return (await (await fetch(url)).json()) as { readonly Version: string };
  } catch (error) {
    if (attempts <= 1) throw error;
    await sleep(100);
    return systemOf(url, attempts - 1);
  }
}
