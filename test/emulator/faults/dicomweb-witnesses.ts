import { ROLES } from '../../../contract';
import { syntheticDataset, syntheticPixels, writeDicomFile } from '../../support/dicom-file';
import {
  dicomToken,
  type DicomRequest,
  type DicomResponse,
  multipartOf,
  send,
} from '../../support/dicom-http';
import { instancePath, JSON_ACCEPT, ORIGINAL_FILES } from '../../support/dicom-service';
import { armOf, assignRole } from '../../support/emulator';
import { FIRST, FIRST_FILE, type FaultBench, imageOf, type Seen, seenIn, STUDY } from './fault-bench';
import type { Witness } from './witnesses';

const FRAMES = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';
const SERIES = FIRST.split('/instances/')[0] ?? '';
const METADATA = `/studies/${STUDY}/metadata`;
const BOUNDARY = 'part-of-a-store';
let singles = 0;
const TWO_FRAMES = writeDicomFile(
  syntheticDataset(
    { study: 'study', series: 'series', instance: 'two-frames' },
    { '00280008': { vr: 'IS', value: '2' }, '7FE00010': { vr: 'OW', value: syntheticPixels('two', 64) } },
  ),
);

/** Who sees the faults of DICOMweb answers. */
export const DICOMWEB_WITNESSES = {
  'dicom/single-part-refused': {
    observers: [
      async (bench) =>
        seenIn(
          await bench.dicom('/studies', {
            method: 'POST',
            accept: JSON_ACCEPT,
            headers: { 'Content-Type': 'application/dicom' },
            body: imageOf(`single-${(singles += 1)}`),
          }),
        ),
    ],
  },
  'dicom/multipart-cut': seen(async (bench) => {
    const { status, json } = await bench.store(2);
    return status === 200 && storedIn(json) === 2;
  }),
  'dicom/duplicate-accepted': seen(async (bench) => {
    const again = await bench.dicom('/studies', storing([FIRST_FILE]));
    return again.status === 409;
  }),
  'dicom/partial-store-silent': seen(async (bench) => {
    const { paths } = await bench.store();
    const partial = await bench.dicom('/studies', storing([FIRST_FILE, imageOf(`beside ${paths[0] ?? ''}`)]));
    return partial.status === 202 && partial.text.includes('00081198');
  }),
  'dicom/search-rule-broken': seen(async (bench) => {
    const found = await search(bench, '/studies', 'StudyDate=19000101-19000102');
    return found.status === 204;
  }),
  'dicom/search-offset-ignored': seen(
    async (bench) => (await search(bench, '/studies', 'offset=1')).status === 204,
  ),
  'dicom/study-incomplete': seen(async (bench) => {
    const whole = await bench.dicom(SERIES, { accept: ORIGINAL_FILES });
    return whole.body.toString('latin1').split('DICM').length === 3;
  }),
  'dicom/metadata-incomplete': seen(async (bench) => {
    const all = await bench.dicom(METADATA, { accept: JSON_ACCEPT });
    return (all.json as readonly unknown[]).length === 2;
  }),
  'dicom/etag-missing': seen(async (bench) => {
    const { headers } = await bench.dicom(METADATA, { accept: JSON_ACCEPT });
    return headers.etag !== undefined;
  }),
  'dicom/etag-stale': seen(async (bench) => {
    const headers = { 'If-None-Match': '0-0' };
    return (await bench.dicom(METADATA, { accept: JSON_ACCEPT, headers })).status === 200;
  }),
  'dicom/frames-out-of-order': {
    prepare: async (bench) => {
      await bench.dicom('/studies', storing([TWO_FRAMES]));
    },
    observers: [
      async (bench) => {
        const path = instancePath('study', 'series', 'two-frames');
        const frames = async (numbers: string): Promise<string> =>
          partsIn(await bench.dicom(`${path}/frames/${numbers}`, { accept: FRAMES })).join();
        return (await frames('2,1')) === (await frames('1,2')) ? 'ill' : 'well';
      },
    ],
  },
  'dicom/rendered-broken': seen(async (bench) => {
    const { body } = await bench.dicom(`${FIRST}/rendered`, { accept: 'image/png' });
    return body.toString('latin1').includes('IEND');
  }),
  'dicom/media-type-ignored': seen(
    async (bench) => (await bench.dicom(`/studies/${STUDY}`, { accept: 'image/gif' })).status === 406,
  ),
  'dicom/deletion-ignored': seen(async (bench) => {
    const [path = ''] = (await bench.store()).paths;
    await bench.dicom(path, { method: 'DELETE' });
    return (await bench.dicom(`${path}/metadata`, { accept: JSON_ACCEPT })).status === 404;
  }),
  'dicom/partition-leak': {
    prepare: provisionPartitions,
    observers: [
      async (bench) => {
        await inPartition(bench, 'one', '/studies', storing([FIRST_FILE]));
        await inPartition(bench, 'two', '/studies', storing([imageOf('second')]));
        const other = await inPartition(bench, 'two', `${FIRST}/metadata`, { accept: JSON_ACCEPT });
        return other.status === 404 ? 'well' : 'ill';
      },
    ],
  },
} as const satisfies Readonly<Record<string, Witness>>;

function seen(isWell: (bench: FaultBench) => Promise<boolean>): Witness {
  return { observers: [async (bench): Promise<Seen> => ((await isWell(bench)) ? 'well' : 'ill')] };
}

function storing(files: readonly Buffer[]): DicomRequest {
  return { method: 'POST', accept: JSON_ACCEPT, ...multipartOf(files) };
}

function storedIn(answer: unknown): number {
  const { '00081199': stored } = answer as { readonly '00081199'?: { readonly Value?: readonly unknown[] } };
  return stored?.Value?.length ?? 0;
}

function search(bench: FaultBench, path: string, query: string): Promise<DicomResponse> {
  return bench.dicom(`${path}?${query}`, { accept: JSON_ACCEPT });
}

function partsIn({ headers, body }: DicomResponse): readonly string[] {
  const boundary = /boundary=(.+)/.exec(headers['content-type'] ?? '')?.[1] ?? BOUNDARY;
  return body.toString('latin1').split(`--${boundary}`);
}

/** A second DICOM service, with partitions, beside that of the bench. */
async function provisionPartitions({ service }: FaultBench): Promise<void> {
  const { emulator, lake } = service;
  const arm = armOf(emulator);
  const images = await arm.get(lake.dicomServiceId, '2024-03-31');
  const id = lake.dicomServiceId.replace(/images$/, 'wards');
  const { storageConfiguration } = images['properties'] as { readonly storageConfiguration: object };
  await arm.put(id, '2024-03-31', {
    location: images['location'],
    identity: images['identity'],
    properties: { enableDataPartitions: true, storageConfiguration },
  });
  const { deployer } = emulator.ready.credentials;
  await assignRole(arm, id, ROLES.dicomDataOwner.id, deployer.objectId, 70);
}

async function inPartition(
  { service }: FaultBench,
  partition: string,
  path: string,
  request: DicomRequest,
): Promise<DicomResponse> {
  const { emulator, lake } = service;
  const headers = {
    Authorization: `Bearer ${await dicomToken(emulator, 'deployer')}`,
    ...request.headers,
  };
  const url = lake.serviceUrl.replace(/images$/, 'wards');
  return send(`${url}/v2/partitions/${partition}${path}`, emulator.ca, { ...request, headers });
}
