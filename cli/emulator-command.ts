import { writeFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Command, InvalidArgumentError } from 'commander';
import { SERVICE_FACTS } from '../contract';
import { type Emulator, FaultRefused, startEmulator } from '../emulator';
import { type CommandContext, UsageError } from './command-context';
import { emulatorClockCommand } from './emulator-clock-command';
import { emulatorEnvCommand } from './emulator-env-command';
import { emulatorFaultCommand, faultList } from './emulator-fault-command';

interface EmulatorOptions {
  readonly readyFile?: string;
  readonly state?: string;
  readonly armPort?: number;
  readonly entraPort?: number;
  readonly storagePort?: number;
  readonly dicomPort?: number;
  readonly adminPort?: number;
  readonly fault: readonly string[];
  readonly fileRemovalSeconds: number;
  readonly rolePropagationSeconds: number;
  readonly authorizationCacheSeconds: number;
  readonly clientIp?: string;
  readonly plainDicom?: boolean;
}

/** `dicom-lake emulator`: runs until it is interrupted. */
export function emulatorCommand(context: CommandContext): Command {
  const removal = SERVICE_FACTS.fileRemovalPeriodSeconds.value;
  return new Command('emulator')
    .description('run Azure, as far as this kit needs it, on this machine (loopback only)')
    .option('--ready-file <file>', 'write the ready line to this file as well, readable by you alone')
    .option(
      '--state <folder>',
      'keep everything in this folder and go on from it at the next start (default: forget it all at the end)',
    )
    .option('--arm-port <port>', 'port of Azure Resource Manager', port)
    .option('--entra-port <port>', 'port of the token endpoint', port)
    .option('--storage-port <port>', 'port of the lake, blob and dfs', port)
    .option('--dicom-port <port>', 'port of the DICOM services', port)
    .option('--admin-port <port>', 'port of the admin API', port)
    .option('--fault <id>', 'set a fault as soon as there is what it harms; may be given again', collect, [])
    .option(
      '--file-removal-seconds <seconds>',
      'how often files of deleted instances are removed',
      seconds,
      removal,
    )
    .option(
      '--role-propagation-seconds <seconds>',
      'how long it takes until a role assignment counts that was made, or no longer counts that was removed (in Azure up to 600)',
      secondsOrNone,
      0,
    )
    .option(
      '--authorization-cache-seconds <seconds>',
      'how long a DICOM service holds on to what it decided on a caller (in Azure up to 300)',
      secondsOrNone,
      0,
    )
    .option(
      '--client-ip <address>',
      'IPv4 address that clients play for firewalls and private endpoints (default: 203.0.113.10, on the internet)',
      ipv4Address,
    )
    .option(
      '--plain-dicom',
      'serve the DICOM services over plain http, for clients that cannot be made to trust the certificate authority',
    )
    .addCommand(emulatorFaultCommand(context))
    .addCommand(emulatorClockCommand(context))
    .addCommand(emulatorEnvCommand(context))
    .addHelpText('after', () => `${EMULATOR_HELP}\n${faultList({ withParameters: false })}`)
    .action((options: EmulatorOptions) => runEmulator(context, options));
}

const EMULATOR_HELP = `
Ports that are not given are free ones, or with --state those of the last run; 0 always takes a free one.
Prints one line of JSON when it is ready: endpoints, admin API, certificate authority, tenant, subscription and credentials.

Network rules bind: a lake with a closed firewall lets in the client that its rules name. Give --client-ip an address
that they let through, or one inside the network of a private endpoint; one request can play another client with the
header x-dicom-lake-client-ip.

Example:
  dicom-lake emulator --ready-file ready.json --state .dicom-lake/emulator
  dicom-lake local apply cdktf.out/stacks/imaging/cdk.tf.json --emulator ready.json --out manifest.json
  dicom-lake verify manifest.json --emulator ready.json
  dicom-lake emulator fault set lake/role-removed --emulator ready.json`;

/**
 * What passes through lies in buffers outside the heap, which go when V8 collects its young generation. While that is
 * small it is collected often, at little cost; grown, V8 would go through the whole heap instead, again and again.
 */
const SMALL_YOUNG_GENERATION = '--semi-space-growth-factor=1';

async function runEmulator(context: CommandContext, options: EmulatorOptions): Promise<void> {
  setFlagsFromString(SMALL_YOUNG_GENERATION);
  const ports = {
    ...(options.armPort === undefined ? {} : { arm: options.armPort }),
    ...(options.entraPort === undefined ? {} : { entra: options.entraPort }),
    ...(options.storagePort === undefined ? {} : { storage: options.storagePort }),
    ...(options.dicomPort === undefined ? {} : { dicom: options.dicomPort }),
    ...(options.adminPort === undefined ? {} : { admin: options.adminPort }),
  };
  const emulator = await startEmulator({
    ports,
    ...(options.state === undefined
      ? {}
      : { stateFolder: path.resolve(context.workingDirectory, options.state) }),
    fileRemovalPeriodMs: options.fileRemovalSeconds * 1000,
    rolePropagationMs: options.rolePropagationSeconds * 1000,
    authorizationCacheMs: options.authorizationCacheSeconds * 1000,
    clientAddress: options.clientIp,
    plainDicom: options.plainDicom,
    onError: (error) => context.err(`${String((error as Error).stack ?? error)}\n`),
  }).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(REMEDIES[code ?? '']?.(message) ?? message);
  });
  try {
    await setFaults(emulator, options.fault);
    const line = `${JSON.stringify(emulator.ready)}\n`;
    if (options.readyFile !== undefined) {
      writeFileSync(path.resolve(context.workingDirectory, options.readyFile), line, { mode: 0o600 });
    }
    context.err('The emulator is ready; Ctrl-C stops it.\n');
    context.out(line);
    await aborted(context.signal);
  } finally {
    await emulator.close();
  }
}

const REMEDIES: Readonly<Record<string, (message: string) => string>> = {
  EADDRINUSE: (message) =>
    `a port is taken: ${message}; choose another, or 0 for a free one (with --state, the ports of the last run are used)`,
  LEVEL_LOCKED: () =>
    'another emulator is using the folder of --state; stop that one, or give this one a folder of its own',
};

async function setFaults({ faults }: Emulator, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await faults.set(id, {}, { whenPossible: true }).catch((error: unknown) => {
      throw error instanceof FaultRefused ? new UsageError(error.message) : error;
    });
  }
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) {
    throw new InvalidArgumentError('a port is a whole number from 0 to 65535.');
  }
  return value;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 86_400))
    throw new InvalidArgumentError('give seconds, more than 0 and at most 86400.');
  return value;
}

function secondsOrNone(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 86_400))
    throw new InvalidArgumentError('give seconds, from 0 to 86400.');
  return value;
}

function ipv4Address(text: string): string {
  if (!isIPv4(text)) throw new InvalidArgumentError('give an IPv4 address such as 203.0.113.10.');
  return text;
}
