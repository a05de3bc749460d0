import { dicomFileName, partitionPath, servicePath } from '../../contract';
import { readDicomContent } from '../domain/dicom-content';
import type { DicomInstance } from '../domain/dicom-index';
import { examine } from '../domain/dicom-store';
import type { LakeFile } from '../domain/lake-entry';
import { listPaths } from '../domain/lake-listing';
import { defineFault, type Undo } from './fault-definition';
import { openContainer, SERVICE, type ServiceTarget, serviceTarget, undoAll } from './fault-target';
import type { FaultWorld } from './fault-world';
import { LakeIntruder } from './lake-intruder';
import { bodyText } from './tampered-exchange';

const PARAMETERS = { service: SERVICE };
const WORK_ITEM_WATERMARK = 987_654_322n;
/** Where the watermarks of files begin that the service takes from others. */
const FIRST_TAKEN = 8_000_000_000_000_000n;
const MOST_FILES = 5_000;

/** How service and lake can break the data contract. */
export const CONTRACT_FAULTS = [
  defineFault({
    id: 'dicom/change-feed-disordered',
    title: 'the change feed is out of order',
    effect: 'answers the entries of the change feed newest first',
    symptoms: [{ seen: 'the sequences in one answer of the change feed go down' }],
    parameters: {},
    inject: ({ hooks }) =>
      hooks.intercept('dicom', async (request, next) => {
        const response = await next(request);
        if (response.status !== 200 || !request.url.pathname.endsWith('/changefeed')) return response;
        const entries = JSON.parse(await bodyText(response)) as readonly unknown[];
        return { ...response, body: JSON.stringify([...entries].reverse()) };
      }),
  }),
  defineFault({
    id: 'dicom/files-of-others-indexed',
    title: 'the service takes files of others for its own',
    effect:
      'puts every DICOM file that others write below the folder of the service into index and change feed',
    symptoms: [{ seen: 'the change feed names a file that somebody else wrote' }],
    parameters: PARAMETERS,
    inject: (world, { service }) => indexFilesOfOthers(world, serviceTarget(world, service)),
  }),
  lakeFile({
    id: 'lake/unknown-file',
    title: 'a file that is no image lies among those of the service',
    effect: 'writes a file with a name that the service never gives into the folder of the default partition',
    seen: 'a listing of the lake has a file with another name than those of images',
    name: 'report.pdf',
  }),
  lakeFile({
    id: 'lake/work-item-in-lake',
    title: 'a work item lies in the lake',
    effect: 'writes a file named like a work item into the folder of the default partition',
    seen: 'a listing of the lake has a work item',
    name: dicomFileName(WORK_ITEM_WATERMARK).replace('.dcm', '_workitem.json'),
  }),
] as const;

/** A fault that is nothing but a file in the folder of the default partition. */
function lakeFile<const Id extends string>({
  id,
  title,
  effect,
  seen,
  name,
}: {
  readonly id: Id;
  readonly title: string;
  readonly effect: string;
  readonly seen: string;
  readonly name: string;
}): ReturnType<typeof defineFault<Id, typeof PARAMETERS>> {
  return defineFault({
    id,
    title,
    effect,
    symptoms: [{ seen }],
    parameters: PARAMETERS,
    inject: async (world, { service }) => {
      const target = serviceTarget(world, service);
      const intruder = new LakeIntruder(world, target);
      const path = `${partitionPath(target.tenant)}/${name}`;
      await intruder.write(path, [Buffer.from('{}')]);
      return intruder.removal(path);
    },
  });
}

/** Files stay where they are, as with the storage indexing of Azure; the undo forgets them again. */
function indexFilesOfOthers(world: FaultWorld, target: ServiceTarget): Undo {
  const { service } = target;
  const taken: DicomInstance[] = [];
  const known = new Set(filesOfOthers(world, target).map(({ path }) => path));
  const takeNew = async (): Promise<void> => {
    for (const { path, entry } of filesOfOthers(world, target)) {
      if (known.has(path)) continue;
      known.add(path);
      const file = await readDicomContent(world.lake.contents, { content: entry.content, head: undefined });
      const examined = examine(file, { version: 2 });
      if ('failure' in examined) continue;
      const { study, series, instance, transferSyntaxUid, frames, metadata } = examined.storable;
      const [partition] = service.partitions();
      if (partition === undefined || partition.index.instance(examined.storable) !== undefined) continue;
      const added: DicomInstance = {
        ...{ study, series, instance, transferSyntaxUid, frames, partition: partition.name },
        watermark: FIRST_TAKEN + BigInt(taken.length),
        file: {
          path,
          etag: entry.etag,
          length: entry.content.length,
          lastModifiedAt: entry.lastModifiedAt,
        },
        metadataJson: JSON.stringify(metadata),
      };
      partition.index.put(added);
      service.changeFeed.created(added, world.clock.now());
      taken.push(added);
    }
  };
  const forget = (): void => {
    for (const one of taken) {
      const index = service.partition(one.partition)?.index;
      if (index?.instance(one)?.watermark === one.watermark) index.remove(one);
    }
  };
  return undoAll([forget, world.hooks.afterRequest(takeNew)]);
}

function filesOfOthers(
  world: FaultWorld,
  target: ServiceTarget,
): readonly { readonly path: string; readonly entry: LakeFile }[] {
  const { files, context } = openContainer(world, target);
  const prefix = `${servicePath(target.tenant)}/`;
  const query = { prefix, byHierarchy: false, show: 'live', limit: MOST_FILES } as const;
  return listPaths(files, query, context.now).paths.flatMap((listed) =>
    listed.kind === 'entry' &&
    listed.entry.kind === 'file' &&
    listed.path.endsWith('.dcm') &&
    listed.entry.owner !== target.principalId
      ? [{ path: listed.path, entry: listed.entry }]
      : [],
  );
}
