import { DEFAULT_PARTITION } from '../../contract';
import { DeletionClient } from '../clients/deletion-client';
import { DicomWebClient, dicomWebRoot } from '../clients/dicomweb';
import { DicomWebChannel } from '../clients/dicomweb-channel';
import type { SendHttp } from '../clients/http';
import { QidoClient } from '../clients/qido-client';
import { StowClient } from '../clients/stow-client';
import { WadoClient } from '../clients/wado-client';
import type { ProbeContext } from '../probe';

/** A way to instances: a partition of a service, or the whole of any other server. */
export interface DicomWebLane {
  readonly client: DicomWebClient;
  readonly stow: StowClient;
  readonly qido: QidoClient;
  readonly wado: WadoClient;
  readonly deletion: DeletionClient;
  /** With version and, where there are some, the partition. */
  readonly baseUrl: string;
  readonly partition: string;
}

/** One lane for each partition of the target, at least one. */
export function dicomWebLanes({ target, signal }: ProbeContext): readonly DicomWebLane[] {
  if (target.kind === 'dicomweb') {
    const { dicom, url } = target;
    return [laneOf({ send: dicom, baseUrl: url, root: url, partition: DEFAULT_PARTITION, signal })];
  }
  const { serviceUrl, dataPartitionsEnabled, partitions } = target.manifest.dicomService;
  const root = dicomWebRoot(serviceUrl);
  return partitions.map((partition) => {
    const baseUrl = dataPartitionsEnabled ? `${root}/partitions/${partition}` : root;
    return laneOf({ send: target.azure.dicom, baseUrl, root, partition, signal });
  });
}

function laneOf(way: {
  readonly send: SendHttp;
  readonly baseUrl: string;
  readonly root: string;
  readonly partition: string;
  readonly signal: AbortSignal;
}): DicomWebLane {
  const { send, baseUrl, root, partition, signal } = way;
  const channel = new DicomWebChannel(send, baseUrl, signal);
  return {
    client: new DicomWebClient(send, baseUrl, root, signal),
    stow: new StowClient(channel),
    qido: new QidoClient(channel),
    wado: new WadoClient(channel),
    deletion: new DeletionClient(channel),
    baseUrl,
    partition,
  };
}
