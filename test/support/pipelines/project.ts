import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DeploymentManifest, EmulatorReady } from '../../../contract';
import { type CliResult, runCli, temporaryFolder } from '../cli';
import { dicomSender } from '../dicom-http';
import { JSON_ACCEPT } from '../dicom-service';
import { startEmulatorProcess } from '../emulator-process';

const ROOT = path.resolve(__dirname, '../../..');

/** A step of a pipeline that ran. */
export interface StepRun {
  readonly name: string;
  readonly exitCode: number | null;
  readonly output: string;
}

export interface ShellStep {
  readonly name: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  /** How the host calls bash. @default ['-e'] */
  readonly flags?: readonly string[];
}

/** A project as its users have it, an emulator in place of Azure, and what a host of pipelines has in its PATH. */
export interface PipelineProject extends AsyncDisposable {
  /** Folder that holds everything of the test. */
  readonly folder: string;
  /** What the emulator says of itself. */
  readonly ready: EmulatorReady;
  /** What is verified, as DICOM_LAKE_TARGET takes it. */
  readonly target: string;
  /** Writes the settings of deployments by name, in place of those before. */
  settings(deployments: Readonly<Record<string, object>>): void;
  /** A new checkout of the project with its packages installed, as each job has one. */
  checkOut(): string;
  /** @param onStart told of the group of processes, to kill it in the middle */
  run(cwd: string, step: ShellStep, onStart?: (group: number) => void): Promise<StepRun>;
  setFault(id: string): Promise<CliResult>;
  clearFaults(): Promise<CliResult>;
  /** The manifest of what is deployed. */
  manifest(): DeploymentManifest;
  /** Studies that the DICOM service has, as JSON; empty where there are none. */
  studies(): Promise<string>;
}

/** Settings of the one deployment that the project begins with, called `test`. */
export const DEPLOYMENT = {
  profile: 'minimal',
  resourceGroupName: 'rg-imaging-test',
  location: 'westeurope',
  workspaceName: 'hospitaltest',
  dicomServiceName: 'images',
  storageAccountName: 'hospitaltestlake',
  replication: 'LRS',
  destroyable: true,
  verifier: { principalId: '77777777-7777-7777-7777-777777777777' },
  state: { resourceGroupName: 'rg-state', storageAccountName: 'hospitalstate', containerName: 'state' },
};

export async function startPipelineProject(): Promise<PipelineProject> {
  const temporary = temporaryFolder();
  const folder = temporary.path;
  const readyFile = path.join(folder, 'ready.json');
  const spawned = await startEmulatorProcess('--ready-file', readyFile, '--file-removal-seconds', '1');
  const { emulator } = spawned;
  const repository = path.join(folder, 'repository');
  const bin = path.join(folder, 'bin');
  for (const made of [repository, bin]) mkdirSync(made);
  symlinkSync(path.join(__dirname, 'terraform.cjs'), path.join(bin, 'terraform'));
  // As AzureCLI@2 leaves it: the scripts ask it for the subscription only.
  const az = `#!/bin/sh\n[ "$*" = 'account show --query id --output tsv' ] && echo ${emulator.ready.subscriptionId}\n`;
  writeFileSync(path.join(bin, 'az'), az, { mode: 0o755 });
  cpSync(path.join(ROOT, 'pipelines/azd/hooks'), path.join(repository, 'hooks'), { recursive: true });
  const app = 'node node_modules/dicom-lake/dist/stacks/main.js';
  writeFileSync(path.join(repository, 'cdktf.json'), JSON.stringify({ language: 'typescript', app }));
  const settings: PipelineProject['settings'] = (deployments) =>
    writeFileSync(path.join(repository, 'dicom-lake.yaml'), JSON.stringify({ deployments }));
  settings({ test: DEPLOYMENT });
  // Azure Resource Manager and who signs in are told by the emulator.
  const target = `out/manifest.json\n--emulator=${readyFile}`;
  const environment = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    CI: 'true',
    CHECKPOINT_DISABLE: '1',
    PIPELINE_EMULATOR: readyFile,
    DICOM_LAKE_TARGET: target,
    PIPELINE_STATE: path.join(folder, 'state.json'),
  };
  const manifest = (): DeploymentManifest =>
    (JSON.parse(readFileSync(environment.PIPELINE_STATE, 'utf8')) as { manifest: DeploymentManifest })
      .manifest;
  const told = ['--emulator', readyFile];
  let checkouts = 0;
  return {
    folder,
    target,
    ready: emulator.ready,
    settings,
    checkOut: () => {
      const cwd = path.join(folder, `checkout-${++checkouts}`);
      cpSync(repository, cwd, { recursive: true });
      install(path.join(cwd, 'node_modules'));
      return cwd;
    },
    run: (cwd, step, onStart) => runStep(cwd, step, environment, onStart),
    setFault: (id) => runCli(['emulator', 'fault', 'set', id, ...told], { cwd: folder }),
    clearFaults: () => runCli(['emulator', 'fault', 'clear', ...told], { cwd: folder }),
    manifest,
    studies: async () => {
      const send = await dicomSender(emulator, manifest().dicomService, 'verifier');
      return (await send('/studies', { accept: JSON_ACCEPT })).text;
    },
    [Symbol.asyncDispose]: async () => {
      await spawned[Symbol.asyncDispose]();
      temporary[Symbol.dispose]();
    },
  };
}

/** Packages as npm would install them; links, so that it takes no time. */
export function install(nodeModules: string): void {
  mkdirSync(path.join(nodeModules, '.bin'), { recursive: true });
  symlinkSync(ROOT, path.join(nodeModules, 'dicom-lake'));
  symlinkSync(path.join(ROOT, 'node_modules/.bin/cdktf'), path.join(nodeModules, '.bin/cdktf'));
}

function runStep(
  cwd: string,
  { name, script, environment: own, flags = ['-e'] }: ShellStep,
  environment: Readonly<Record<string, string>>,
  onStart?: (group: number) => void,
): Promise<StepRun> {
  const child = spawn('bash', [...flags, '-c', script], {
    cwd,
    env: { ...environment, ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  if (child.pid !== undefined) onStart?.(child.pid);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ name, exitCode, output }));
  });
}
