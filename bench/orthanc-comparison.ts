import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBareServer } from './bare-server';
import type { DicomwebServer } from './dicomweb-server';
import { startEmulatorServer } from './emulator-server';
import { CLIENTS, type Load, type LoadResult } from './load-client';
import { measure, rateRows } from './measure';
import { startOrthanc } from './orthanc-server';
import type { SectionResult, Table, Unit } from './section';

type Kind = Load['kind'];

/** What is measured, and how many requests one run sends. */
const KINDS: Readonly<Record<Kind, { readonly title: string; readonly count: number }>> = {
  store: { title: 'STOW, a CT slice of 512 KiB each', count: 200 },
  retrieve: { title: 'WADO, an instance of 512 KiB each', count: 300 },
  searchInstances: { title: 'QIDO, the 50 instances of a study', count: 100 },
  searchPatient: { title: 'QIDO, the studies of a PatientID', count: 400 },
};

/** A server with what was asked of it so far. */
class Contender {
  private stored = 0;
  private readonly asked = new Map<Kind, { readonly requests: number; readonly processorTime: number }>();

  public constructor(
    public readonly name: string,
    public readonly server: DicomwebServer,
    private readonly client: ChildProcess,
  ) {}

  /** Answers the milliseconds that the requests took. */
  public async run(kind: Kind, count: number): Promise<number> {
    const { url, headers, ca } = this.server;
    const before = this.server.processorTime();
    const load: Load = {
      kind,
      url,
      headers,
      count,
      stored: this.stored,
      ...(ca === undefined ? {} : { ca }),
    };
    this.client.send(load);
    const [result] = (await once(this.client, 'message')) as [LoadResult];
    if ('error' in result) throw new Error(`${this.name}: ${result.error}`);
    if (kind === 'store') this.stored += count;
    const { requests = 0, processorTime = 0 } = this.asked.get(kind) ?? {};
    this.asked.set(kind, {
      requests: requests + count,
      processorTime: processorTime + this.server.processorTime() - before,
    });
    return result.milliseconds;
  }

  public async fillUpTo(slices: number): Promise<void> {
    if (this.stored < slices) await this.run('store', slices - this.stored);
  }

  /** Processor time that a request took so far, on all threads of the server. */
  public processorTimeOf(kind: Kind): number {
    const { requests = NaN, processorTime = NaN } = this.asked.get(kind) ?? {};
    return processorTime / requests;
  }
}

/**
 * Puts the same load on Orthanc and on the emulator, in turns. To be run where nobody reaches what listens.
 *
 * @param slices how many are stored, at least, before they are asked for
 */
async function compareWithOrthanc(rounds: number, slices: number): Promise<SectionResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dicom-lake-bench-'));
  const client = fork(path.join(__dirname, 'load-client.js'));
  try {
    await using orthanc = await startOrthanc(path.join(folder, 'orthanc'));
    await using plain = await startEmulatorServer('--plain-dicom');
    await using kept = await startEmulatorServer('--plain-dicom', '--state', path.join(folder, 'state'));
    await using secure = await startEmulatorServer();
    await using bare = await startBareServer();
    const contenders = [
      new Contender('bare node:http, what the load can', bare, client),
      new Contender('emulator', plain, client),
      new Contender('emulator --state', kept, client),
      new Contender('emulator over TLS', secure, client),
      new Contender(`Orthanc ${orthanc.version}`, orthanc, client),
    ];
    const tables: Table[] = [];
    for (const [kind, { title, count }] of Object.entries(KINDS) as [Kind, (typeof KINDS)[Kind]][]) {
      const ways = contenders.map((one) => [one.name, () => one.run(kind, count)] as const);
      tables.push({ title, rows: rateRows(await measure(Object.fromEntries(ways), rounds), count) });
      if (kind === 'store') for (const one of contenders) await one.fillUpTo(slices);
    }
    return {
      tables: [...tables, ...useTables(contenders)],
      notes: [
        `${CLIENTS} clients side by side, each with one connection. Orthanc as Debian has it, with its defaults, but ` +
          'that it compresses no answer; the bare server reads and answers from memory, and so shows what the load can.',
        'Processor time is that of all runs together; memory the most that was resident, once all was stored.',
        'Behind with slices: the emulator does everything on one thread. A store takes about as much processor time as ' +
          'Orthanc’s, which spreads its requests over several; a retrieve takes more, of which opening, reading and ' +
          'closing the file is a third and writing it to the socket a fifth.',
        ...(slices > 0 ? [`Of at least ${slices} slices.`] : []),
      ],
      peers: { Orthanc: orthanc.version },
    };
  } finally {
    client.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the servers took for it: one figure each. */
function useTables(contenders: readonly Contender[]): readonly Table[] {
  const last = contenders.at(-1)?.name ?? '';
  const table = (title: string, unit: Unit, figure: (one: Contender) => number): Table => ({
    title,
    rows: contenders.map((one) => ({
      name: one.name,
      unit,
      runs: [figure(one)],
      ...(one.name === last ? {} : { base: last }),
    })),
  });
  return [
    ...(Object.keys(KINDS) as Kind[]).map((kind) =>
      table(`processor time of the server, ${KINDS[kind].title}`, 'ms', (one) => one.processorTimeOf(kind)),
    ),
    table('memory of the server', 'MB', (one) => one.server.peakMemory()),
  ];
}

const [rounds = '5', slices = '0'] = process.argv.slice(2);
void compareWithOrthanc(Number(rounds), Number(slices)).then((result) =>
  process.stdout.write(JSON.stringify(result)),
);
