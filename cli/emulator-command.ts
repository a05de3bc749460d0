import { closeSync, fchmodSync, openSync, writeFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import { SERVICE_FACTS } from '../contract';
import { FAULTS, startEmulator } from '../emulator';
import { type CommandContext, UsageError } from './command-context';
import { emulatorClockCommand } from './emulator-clock-command';
import { emulatorEnvCommand } from './emulator-env-command';
import { emulatorFaultCommand, faultList } from './emulator-fault-command';
import { OptionReader } from './option-reader';

interface EmulatorOptions {
  readonly readyFile?: string;
  readonly state?: string;
  readonly armPort?: number;
  readonly entraPort?: number;
  readonly storagePort?: number;
  readonly dicomPort?: number;
  readonly logsPort?: number;
  readonly adminPort?: number;
  readonly fault?: readonly string[];
  readonly fileRemovalSeconds: number;
  readonly rolePropagationSeconds: number;
  readonly authorizationCacheSeconds: number;
  readonly logDelaySeconds: number;
  readonly clientIp?: string;
  readonly plainDicom?: boolean;
}

/** `dicom-lake emulator`: runs until it is interrupted. */
export function emulatorCommand(context: CommandContext): Command {
  const removal = SERVICE_FACTS.fileRemovalPeriodSeconds.value;
  const reader = new OptionReader();
  const port = (flag: string): ((text: string) => number) =>
    reader.wholeNumber(flag, { minimum: 0, maximum: 65_535 });
  const seconds = (flag: string): ((text: string) => number) =>
    reader.decimal(flag, 'seconds from 0 to 86400', { minimum: 0, maximum: 86_400 });
  return new Command('emulator')
    .description('run Azure, as far as this kit needs it, on this machine (loopback only)')
    .option(
      '--ready-file <file>',
      'write the ready line to this file as well, readable by you alone',
      reader.text('--ready-file', 'the name of a file', (text) => text !== ''),
    )
    .option(
      '--state <folder>',
      'keep everything in this folder and go on from it at the next start (default: forget it all at the end)',
      reader.text('--state', 'the name of a folder', (text) => text !== ''),
    )
    .option('--arm-port <port>', 'port of Azure Resource Manager', port('--arm-port'))
    .option('--entra-port <port>', 'port of the token endpoint', port('--entra-port'))
    .option('--storage-port <port>', 'port of the lake, blob and dfs', port('--storage-port'))
    .option('--dicom-port <port>', 'port of the DICOM services', port('--dicom-port'))
    .option('--logs-port <port>', 'port of queries of logs', port('--logs-port'))
    .option('--admin-port <port>', 'port of the admin API', port('--admin-port'))
    .option(
      '--fault <id>',
      'set a fault as soon as there is what it harms; may be given again (default: none)',
      collect,
    )
    .option(
      '--file-removal-seconds <seconds>',
      'how often files of deleted instances are removed',
      reader.decimal('--file-removal-seconds', 'seconds from 0.001 to 86400', {
        minimum: 0.001,
        maximum: 86_400,
      }),
      removal,
    )
    .option(
      '--role-propagation-seconds <seconds>',
      'how long it takes until a role assignment counts that was made, or no longer counts that was removed (in Azure up to 600)',
      seconds('--role-propagation-seconds'),
      0,
    )
    .option(
      '--authorization-cache-seconds <seconds>',
      'how long a DICOM service holds on to what it decided on a caller (in Azure up to 300)',
      seconds('--authorization-cache-seconds'),
      0,
    )
    .option(
      '--log-delay-seconds <seconds>',
      'how long rows of logs are on their way before they can be queried (in Azure 20 to 180 on average)',
      seconds('--log-delay-seconds'),
      120,
    )
    .option(
      '--client-ip <address>',
      'IPv4 address that clients play for firewalls and private endpoints (default: 203.0.113.10, on the internet)',
      reader.text('--client-ip', 'an IPv4 address such as 203.0.113.10', isIPv4),
    )
    .option(
      '--plain-dicom',
      'serve the DICOM services over plain http, for clients that cannot be made to trust the certificate authority',
    )
    .addCommand(emulatorFaultCommand(context))
    .addCommand(emulatorClockCommand(context))
    .addCommand(emulatorEnvCommand(context))
    .addHelpText('after', () => `${EMULATOR_HELP}\n${faultList({ withParameters: false })}`)
    .action((options: EmulatorOptions) => {
      for (const id of (options.fault ?? []).filter((one) => !IDS.includes(one))) {
        reader.problem('--fault', `one of ${IDS.join(', ')}`, id);
      }
      reader.check();
      return runEmulator(context, options);
    });
}

const IDS: readonly string[] = FAULTS.map(({ id }) => id);

const EMULATOR_HELP = `
Ports that are not given are free ones, or with --state those of the last run; 0 always takes a free one.
Prints one line of JSON when it is ready: endpoints, admin API, certificate authority, tenant, subscription and credentials.

Network rules bind: a lake with a closed firewall lets in the client that its rules name. Give --client-ip an address
that they let through, or one inside the network of a private endpoint; one request can play another client with the
header x-dicom-lake-client-ip.

Example:
  dicom-lake emulator --ready-file ready.json --state .dicom-lake/emulator
  dicom-lake local apply cdktf.out/stacks/emulator/cdk.tf.json --emulator ready.json --out manifest.json
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
    ...(options.logsPort === undefined ? {} : { logs: options.logsPort }),
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
    logDelayMs: options.logDelaySeconds * 1000,
    clientAddress: options.clientIp,
    plainDicom: options.plainDicom,
    onError: (error) => context.err(`${String((error as Error).stack ?? error)}\n`),
  }).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(REMEDIES[code ?? '']?.(message) ?? message);
  });
  try {
    for (const id of options.fault ?? []) await emulator.faults.set(id, {}, { whenPossible: true });
    const line = `${JSON.stringify(emulator.ready)}\n`;
    if (options.readyFile !== undefined) writeReadyFile(context, options.readyFile, line);
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
  ENOTDIR: (message) => `the folder of --state cannot be made: ${message}; name a folder`,
  EACCES: (message) =>
    `permission is missing: ${message}; choose a folder that you may write and ports from 1024`,
  LEVEL_LOCKED: () =>
    'another emulator is using the folder of --state; stop that one, or give this one a folder of its own',
};

/** It has secrets, so that a file which others may read is closed to them before it has any. */
function writeReadyFile(context: CommandContext, file: string, line: string): void {
  const target = path.resolve(context.workingDirectory, file);
  try {
    const opened = openSync(target, 'w', 0o600);
    try {
      fchmodSync(opened, 0o600);
      writeFileSync(opened, line);
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = {
      ENOENT: 'there is no such folder',
      EISDIR: 'it is a folder',
      EACCES: 'it may not be written',
    }[code ?? ''];
    throw new UsageError(`the ready file '${file}' cannot be written: ${reason ?? message}`);
  }
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
