import { lakeTenantOf, readLakePath } from '../../contract';
import type { DicomWebClient } from '../clients/dicomweb';
import { firstText } from '../clients/dicom-json';
import { transportError } from '../clients/http';
import { EvidenceError } from '../error';
import type { InstanceTrip, RoundTrip } from '../evidence/round-trip';
import type { Unknown } from '../evidence/step';
import type { Probe, ProbeContext } from '../probe';
import { digestsOf, type SampleInstance } from '../sample/sample-instance';
import { syntheticInstance } from '../sample/synthetic-instance';
import { type DicomWebLane, dicomWebLanes } from './dicomweb-lane';
import { storeWhenReady } from './store-when-ready';
import { patiently } from './lake-patience';
import { NOT_STORED, step } from './step';
import { deleteStudies } from './study-deletion';

/** The change feed is asked from a while before the store on, by the clock of the service. */
const FEED_MARGIN_MS = 60_000;
/** Frames are asked for in one URL, whose length servers and proxies limit. */
const MOST_FRAMES = 100;

interface Lane extends DicomWebLane {
  readonly instances: readonly SampleInstance[];
}

/** The lake beside the service: where it cannot be reached once, it is not asked again. */
interface LakeView {
  unreachable?: Unknown;
}

/** What a trip knows before the study is deleted. */
type OutwardTrip = Omit<InstanceTrip, 'gone'>;

/** Sends instances to the service, finds them again on every way, deletes them and sees them gone. */
export const dicomWebRoundTrip: Probe<'dicomweb.round-trip'> = {
  id: 'dicomweb.round-trip',
  title: 'instances go in, come out and go away',
  effect: 'write',
  pace: 'quick',
  target: 'any',
  gather: async (context) => {
    const lanes = lanesOf(context);
    await deleteEarlierTry(context, lanes);
    const trips: { readonly lane: Lane; readonly instance: SampleInstance; readonly trip: OutwardTrip }[] =
      [];
    let refusedByLake = false;
    const lake: LakeView = {};
    for (const lane of lanes) {
      if (!refusedByLake)
        context.journal.add({ studyInstanceUid: context.studyInstanceUid, baseUrl: lane.baseUrl });
      for (const instance of lane.instances) {
        if (!refusedByLake) context.progress(`round trip of ${instance.label}`);
        const trip: OutwardTrip = refusedByLake
          ? notSent(instance)
          : await outward(context, lane, instance, lake);
        refusedByLake ||= trip.store.state === 'refused' && trip.store.status === 424;
        trips.push({ lane, instance, trip });
      }
    }
    context.progress('deleting what was sent');
    const deletion = await deletionStep(context, lanes);
    const instances: InstanceTrip[] = [];
    for (const { lane, instance, trip } of trips)
      instances.push(await homeward(lane, instance, trip, deletion));
    return {
      instances,
      unreadable: context.givenFiles.unreadable,
      deletion,
      ...(lake.unreachable === undefined ? {} : { lakeUnreachable: lake.unreachable }),
    };
  },
};

function lanesOf(context: ProbeContext): readonly Lane[] {
  const { studyInstanceUid, givenFiles } = context;
  const lanes = dicomWebLanes(context);
  return lanes.map((lane, index) => {
    const label = lanes.length > 1 ? `synthetic in ${lane.partition}` : 'synthetic';
    const given = index === 0 ? givenFiles.instances : [];
    return { ...lane, instances: [syntheticInstance(studyInstanceUid, label), ...given] };
  });
}

async function outward(
  context: ProbeContext,
  lane: Lane,
  instance: SampleInstance,
  lake: LakeView,
): Promise<OutwardTrip> {
  const { client } = lane;
  let serverTime = NaN;
  const store = await step(async () => {
    const stored = await storeWhenReady(context, client, instance.file);
    serverTime = stored.serverTime;
    return stored.warning === undefined ? {} : { warning: stored.warning };
  });
  if (store.state !== 'done') return { ...notSent(instance), store };

  const search = {
    study: await step(async () => ({
      found: await client.search('studies', 'StudyInstanceUID', instance.studyInstanceUid),
    })),
    series: await step(async () => ({
      found: await client.search('series', 'SeriesInstanceUID', instance.seriesInstanceUid),
    })),
    instance: await step(async () => ({
      found: await client.search('instances', 'SOPInstanceUID', instance.sopInstanceUid),
    })),
  };
  const retrieve = await step(async () => digestsOf(await client.retrieve(instance)));
  const metadata = await step(async () => ({ differences: await metadataDifferences(client, instance) }));
  const frames = await step(
    () => compareFrames(client, instance),
    instance.frames.length === 0 ? 'its frames cannot be told without decoding' : undefined,
  );
  const since = (Number.isNaN(serverTime) ? context.clock.now() : serverTime) - FEED_MARGIN_MS;
  const changeFeed = await step(
    async () => {
      const entry = await client.changeFeedEntry(instance.sopInstanceUid, since);
      return {
        found: entry !== undefined,
        ...(entry?.filePath === undefined ? {} : { filePath: entry.filePath }),
      };
    },
    context.target.kind === 'dicomweb' ? NO_AZURE : undefined,
  );
  const lakeFile = await lakeFileStep(context, changeFeed, lake);
  return { ...identityOf(instance), store, search, retrieve, metadata, frames, changeFeed, lakeFile };
}

