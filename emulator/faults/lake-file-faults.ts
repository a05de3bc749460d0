import { dicomFileName, healthCheckPath, partitionPath } from '../../contract';
import { defineFault, type FaultDefinition, type FaultSymptom, type Undo } from './fault-definition';
import { text } from './fault-parameter';
import { FILE, harmInstances, SERVICE, serviceTarget, undoAll } from './fault-target';
import { LakeIntruder } from './lake-intruder';

const PARAMETERS = { service: SERVICE, file: FILE };
const CHANGED: readonly FaultSymptom[] = [{ plane: 'dicom', status: 424, code: 'ConditionNotMet' }];
const ARCHIVED: readonly FaultSymptom[] = [
  { plane: 'dicom', status: 424, code: 'BlobArchived' },
  { plane: 'lake', status: 409, code: 'BlobArchived' },
];
const GONE: readonly FaultSymptom[] = [...CHANGED, { plane: 'lake', status: 404, code: 'BlobNotFound' }];

/** The watermark of a file that no service wrote. */
const FOREIGN_WATERMARK = 987_654_321n;

/** What happens to files in the lake, behind the back of the service. */
export const LAKE_FILE_FAULTS = [
  fileFault({
    id: 'lake/file-altered',
    title: 'somebody wrote other bytes to a file',
    effect: 'writes the file anew with its last byte changed; the ETag changes with it',
    symptoms: CHANGED,
    failsChecks: [
      'contract/file-holds-image',
      'contract/file-removed-after-delete',
      'dicomweb/bytes-unchanged',
      'dicomweb/frames-by-number',
      'dicomweb/frames-unchanged',
      'dicomweb/rendered',
      'dicomweb/series-and-study-retrieved',
    ],
    harm: (intruder, path) => intruder.changing(path, () => intruder.alter(path)),
  }),
  fileFault({
    id: 'lake/file-touched',
    title: 'somebody set metadata of a file',
    effect: 'sets one metadatum of the file: the bytes stay, the ETag changes',
    symptoms: CHANGED,
    failsChecks: [
      'contract/file-removed-after-delete',
      'dicomweb/bytes-unchanged',
      'dicomweb/frames-by-number',
      'dicomweb/frames-unchanged',
      'dicomweb/rendered',
      'dicomweb/series-and-study-retrieved',
    ],
    harm: (intruder, path) => intruder.changing(path, () => intruder.setMetadata(path, { reviewed: 'yes' })),
  }),
  fileFault({
    id: 'lake/file-rotten',
    title: 'the bytes of a file changed, and nothing tells of it',
    effect: 'changes the last byte of the file and leaves its ETag and times as they were',
    symptoms: [{ seen: 'the service answers with bytes that differ from those that were stored' }],
    failsChecks: [
      'contract/file-holds-image',
      'dicomweb/bytes-unchanged',
      'dicomweb/frames-unchanged',
      'dicomweb/frames-by-number',
      'dicomweb/series-and-study-retrieved',
    ],
    harm: (intruder, path) => intruder.changing(path, () => intruder.rot(path)),
  }),
  fileFault({
    id: 'lake/file-emptied',
    title: 'a file lost its content',
    effect: 'writes the file anew with no byte in it',
    symptoms: CHANGED,
    failsChecks: [
      'contract/file-holds-image',
      'dicomweb/bytes-unchanged',
      'dicomweb/frames-by-number',
      'dicomweb/frames-unchanged',
      'dicomweb/rendered',
      'dicomweb/series-and-study-retrieved',
    ],
    harm: (intruder, path) => intruder.changing(path, () => intruder.write(path, [])),
  }),
  fileFault({
    id: 'lake/file-deleted',
    title: 'somebody deleted a file',
    effect: 'deletes the file; soft delete keeps it where it is on',
    symptoms: GONE,
    failsChecks: [
      'dicomweb/bytes-unchanged',
      'contract/file-holds-image',
      'dicomweb/frames-by-number',
      'dicomweb/frames-unchanged',
      'dicomweb/rendered',
      'dicomweb/series-and-study-retrieved',
    ],
    harm: (intruder, path) => intruder.remove(path),
  }),
  fileFault({
    id: 'lake/file-moved',
    title: 'somebody moved a file',
    effect: 'renames the file to the same name with `.moved` at its end',
    symptoms: GONE,
    failsChecks: [
      'dicomweb/bytes-unchanged',
      'contract/file-holds-image',
      'dicomweb/frames-by-number',
      'dicomweb/frames-unchanged',
      'dicomweb/rendered',
      'dicomweb/series-and-study-retrieved',
    ],
    harm: (intruder, path) => intruder.move(path, `${path}.moved`),
  }),
  fileFault({
    id: 'lake/file-archived',
    title: 'a file is in the archive tier',
    effect: 'sets the tier of the file to Archive; its ETag stays',
    symptoms: ARCHIVED,
    failsChecks: [
      'tiers/files-online',
      'dicomweb/bytes-unchanged',
      'contract/file-holds-image',
      'dicomweb/frames-by-number',
      'dicomweb/frames-unchanged',
      'dicomweb/rendered',
      'dicomweb/series-and-study-retrieved',
    ],
    harm: (intruder, path) => intruder.changing(path, () => intruder.setTier(path, 'Archive')),
  }),
  fileFault({
    id: 'lake/file-rehydrating',
    title: 'a file is on its way back from the archive tier',
    effect: 'sets the tier of the file to Archive, then to Hot: for 15 hours it cannot be read',
    symptoms: [...ARCHIVED, { seen: 'Set Blob Tier to another tier is answered 409 BlobBeingRehydrated' }],
    failsChecks: [
      'tiers/files-online',
      'dicomweb/bytes-unchanged',
      'dicomweb/frames-by-number',
      'dicomweb/frames-unchanged',
      'dicomweb/rendered',
      'dicomweb/series-and-study-retrieved',
    ],
    harm: (intruder, path) =>
      intruder.changing(path, () => {
        intruder.setTier(path, 'Archive');
        intruder.setTier(path, 'Hot');
      }),
  }),
  fileFault({
    id: 'lake/index-without-file',
    title: 'the index has an instance whose file is nowhere',
    effect: 'takes the file out of the lake, so that soft delete does not keep it either',
    symptoms: GONE,
    failsChecks: [
      'dicomweb/bytes-unchanged',
      'dicomweb/frames-by-number',
      'dicomweb/frames-unchanged',
      'dicomweb/rendered',
      'dicomweb/series-and-study-retrieved',
    ],
    harm: (intruder, path) => intruder.destroy(path),
  }),
  defineFault({
    id: 'lake/foreign-file',
    title: 'a file lies among those of the service that the service never wrote',
    effect: 'writes a file with a valid name into the folder of the default partition; no index row names it',
    symptoms: [{ seen: 'a listing of the lake has one file more than the change feed' }],
    parameters: { service: SERVICE },
    inject: async (world, { service }) => {
      const target = serviceTarget(world, service);
      const intruder = new LakeIntruder(world, target);
      const path = `${partitionPath(target.tenant)}/${dicomFileName(FOREIGN_WATERMARK)}`;
      await intruder.write(path, [Buffer.from('no image')]);
      return intruder.removal(path);
    },
  }),
  defineFault({
    id: 'lake/health-file-tampered',
    title: 'a health file that the service did not write lies in its folder',
    effect:
      'writes a file with a valid name and other content into the health folder, where the service leaves it: it looks like a sign of life for a while',
    symptoms: [{ seen: 'a listing of the health folder has a file with other content' }],
    parameters: { service: SERVICE, content: text('what the file says', 'tampered') },
    inject: async (world, { service, content }) => {
      const target = serviceTarget(world, service);
      const intruder = new LakeIntruder(world, target);
      const path = `${healthCheckPath(target.tenant)}/health00000000-0000-4000-8000-000000000000.txt`;
      await intruder.write(path, [Buffer.from(content)]);
      return intruder.removal(path);
    },
  }),
  defineFault({
    id: 'lake/health-folder-blocked',
    title: 'a file stands where the health folder should be',
    effect:
      'moves the health folder away and puts a file under its name: the health writer fails, stores go on',
    symptoms: [{ seen: 'the service counts as Unhealthy' }],
    failsChecks: ['lake/health-file-fresh'],
    parameters: { service: SERVICE },
    inject: async (world, { service }) => {
      const target = serviceTarget(world, service);
      const intruder = new LakeIntruder(world, target);
      const path = healthCheckPath(target.tenant);
      const putBack = intruder.destroyAnything(path);
      await intruder.write(path, [Buffer.from('in the way')]);
      return undoAll([putBack, intruder.removal(path)]);
    },
  }),
] as const;

/** A fault of single files. */
function fileFault<const Id extends string>(
  fault: Pick<FaultDefinition, 'title' | 'effect' | 'symptoms' | 'failsChecks'> & {
    readonly id: Id;
    readonly harm: (intruder: LakeIntruder, path: string) => Undo | Promise<Undo>;
  },
): FaultDefinition & { readonly id: Id } {
  const { harm, ...facts } = fault;
  return defineFault({
    ...facts,
    parameters: PARAMETERS,
    inject: (world, values) =>
      harmInstances(world, values, async ({ target, partition, instance }) => {
        const undo = await harm(new LakeIntruder(world, target), instance.file.path);
        // The file of an instance that was deleted in the meantime must not come back.
        return () =>
          partition.index.instance(instance)?.watermark === instance.watermark ? undo() : undefined;
      }),
  });
}
