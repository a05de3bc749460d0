import path from 'node:path';
import type { DataLakeFileSystemClient } from '@azure/storage-file-datalake';
import type { DeploymentManifest } from '../../contract';
import type { Clock, Emulator } from '../../emulator';
import {
  connectionForEmulator,
  type Report,
  type ReportRow,
  verify,
  type VerifyConfig,
  type VerifyEnvironment,
} from '../../verify';
import { syntheticInstance } from '../../verify/sample/synthetic-instance';
import { temporaryFolder } from './cli';
import { journalledBelow } from './journals';
import { dicomSender, multipartOf } from './dicom-http';
import { dicomFilesIn, fileSystemOf, JSON_ACCEPT } from './dicom-service';
import { type ProvisionedLake, type ProvisionOptions, provisionLake, startTestEmulator } from './emulator';
import { type ProxiedAnswer, type ProxiedRequest, startProxy, type Tamper } from './verify-proxy';

/** A deployment on the emulator with one plane that can be made to answer wrongly, and the verifier in front of it. */
export interface VerifyBench extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly lake: ProvisionedLake;
  /** A folder for the test; the journal is in its folder `journal`. */
  readonly folder: string;
  /** URL of the service as the verifier knows it: that of the proxy, where one stands before it. */
  readonly serviceUrl: string;
  /** What went through the tampered plane, in order. */
  readonly requests: readonly ProxiedRequest[];
  /** The lake behind the service's back, as the deployer. */
  readonly fileSystem: DataLakeFileSystemClient;
  readonly target: VerifyConfig['target'];
  /** Stores an image under a study UID, as a run would. */
  store(studyInstanceUid: string): Promise<void>;
  run(config?: Partial<VerifyConfig>, environment?: VerifyEnvironment): Promise<Report>;
  /** Names of the DICOM files in the lake. */
  files(): Promise<readonly string[]>;
  /** What is in journals. */
  journalled(): readonly unknown[];
}

export interface VerifyBenchOptions extends ProvisionOptions {
  /** Stands in front of the DICOM service. */
  readonly dicom?: Tamper;
  /** Stands in front of Azure Resource Manager, in place of the DICOM service. */
  readonly arm?: Tamper;
  /** @default - those of provisionLake */
  readonly partitions?: readonly string[];
  /** @default 100 */
  readonly fileRemovalPeriodMs?: number;
  /** Of the emulator. @default - the clock of the machine */
  readonly clock?: Clock;
  /** Of the emulator: how long roles take until they count. @default 0 */
  readonly rolePropagationMs?: number;
  /** Of the emulator: how long the DICOM service holds on to what it decided. @default 0 */
  readonly authorizationCacheMs?: number;
}

const pass: Tamper = (_request, forward) => forward();

export async function startVerifyBench(options: VerifyBenchOptions = {}): Promise<VerifyBench> {
  const { dicom, arm, fileRemovalPeriodMs = 100, clock, rolePropagationMs, authorizationCacheMs } = options;
  const folder = temporaryFolder();
  const stateFolder = path.join(folder.path, 'emulator');
  const emulator = await startTestEmulator({
    fileRemovalPeriodMs,
    stateFolder,
    clock,
    rolePropagationMs,
    authorizationCacheMs,
  });
  const lake = await provisionLake(emulator, options);
  const { endpoints } = emulator.ready;
  const plane = arm === undefined ? endpoints.dicom : endpoints.arm;
  const proxy = await startProxy(plane, emulator.ca, stateFolder, arm ?? dicom ?? pass);
  const connection = connectionForEmulator(emulator.ready, emulator.ca);
  const manifest = manifestOf(lake, options.partitions);
  const { dicomService } = manifest;
  const serviceUrl = dicomService.serviceUrl.replace(endpoints.dicom, proxy.origin);
  const target: Extract<VerifyConfig['target'], { readonly kind: 'deployment' }> =
    arm === undefined
      ? {
          kind: 'deployment',
          manifest: { ...manifest, dicomService: { ...dicomService, serviceUrl } },
          azure: connection,
        }
      : { kind: 'deployment', manifest, azure: { ...connection, armEndpoint: proxy.origin } };
  const journalFolder = path.join(folder.path, 'journal');
  const fileSystem = fileSystemOf(emulator, lake);
  return {
    emulator,
    lake,
    folder: folder.path,
    serviceUrl: target.manifest.dicomService.serviceUrl,
    target,
    store: async (studyInstanceUid) => {
      const send = await dicomSender(emulator, lake);
      const { file } = syntheticInstance(studyInstanceUid, 'test');
      await send('/studies', { method: 'POST', accept: JSON_ACCEPT, ...multipartOf([file]) });
    },
    requests: proxy.requests,
    fileSystem,
    run: (config = {}, environment = {}) =>
      verify(
        {
          target,
          journalFolder,
          limits: { fileRemovalMs: 5_000, healthWindowMs: 1_000 },
          version: '0.0.0',
          only: ['dicomweb', 'contract'],
          ...config,
        },
        environment,
      ),
    files: () => dicomFilesIn(fileSystem),
    journalled: () => journalledBelow(journalFolder),
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await emulator.close();
      folder[Symbol.dispose]();
    },
  };
}

function manifestOf({ manifest }: ProvisionedLake, partitions?: readonly string[]): DeploymentManifest {
  const { dicomService } = manifest;
  return {
    ...manifest,
    dicomService: { ...dicomService, partitions: partitions ?? dicomService.partitions },
  };
}

/** The row of a check. @throws Error where the report has none */
export function rowOf(report: Report, id: string): ReportRow {
  const found = report.rows.find((one) => one.id === id);
  if (found === undefined) throw new Error(`the report has no row '${id}'`);
  return found;
}

/** Changes the answers to some requests and lets all others pass. */
export function changing(
  matches: (request: ProxiedRequest) => boolean,
  change: (answer: ProxiedAnswer) => Partial<ProxiedAnswer>,
): Tamper {
  return async (request, forward) => {
    const answer = await forward();
    return matches(request) ? { ...answer, ...change(answer) } : answer;
  };
}
