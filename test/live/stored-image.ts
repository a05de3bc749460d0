import { randomUUID } from 'node:crypto';
import { API_VERSIONS, type DeploymentManifest, SERVICE_FACTS } from '../../contract';
import { syntheticDataset, uidOf, writeDicomFile } from '../support/dicom-file';
import type { ExperimentContext } from './experiment';

/**
 * What comes of an image of nobody: `stored`, which it is once it was read back, or status and code of the refusal. It is
 * sent without verify, which looks into the lake as well: whoever runs experiments is shut out by a closed one.
 */
export async function storedImage(
  { dicom, signal }: Pick<ExperimentContext, 'dicom' | 'signal'>,
  { dicomService }: DeploymentManifest,
): Promise<string> {
  const name = randomUUID();
  const study = `${dicomService.serviceUrl}/${API_VERSIONS.dicomWeb}/studies/${uidOf(name)}`;
  const file = writeDicomFile(syntheticDataset({ study: name, series: name, instance: name }));
  const stored = await dicom({
    method: 'POST',
    url: study,
    headers: { Accept: 'application/dicom+json', 'Content-Type': 'application/dicom' },
    body: file,
    signal,
  });
  try {
    if (stored.status !== 200 && stored.status !== 202) return `store: ${refusalIn(stored)}`;
    const url = `${study}/series/${uidOf(name)}/instances/${uidOf(name)}`;
    const headers = { Accept: 'application/dicom; transfer-syntax=*' };
    const read = await dicom({ method: 'GET', url, headers, signal });
    if (read.status !== 200) return `retrieve: ${refusalIn(read)}`;
    const { value: preamble } = SERVICE_FACTS.preambleBytes;
    return read.body.subarray(preamble).equals(file.subarray(preamble)) ? 'stored' : 'retrieve: other bytes';
  } finally {
    // Without the signal: what was sent goes, even where the run is stopped.
    await dicom({ method: 'DELETE', url: study });
  }
}

function refusalIn({ status, body }: { readonly status: number; readonly body: Buffer }): string {
  const code = /error code: ([A-Za-z]+)/.exec(body.toString('utf8'))?.[1];
  return code === undefined ? String(status) : `${status} ${code}`;
}
