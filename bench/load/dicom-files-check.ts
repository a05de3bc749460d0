import { setTimeout as sleep } from 'node:timers/promises';
import { DataLakeServiceClient } from '@azure/storage-file-datalake';
import { AUDIENCES } from '../../contract';
import type { DicomTraffic } from './dicom-traffic';
import { HttpClient } from './http-client';
import type { LoadSession } from './traffic';

const PAGE = 200;
/** Longer than the file removal takes to come by. */
const REMOVAL_WAIT_MS = 15_000;

interface FeedEntry {
  readonly sequence: number;
  readonly action: string;
  readonly state: string;
  readonly timestamp: string;
  readonly studyInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly filePath?: string;
}

/** What the change feed and the lake say of the instances of all clients. */
export interface DicomFilesCheck {
  readonly changes: number;
  readonly problems: readonly string[];
}

/**
 * Compares the change feed with what was acknowledged, and the files in the lake with the change feed.
 *
 * @param abandoned how many stores a crash may have cut off between file and index
 */
export async function checkDicomFiles(
  session: LoadSession,
  clients: readonly DicomTraffic[],
  abandoned: number,
): Promise<DicomFilesCheck> {
  const feed = await readFeed(session);
  const problems = [...problemsOfOrder(feed), ...clients.flatMap((client) => problemsOfClient(client, feed))];
  const indexed = new Set(
    feed.flatMap(({ state, filePath }) => (state === 'Current' ? [filePath ?? ''] : [])),
  );
  const missing = (files: ReadonlySet<string>): readonly string[] =>
    [...indexed].filter((path) => !files.has(path));
  const left = (files: ReadonlySet<string>): readonly string[] =>
    [...files].filter((path) => !indexed.has(path));
  let files = await dicomFiles(session);
  for (let waited = 0; left(files).length > abandoned && waited < REMOVAL_WAIT_MS; waited += 500) {
    await sleep(500);
    files = await dicomFiles(session);
  }
  problems.push(...missing(files).map((path) => `${path} is in the index and not in the lake`));
  if (left(files).length > abandoned) {
    const [example = ''] = left(files);
    problems.push(
      `${left(files).length} files, such as ${example}, are in the lake and not in the index; a crash accounts for ${abandoned} at most`,
    );
  }
  return { changes: feed.length, problems };
}

async function readFeed({
  emulator,
  target,
  credential,
  measurements,
}: LoadSession): Promise<readonly FeedEntry[]> {
  const scope = `${AUDIENCES.dicom}/.default`;
  const http = new HttpClient({ ca: emulator.ca, credential, scope, measurements });
  const feed: FeedEntry[] = [];
  for (;;) {
    const { body } = await http.send(
      `${target.serviceUrl}/v2/changefeed?includeMetadata=false&limit=${PAGE}&offset=${feed.length}`,
      { name: 'check change feed', expected: [200] },
    );
    const page = JSON.parse(body.toString('utf8')) as readonly FeedEntry[];
    feed.push(...page);
    if (page.length === 0) break;
  }
  http.close();
  return feed;
}

function problemsOfOrder(feed: readonly FeedEntry[]): readonly string[] {
  return feed.flatMap(({ sequence, timestamp }, at) => [
    ...(sequence === at + 1 ? [] : [`entry ${at + 1} of the change feed has the sequence ${sequence}`]),
    ...(at === 0 || timestamp >= (feed[at - 1]?.timestamp ?? '')
      ? []
      : [`entry ${at + 1} of the change feed is older than the one before`]),
  ]);
}

/** Its entries are what was acknowledged, in that order, and end with what is there. */
function problemsOfClient(
  { study, events, world }: DicomTraffic,
  feed: readonly FeedEntry[],
): readonly string[] {
  const entries = feed.filter(({ studyInstanceUid }) => studyInstanceUid === study);
  const wrong = Array.from({ length: Math.max(events.length, entries.length) }, (_, at) => at).find(
    (at) => events[at]?.action !== entries[at]?.action || events[at]?.name !== entries[at]?.sopInstanceUid,
  );
  if (wrong !== undefined) {
    const expected = `${events[wrong]?.action ?? 'nothing'} of ${events[wrong]?.name ?? 'nothing'}`;
    const got = `${entries[wrong]?.action ?? 'nothing'} of ${entries[wrong]?.sopInstanceUid ?? 'nothing'}`;
    return [`change ${wrong + 1} of study ${study}: expected ${expected}, the change feed has ${got}`];
  }
  const current = new Set(
    entries.flatMap(({ state, sopInstanceUid }) => (state === 'Current' ? [sopInstanceUid] : [])),
  );
  return [...new Set([...current, ...world.keys()])]
    .filter((uid) => !current.has(uid) || !world.has(uid))
    .map((uid) => `${uid} is current in the change feed or in the index, not in both`);
}

async function dicomFiles({ emulator, target, credential }: LoadSession): Promise<ReadonlySet<string>> {
  const options = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } };
  const service = new DataLakeServiceClient(target.accountUrl, credential, options);
  const files = new Set<string>();
  const listing = service
    .getFileSystemClient(target.containerName)
    .listPaths({ path: 'AHDS', recursive: true });
  for await (const { name } of listing) if (name?.endsWith('.dcm') === true) files.add(name);
  return files;
}
