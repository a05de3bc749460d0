import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { journalFilesBelow } from '../support/journals';
import {
  KILL_SEED,
  type KilledRunBench,
  planesInTheEnd,
  randomFrom,
  startKilledRunBench,
  STATE,
} from '../support/killed-run-bench';
import type { ProxiedRequest, Tamper } from '../support/verify-proxy';

/** `KILL_MOMENTS=50` for a long run: ten here, as each takes six seconds. */
const MOMENTS = Math.min(10, Number(process.env['KILL_MOMENTS'] ?? 2));

jest.setTimeout(120_000 + MOMENTS * 20_000);

const VERIFY = [
  'verify',
  '--only',
  'contract/foreign-file-not-indexed',
  'tiers/own-instance-readable-when-cooled',
  '--profile',
  'deep',
];
const SERVICE_PATH = 'AHDS/testws/dicom/images';

/** At which request a run is killed: before it comes to the service, while that is at work on it, or after. */
interface Moment {
  readonly request: number | ((request: ProxiedRequest) => boolean);
  readonly when: 'before' | 'meanwhile' | 'after';
}

const ownFolder = ({ path: url }: ProxiedRequest): boolean =>
  decodeURIComponent(url).includes(`${SERVICE_PATH}/2.25.`);
const upload = (request: ProxiedRequest): boolean => request.method === 'PUT' && ownFolder(request);
const removal = (request: ProxiedRequest): boolean => request.method === 'DELETE' && ownFolder(request);

/** Those around the folder's life, and others all over the run. */
function momentsOf(requests: number): readonly Moment[] {
  const random = randomFrom(KILL_SEED);
  const whens = ['before', 'meanwhile', 'after'] as const;
  return [
    ...whens.map((when) => ({ request: upload, when })),
    { request: removal, when: 'before' },
    ...Array.from({ length: MOMENTS }, (_, index) => ({
      request: 1 + Math.floor(((index + random()) / MOMENTS) * requests),
      when: whens[Math.floor(random() * whens.length)] ?? 'before',
    })),
  ];
}

/** Counts the requests of one run after the other, and kills each at its moment. */
class Killer {
  public requests = 0;
  public child: ChildProcess | undefined;
  private moment: Moment | undefined;
  private isWaiting = false;
  private wasStopped = false;

  public readonly tamper: Tamper = async (request, forward) => {
    this.requests += 1;
    // The probe would wait for a minute: it is told to stop instead, and then deletes what it made.
    if (this.isWaiting && !this.wasStopped) this.wasStopped = this.child?.kill('SIGTERM') ?? false;
    if (upload(request)) this.isWaiting = true;
    if (!this.isNow(request)) return forward();
    const { when } = this.moment ?? {};
    this.moment = undefined;
    if (when !== 'after') this.child?.kill('SIGKILL');
    if (when !== 'before') await forward();
    this.child?.kill('SIGKILL');
    return 'cut';
  };

  /** @param moment undefined where the run is to live */
  public expect(moment: Moment | undefined): void {
    Object.assign(this, { requests: 0, child: undefined, isWaiting: false, wasStopped: false, moment });
  }

  private isNow(request: ProxiedRequest): boolean {
    const at = this.moment?.request;
    return typeof at === 'function' ? at(request) : at === this.requests;
  }
}

/** What looks like a run's, but is in no journal. */
async function layForeignFolders({ fileSystem }: KilledRunBench): Promise<void> {
  for (const file of [
    `${SERVICE_PATH}/2.25.1/theirs.dcm`,
    `${SERVICE_PATH}/theirs.dcm`,
    'dicom-lake-verify/2.25.1/theirs',
  ])
    await fileSystem.getFileClient(file).create();
  await fileSystem.getDirectoryClient(`${SERVICE_PATH}/2.25.2`).create();
}

test(`a deep run that is killed with a folder of its own in the lake leaves nothing that a sweep does not delete (KILL_SEED=${KILL_SEED})`, async () => {
  const killer = new Killer();
  await using bench = await startKilledRunBench(killer.tamper);
  await layForeignFolders(bench);
  const before = await bench.planes();
  expect(before).toMatchObject({ studies: { length: 2 }, files: { length: 5 } });
  const run = async (moment?: Moment): Promise<number | null> => {
    killer.expect(moment);
    const { exitCode } = await bench.run(VERIFY, (child) => (killer.child = child));
    return exitCode;
  };

  expect(await run()).toBe(130);
  expect(await planesInTheEnd(bench, before)).toEqual(before);
  const counts = { killed: 0, leftAFolder: 0, leftAStudy: 0 };
  for (const moment of momentsOf(killer.requests)) {
    if ((await run(moment)) === null) counts.killed += 1;
    const left = await bench.planes();
    if (left.folders.length > before.folders.length) counts.leftAFolder += 1;
    if (left.studies.length > before.studies.length) counts.leftAStudy += 1;

    killer.expect(undefined);
    const { exitCode } = await bench.run(['sweep', '--json']);
    const seen = {
      moment,
      exitCode,
      journals: journalFilesBelow(path.join(bench.folder, STATE)),
      planes: await planesInTheEnd(bench, before),
    };
    expect(seen).toEqual({ moment, exitCode: 0, journals: [], planes: before });
  }
  if (process.env['KILL_MOMENTS'] !== undefined)
    process.stderr.write(`${JSON.stringify({ KILL_SEED, ...counts })}\n`);
  expect(counts.killed).toBeGreaterThanOrEqual(4);
  expect(counts.leftAFolder).toBeGreaterThanOrEqual(3);
});