async function homeward(
  { client }: Lane,
  instance: SampleInstance,
  trip: OutwardTrip,
  deletion: RoundTrip['deletion'],
): Promise<InstanceTrip> {
  const reason =
    trip.store.state !== 'done'
      ? NOT_STORED
      : deletion.state !== 'done'
        ? 'the study could not be deleted'
        : undefined;
  const gone = await step(
    async () => ({
      retrieveStatus: await client.retrieveStatus(instance),
      found: await client.search('instances', 'SOPInstanceUID', instance.sopInstanceUid),
    }),
    reason,
  );
  return { ...trip, gone };
}

async function metadataDifferences(
  client: DicomWebClient,
  instance: SampleInstance,
): Promise<readonly string[]> {
  const dataSet = await client.metadata(instance);
  return Object.entries(instance.expectedMetadata)
    .filter(([tag, expected]) => firstText(dataSet, tag)?.trim() !== expected.trim())
    .map(([tag]) => tag);
}

async function compareFrames(
  client: DicomWebClient,
  { frames, ...uids }: SampleInstance,
): Promise<{ readonly expected: number; readonly equal: number }> {
  const compared = frames.slice(0, MOST_FRAMES);
  const received = await client.frames(uids, compared.length);
  return {
    expected: compared.length,
    equal: compared.filter((frame, index) => received[index]?.equals(frame)).length,
  };
}

async function lakeFileStep(
  context: ProbeContext,
  changeFeed: InstanceTrip['changeFeed'],
  lake: LakeView,
): Promise<InstanceTrip['lakeFile']> {
  const { target, signal } = context;
  if (target.kind === 'dicomweb') return { state: 'skipped', reason: NO_AZURE };
  const path = changeFeed.state === 'done' ? changeFeed.value.filePath : undefined;
  if (path === undefined) return { state: 'skipped', reason: 'the change feed names no file' };
  if (lake.unreachable !== undefined) return LAKE_UNREACHABLE;
  const { kind } = readLakePath(lakeTenantOf(target.manifest), path);
  return step(async () => {
    const file = target.azure.fileSystem.getFileClient(path);
    const content = await patiently(context, () => file.readToBuffer(0, undefined, { abortSignal: signal }));
    return { ...digestsOf(content), path, kind };
  }).catch((error: unknown) => {
    const known = signal.aborted ? error : transportError(error, target.manifest.lake.dfsEndpoint);
    if (!(known instanceof EvidenceError) || known.code !== 'UNREACHABLE') throw error;
    // It says nothing of the service, whose answers are worth keeping.
    lake.unreachable = { code: known.code, reason: known.message, remedy: known.remedy };
    return LAKE_UNREACHABLE;
  });
}

/** Where the probe is run again, its instances may be there already, which must not look like duplicates. */
async function deleteEarlierTry(context: ProbeContext, lanes: readonly Lane[]): Promise<void> {
  const deletion = await step(() => deleteOwn(context, lanes));
  if (deletion.state !== 'done')
    throw new EvidenceError(
      'REFUSED',
      'the service did not delete what an earlier try of this run sent',
      'run it again: it deletes what earlier runs left',
    );
}

async function deletionStep(context: ProbeContext, lanes: readonly Lane[]): Promise<RoundTrip['deletion']> {
  const operation = 'DELETE /studies/{study}';
  const deleting = step(async () => ({ studies: await deleteOwn(context, lanes) }));
  // What was seen before is worth keeping, also where the deletion is put off for ever.
  return deleting.catch((error: unknown) => {
    if (error instanceof EvidenceError && error.code === 'THROTTLED')
      return { state: 'refused', operation, status: 429 };
    if (error instanceof EvidenceError && error.code === 'UNAVAILABLE')
      return { state: 'refused', operation, status: 503 };
    throw error;
  });
}

async function deleteOwn(
  { journal, studyInstanceUid: runUid }: ProbeContext,
  lanes: readonly Lane[],
): Promise<number> {
  const own = journal.studies.filter(({ studyInstanceUid }) => studyInstanceUid === runUid);
  await deleteStudies(own, journal, (baseUrl) => {
    const lane = lanes.find((one) => one.baseUrl === baseUrl);
    if (lane === undefined) throw new Error(`no client for ${baseUrl}`);
    return lane.client;
  });
  return own.length;
}

const LAKE_UNREACHABLE = { state: 'skipped', reason: 'the lake could not be reached' } as const;
const NO_AZURE = 'only a DICOMweb URL was given';

function identityOf(
  instance: SampleInstance,
): Pick<OutwardTrip, 'label' | 'origin' | 'sopInstanceUid' | 'sent'> {
  const { label, origin, sopInstanceUid, file } = instance;
  return { label, origin, sopInstanceUid, sent: digestsOf(file) };
}

function notSent(instance: SampleInstance): OutwardTrip {
  const skipped = { state: 'skipped', reason: NOT_STORED } as const;
  return {
    ...identityOf(instance),
    store: {
      state: 'skipped',
      reason: 'the service cannot write to the lake, as an earlier instance showed',
    },
    search: { study: skipped, series: skipped, instance: skipped },
    retrieve: skipped,
    metadata: skipped,
    frames: skipped,
    changeFeed: skipped,
    lakeFile: skipped,
  };
}
