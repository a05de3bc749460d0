import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DataLakeFileSystemClient } from '@azure/storage-file-datalake';
import { type DeploymentManifest, ROLES } from '../../contract';
import type { Emulator } from '../../emulator';
import { SystemClock } from '../../verify';
import { type CliResult, runCli, temporaryFolder } from './cli';
import { syntheticDataset, writeDicomFile } from './dicom-file';
import { dicomSender, multipartOf, type SendDicom } from './dicom-http';
import { fileSystemOf } from './dicom-service';
import { assignRole, armOf, type ProvisionedLake, provisionLake, startTestEmulator } from './emulator';
import { type Proxy, startProxy, type Tamper } from './verify-proxy';

/** `KILL_SEED` repeats a run that failed. */
export const KILL_SEED = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31));

const CLOCK = new SystemClock();

const PARTITIONS = ['ward-7', 'ward-8'];
/** Folder of the journal below that of the bench. */
export const STATE = 'journal';

/** A deployment with images of others in it, and a verifier to be killed. */
export interface KilledRunBench extends AsyncDisposable {
  readonly folder: string;
  /** The lake behind the service's back. */
  readonly fileSystem: DataLakeFileSystemClient;
  run(args: readonly string[], onStart?: (child: ChildProcess) => void): Promise<CliResult>;
  planes(): Promise<Planes>;
}

/** Studies in the index, files and folders in the lake. */
export interface Planes {
  readonly studies: readonly string[];
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** @param tamper stands in front of the DICOM service and the lake. @default - nothing does */
export async function startKilledRunBench(tamper?: Tamper): Promise<KilledRunBench> {
  const folder = temporaryFolder();
  const stateFolder = path.join(folder.path, 'emulator');
  const emulator = await startTestEmulator({ fileRemovalPeriodMs: 100, stateFolder });
  const lake = await provisionLake(emulator, { dataPartitionsEnabled: true });
  const { objectId } = emulator.ready.credentials.verifier;
  await assignRole(armOf(emulator), lake.containerId, ROLES.storageBlobDataContributor.id, objectId, 7);
  const { endpoints } = emulator.ready;
  const proxies: Proxy[] = [];
  const before = async (target: string): Promise<string> => {
    if (tamper === undefined) return target;
    const proxy = await startProxy(target, emulator.ca, stateFolder, tamper);
    proxies.push(proxy);
    return proxy.origin;
  };
  const dicomOrigin = await before(endpoints.dicom);
  const accountUrl = `${await before(endpoints.storage)}/${lake.accountName}/`;
  const { dicomService } = lake.manifest;
  const serviceUrl = dicomService.serviceUrl.replace(endpoints.dicom, dicomOrigin);
  const manifest: DeploymentManifest = {
    ...lake.manifest,
    dicomService: { ...dicomService, serviceUrl, partitions: PARTITIONS },
    lake: { ...lake.manifest.lake, blobEndpoint: accountUrl, dfsEndpoint: accountUrl },
  };
  writeFileSync(path.join(folder.path, 'ready.json'), JSON.stringify(emulator.ready));
  writeFileSync(path.join(folder.path, 'manifest.json'), JSON.stringify(manifest));
  mkdirSync(path.join(folder.path, STATE));
  const send = await storeForeignStudies(emulator, lake);
  const fileSystem = fileSystemOf(emulator, lake);
  return {
    folder: folder.path,
    fileSystem,
    run: (args, onStart) =>
      runCli([...args, 'manifest.json', '--emulator', 'ready.json', '--state', STATE], {
        cwd: folder.path,
        ...(onStart === undefined ? {} : { onStart }),
      }),
    planes: () => planesOf(send, fileSystem),
    [Symbol.asyncDispose]: async () => {
      for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
      await emulator.close();
      folder[Symbol.dispose]();
    },
  };
}

/** Images that are nobody's of the verifier, one in each partition. */
async function storeForeignStudies(emulator: Emulator, lake: ProvisionedLake): Promise<SendDicom> {
  const send = await dicomSender(emulator, lake);
  for (const partition of PARTITIONS) {
    const file = writeDicomFile(syntheticDataset({ study: partition, series: 's', instance: partition }));
    const { status } = await send(`/partitions/${partition}/studies`, {
      method: 'POST',
      accept: 'application/dicom+json',
      ...multipartOf([file]),
    });
    expect(status).toBe(200);
  }
  return send;
}

async function planesOf(send: SendDicom, fileSystem: DataLakeFileSystemClient): Promise<Planes> {
  const found = await Promise.all(
    PARTITIONS.map((partition) =>
      send(`/partitions/${partition}/studies`, { accept: 'application/dicom+json' }),
    ),
  );
  const studies = found.flatMap(({ text }, index) =>
    text === ''
      ? []
      : (JSON.parse(text) as StudyJson[]).map((study) => `${PARTITIONS[index]} ${uidIn(study)}`),
  );
  const files: string[] = [];
  const folders: string[] = [];
  for await (const { name = '', isDirectory } of fileSystem.listPaths({ recursive: true }))
    if (!name.includes('/healthCheck')) (isDirectory === true ? folders : files).push(name);
  return { studies: studies.sort(), files: files.sort(), folders: folders.sort() };
}

interface StudyJson {
  readonly '0020000D': { readonly Value: readonly string[] };
}

function uidIn(study: StudyJson): string {
  return study['0020000D'].Value[0] ?? '';
}

/** The service removes files of deleted images in its own time. */
export async function planesInTheEnd(bench: KilledRunBench, wanted: Planes): Promise<Planes> {
  for (let tries = 0; ; tries += 1) {
    const planes = await bench.planes();
    if (tries === 30 || planes.files.length === wanted.files.length) return planes;
    await CLOCK.sleep(100);
  }
}

/** @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
