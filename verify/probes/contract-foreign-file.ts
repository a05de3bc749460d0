import { dicomFileName, lakeTenantOf, servicePath } from '../../contract';
import type { ForeignFile } from '../evidence/foreign-file';
import type { DeploymentContext, Probe } from '../probe';
import type { SampleInstance } from '../sample/sample-instance';
import { syntheticInstance } from '../sample/synthetic-instance';
import { type DicomWebLane, dicomWebLanes } from './dicomweb-lane';
import { lakeWrite } from './lake-write';
import { withOwnFolder } from './own-folder';
import { withOwnStudy } from './own-study';

/** Notifications of new files take 20 s at most, nearly always. */
const WINDOW_MS = 60_000;
const POLL_MS = 5_000;
/** The clocks of the service and of the verifier may differ by this. */
const FEED_MARGIN_MS = 600_000;
/** No service comes as far. */
const WATERMARK = 9_000_000_000_000_000n;

/** Lays a DICOM file beside those of the service and looks whether the service takes it for its own. */
export const contractForeignFile: Probe<'contract.foreign-file'> = {
  id: 'contract.foreign-file',
  title: 'a file of the verifier beside those of the service',
  effect: 'lake-write',
  pace: 'slow',
  target: 'deployment',
  gather: async (context) => {
    const { target } = context;
    const [lane] = dicomWebLanes(context);
    if (lane === undefined) throw new Error('a deployment has a partition at least');
    const parent = servicePath(lakeTenantOf(target.manifest));
    // Where the service indexes the file all the same, the study goes as any other of the run.
    return withOwnStudy(context, lane, 'foreign-file', (studyInstanceUid) =>
      withOwnFolder(
        context,
        async (folder) => {
          const instance = syntheticInstance(studyInstanceUid, 'foreign file');
          const path = `${folder}/${dicomFileName(WATERMARK)}`;
          const { file } = instance;
          await lakeWrite('writing a file to the lake', () =>
            target.azure.container
              .getBlockBlobClient(path)
              .upload(file, file.length, { abortSignal: context.signal }),
          );
          return watchFor(context, lane, instance, path);
        },
        parent,
      ),
    );
  },
};

async function watchFor(
  { clock, signal, progress }: DeploymentContext,
  { client }: DicomWebLane,
  { sopInstanceUid }: SampleInstance,
  path: string,
): Promise<ForeignFile> {
  const start = clock.now();
  for (;;) {
    const waitedMs = clock.now() - start;
    const found = await client.search('instances', 'SOPInstanceUID', sopInstanceUid);
    const told = await client.changeFeedEntry(sopInstanceUid, start - FEED_MARGIN_MS);
    const foundBy = [
      ...(found > 0 ? (['search'] as const) : []),
      ...(told === undefined ? [] : (['change feed'] as const)),
    ];
    const waitedSeconds = Math.round(waitedMs / 1000);
    if (foundBy.length > 0 || waitedMs >= WINDOW_MS) return { path, foundBy, waitedSeconds };
    progress(`looking whether the service takes a file of others for its own (${waitedSeconds} s)`);
    await clock.sleep(POLL_MS, signal);
  }
}
