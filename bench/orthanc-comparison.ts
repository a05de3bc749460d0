import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { startBareServer } from './bare-server';
import type { DicomwebServer } from './dicomweb-server';
import { startEmulatorServer } from './emulator-server';
import { CLIENTS, type Load, type LoadResult } from './load-client';
import { describeRates, measure } from './measure';
import { startOrthanc } from './orthanc-server';

/** Requests of one run. */
const COUNTS = { store: 200, retrieve: 300, searchInstances: 100, searchPatient: 400 } as const;

const TITLES: Readonly<Record<Load['kind'], string>> = {
  store: 'STOW, a CT slice of 512 KiB each',
  retrieve: 'WADO, an instance of 512 KiB each',
  searchInstances: 'QIDO, the 50 instances of a study',
  searchPatient: 'QIDO, the studies of a PatientID',
};

/** Puts the same load on Orthanc and on the emulator, in turns. To be run where all that listens is out of reach. */
async function compareWithOrthanc(rounds: number): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dicom-lake-bench-'));
  const client = fork(path.join(__dirname, 'load-client.js'));
  try {
    await using orthanc = await startOrthanc(path.join(folder, 'orthanc'));
    await using plain = await startEmulatorServer('--plain-dicom');
    await using kept = await startEmulatorServer('--plain-dicom', '--state', path.join(folder, 'state'));
    await using secure = await startEmulatorServer();
    await using bare = await startBareServer();
    const servers: Readonly<Record<string, DicomwebServer>> = {
      'bare node:http (what the load can do)': bare,
      emulator: plain,
      'emulator --state': kept,
      'emulator over TLS': secure,
      [`Orthanc ${orthanc.version}`]: orthanc,
    };
    const texts: string[] = [];
    let stored = 0;
    for (const kind of ['store', 'retrieve', 'searchInstances', 'searchPatient'] as const) {
      const count = COUNTS[kind];
      const already = new Map<string, number>();
      const ways = Object.entries(servers).map(([name, { url, headers, ca }]) => {
        const run = async (): Promise<number> => {
          const known = kind === 'store' ? (already.get(name) ?? 0) : stored;
          already.set(name, known + count);
          return put({ kind, url, headers, ...(ca === undefined ? {} : { ca }), count, stored: known });
        };
        return [name, run] as const;
      });
      const measured = await measure(Object.fromEntries(ways), rounds);
      if (kind === 'store') stored = Math.min(...already.values());
      texts.push(describeRates(TITLES[kind], count, measured));
    }
    texts.push(describeMemory(servers, stored));
    return texts.join('\n');
  } finally {
    client.kill();
    rmSync(folder, { recursive: true, force: true });
  }

  async function put(load: Load): Promise<number> {
    client.send(load);
    const [result] = (await once(client, 'message')) as [LoadResult];
    if ('error' in result) throw new Error(`${load.kind} at ${load.url}: ${result.error}`);
    return result.milliseconds;
  }
}

function describeMemory(servers: Readonly<Record<string, DicomwebServer>>, stored: number): string {
  const lines = Object.entries(servers).map(
    ([name, server]) => `  ${name.padEnd(38)}${server.peakMemory().toFixed(0).padStart(8)}`,
  );
  return [`Memory with ${stored} slices stored (MB resident, at its peak)`, ...lines, ''].join('\n');
}

const [rounds = '7'] = process.argv.slice(2);
void compareWithOrthanc(Number(rounds)).then((text) => {
  const load = loadavg()
    .map((average) => average.toFixed(1))
    .join(', ');
  process.stdout.write(
    `${CLIENTS} clients; load of the machine over 1, 5 and 15 minutes: ${load}\n\n${text}`,
  );
});
