import { healthCheckPath, lakeTenantOf, SERVICE_FACTS } from '../../../contract';
import type { Experiment } from '../experiment';

const WATCHED_MS = 5 * 60_000;
/** A health file lives for moments: it is looked for so often. */
const LOOK_EVERY_MS = 500;
const OPEN_SOURCE = /^health[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\.txt$/i;

const WRITER = { file: 'emulator/domain/health-writer.ts', change: 'name, expiry and period of the file' };
const FIDELITY = { file: 'docs/emulator-fidelity.md', change: 'row "Health file"' };
const CHURN = { file: 'contract/health-probe-churn.ts', change: 'how many files soft delete holds' };

type Id = 'as open source' | 'another name each' | 'one name' | 'none seen';

export const healthFile: Experiment<Id> = {
  id: 'health-file',
  questions: ['health-file-name', 'health-file-expiry'],
  measured:
    'five minutes of listing the folder of the health files twice a second, for a live one with its expiry; then the ' +
    'names and times of those that soft delete keeps',
  answers: {
    'as open source': {
      meaning:
        'every file has a name health{guid}.txt of its own; of the expiry tell liveFiles and liveFilesWithExpiry',
      goesTo: [FIDELITY],
    },
    'another name each': {
      meaning: 'every file has a name of its own, made otherwise',
      goesTo: [WRITER, FIDELITY, { file: 'contract/lake-path.ts', change: 'what is a health file' }],
    },
    'one name': {
      meaning: 'the same file is written again and again',
      goesTo: [
        WRITER,
        FIDELITY,
        CHURN,
        { file: 'constructs/lake-storage.ts', change: 'cost of soft delete' },
      ],
    },
    'none seen': {
      meaning: 'neither live files nor deleted ones',
      goesTo: [
        WRITER,
        FIDELITY,
        { file: 'verify/checks/health/file-keeps-coming.ts', change: 'what it looks for' },
      ],
    },
  },
  rights: [],
  minutes: 6,
  operations: 700,
  deploysApart: 0,
  unpriced: [],
  onEmulator: { answers: 'as open source' },
  run: async (context) => {
    const { clock, signal } = context;
    const manifest = await context.deployment();
    const fileSystem = context.lakeOf(manifest);
    const folder = healthCheckPath(lakeTenantOf(manifest));
    const expiries: number[] = [];
    let live = 0;
    for (const start = clock.now(); clock.now() - start < WATCHED_MS;) {
      try {
        for await (const { name = '', isDirectory, createdOn, expiresOn } of listed(folder)) {
          if (isDirectory === true || !name.endsWith('.txt')) continue;
          live += 1;
          if (expiresOn === undefined) continue;
          expiries.push(Math.round((expiresOn.getTime() - (createdOn?.getTime() ?? NaN)) / 1_000));
        }
      } catch (error) {
        // Before the first health check there is no folder.
        if ((error as { readonly statusCode?: number }).statusCode !== 404) throw error;
      }
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
    const deleted: { readonly name: string; readonly at: number }[] = [];
    for await (const { name, deletedOn } of fileSystem.listDeletedPaths({
      prefix: folder,
      abortSignal: signal,
    }))
      deleted.push({ name: name.split('/').at(-1) ?? '', at: deletedOn?.getTime() ?? NaN });
    const files = deleted.filter(({ name }) => name.endsWith('.txt'));
    const names = new Set(files.map(({ name }) => name));
    const times = files.map(({ at }) => at).sort((one, other) => one - other);
    const gaps = times.slice(1).map((time, index) => Math.round((time - (times[index] ?? NaN)) / 1_000));
    const observed = {
      deletedFiles: files.length,
      names: names.size,
      shapes: [...new Set([...names].map(shapeOf))].slice(0, 5),
      medianGapSeconds: gaps.sort((one, other) => one - other)[Math.floor(gaps.length / 2)] ?? -1,
      assumedGapSeconds: SERVICE_FACTS.healthProbePeriodSeconds.value,
      liveFiles: live,
      liveFilesWithExpiry: expiries.length,
      expirySeconds: [...new Set(expiries)].map(String),
    };
    return { answer: answerOf(files.length, names), observed };

    function listed(path: string) {
      return fileSystem.listPaths({ path, recursive: true, abortSignal: signal });
    }
  },
};

function answerOf(count: number, names: ReadonlySet<string>): Id {
  if (count === 0) return 'none seen';
  if (names.size === 1 && count > 1) return 'one name';
  return [...names].every((name) => OPEN_SOURCE.test(name)) ? 'as open source' : 'another name each';
}

/** What a name looks like, without what is in it. */
function shapeOf(name: string): string {
  return name
    .replaceAll(/[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}/gi, '{guid}')
    .replaceAll(/\d+/g, '{number}');
}
