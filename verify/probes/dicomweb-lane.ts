import { API_VERSIONS, DEFAULT_PARTITION } from '../../contract';
import { DicomWebClient } from '../clients/dicomweb';
import type { ProbeContext } from '../probe';

/** A way to instances: a partition of a service, or the whole of any other server. */
export interface DicomWebLane {
  readonly client: DicomWebClient;
  /** With version and, where there are some, the partition. */
  readonly baseUrl: string;
  readonly partition: string;
}

/** One lane for each partition of the target, at least one. */
export function dicomWebLanes({ target, signal }: ProbeContext): readonly DicomWebLane[] {
  if (target.kind === 'dicomweb') {
    const client = new DicomWebClient(target.dicom, target.url, target.url, signal);
    return [{ client, baseUrl: target.url, partition: DEFAULT_PARTITION }];
  }
  const { serviceUrl, dataPartitionsEnabled, partitions } = target.manifest.dicomService;
  const root = `${serviceUrl.replace(/\/$/, '')}/${API_VERSIONS.dicomWeb}`;
  return partitions.map((partition) => {
    const baseUrl = dataPartitionsEnabled ? `${root}/partitions/${partition}` : root;
    return { client: new DicomWebClient(target.azure.dicom, baseUrl, root, signal), baseUrl, partition };
  });
}
