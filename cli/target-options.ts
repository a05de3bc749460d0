import { DefaultAzureCredential } from '@azure/identity';
import { type Command, Option } from 'commander';
import {
  AZURE_CLOUD_NAMES,
  AZURE_CLOUDS,
  type AzureCloudName,
  type DeploymentManifest,
  MANIFEST_VARIABLE,
} from '../contract';
import {
  type AzureConnection,
  cloudOf,
  connectionForEmulator,
  discoverManifest,
  findManifest,
  rememberSecret,
  type VerifyTarget,
} from '../verify';
import { type CommandContext, UsageError } from './command-context';
import { dicomReaderIn } from './dicom-reader';
import { proxySettings } from './proxy-settings';
import { parseJson, readEmulatorReady, readJsonFile } from './json-file';

/** What a command is about: a deployment, by its manifest or by its names, or any DICOMweb server. */
export interface TargetOptions extends DeploymentOptions {
  readonly dicomweb?: string;
}

export interface DeploymentOptions {
  readonly stack?: string;
  readonly emulator?: string;
  readonly cloud?: AzureCloudName;
  readonly subscription?: string;
  readonly resourceGroup?: string;
  readonly workspace?: string;
  readonly dicomService?: string;
  readonly partition?: readonly string[];
}

type DeploymentTarget = Extract<VerifyTarget, { readonly kind: 'deployment' }>;

/** Names of the options, for commands that take them in some cases only. */
export const TARGET_OPTIONS = [
  'stack',
  'emulator',
  'cloud',
  'subscription',
  'resourceGroup',
  'workspace',
  'dicomService',
  'partition',
  'dicomweb',
] satisfies (keyof TargetOptions)[];

/** Gives a command the argument and the options that `deploymentOf` reads. */
export function withDeploymentOptions(command: Command): Command {
  return command
    .argument(
      '[manifest]',
      'JSON of the deployment, - for standard input: a manifest, terraform (or tofu) output -json, or cdktf deploy ' +
        `--outputs-file; where nothing is named, the JSON itself in ${MANIFEST_VARIABLE}`,
    )
    .option('--stack <name>', 'which stack, where the file has several')
    .option('--subscription <id>', 'in place of a manifest: where the DICOM service is, with the next three')
    .option('--resource-group <name>', 'resource group of the workspace')
    .option('--workspace <name>', 'workspace of the DICOM service')
    .option('--dicom-service <name>', 'the DICOM service')
    .option('--partition <names...>', 'these partitions, in place of all that the DICOM service has')
    .addOption(
      new Option('--cloud <name>', 'which Azure; told from the endpoints of a manifest').choices(
        AZURE_CLOUD_NAMES,
      ),
    )
    .option('--emulator <file>', 'ask a running emulator, by its ready file, instead of Azure');
}

/** Gives a command the argument and the options that `targetOf` reads. */
export function withTargetOptions(command: Command): Command {
  return withDeploymentOptions(command).option(
    '--dicomweb <url>',
    'any DICOMweb server instead; a bearer token is taken from DICOMWEB_TOKEN',
  );
}

/** @throws UsageError or ConfigError where the options do not fit together, or what they name cannot be read */
export async function targetOf(
  context: CommandContext,
  manifest: string | undefined,
  options: TargetOptions,
): Promise<VerifyTarget> {
  for (const name of SECRETS) rememberSecret(context.environment[name] ?? '');
  const { dicomweb } = options;
  const ways = [manifest !== undefined, dicomweb !== undefined, placeFlagsIn(options).length > 0];
  const named = ways.filter(Boolean).length;
  if (named > 1 || (named === 0 && manifestIn(context) === undefined)) {
    throw new UsageError(
      'give the manifest of a deployment, or its names with --subscription, --resource-group, --workspace and --dicom-service, or --dicomweb URL',
    );
  }
  if (dicomweb === undefined) return deploymentOf(context, manifest, options);
  if (options.emulator !== undefined || options.stack !== undefined || options.cloud !== undefined)
    throw new UsageError('--emulator, --stack and --cloud go with a deployment, not with --dicomweb');
  const bearerToken = context.environment['DICOMWEB_TOKEN'];
  return { kind: 'dicomweb', url: dicomweb, ...(bearerToken === undefined ? {} : { bearerToken }) };
}

/** Whatever comes back of these is not shown. */
const SECRETS = [
  'DICOMWEB_TOKEN',
  'DICOM_READER_TOKEN',
  'DICOM_READER_CLIENT_SECRET',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_PASSWORD',
];

/** The same, where it can be a deployment only. */
export async function deploymentOf(
  context: CommandContext,
  manifest: string | undefined,
  options: DeploymentOptions,
): Promise<DeploymentTarget> {
  const flags = placeFlagsIn(options);
  const inEnvironment = manifestIn(context);
  if (manifest === undefined && (flags.length > 0 || inEnvironment === undefined))
    return discoveredDeployment(context, options);
  if (manifest !== undefined && flags.length > 0)
    throw new UsageError(`give either the manifest '${manifest}' or ${flags.join(', ')}, not both`);
  const name = manifest === '-' ? 'standard input' : (manifest ?? MANIFEST_VARIABLE);
  const json =
    manifest === undefined
      ? parseJson(inEnvironment ?? '', name, 'the manifest')
      : readJsonFile(context, manifest, 'the manifest');
  const found = findManifest(json, name, options.stack);
  const azure = { ...connectionTo(context, found, options), ...dicomReaderIn(context.environment, found) };
  return { kind: 'deployment', manifest: found, azure };
}

/** For those who can give no file, such as scheduled jobs. */
function manifestIn({ environment }: CommandContext): string | undefined {
  const text = environment[MANIFEST_VARIABLE] ?? '';
  return text === '' ? undefined : text;
}

async function discoveredDeployment(
  context: CommandContext,
  options: DeploymentOptions,
): Promise<DeploymentTarget> {
  const { subscription, resourceGroup, workspace, dicomService, partition, stack } = options;
  const missing = Object.entries(PLACE_FLAGS).filter(
    ([name]) => name !== 'partition' && options[name as keyof typeof PLACE_FLAGS] === undefined,
  );
  if (missing.length > 0)
    throw new UsageError(
      'the names of the deployment are not complete',
      missing.map(([, flag]) => `${flag} is missing`),
    );
  if (stack !== undefined) throw new UsageError('--stack goes with a manifest');
  const azure = connectionTo(context, undefined, options);
  const place = {
    subscriptionId: subscription ?? '',
    resourceGroup: resourceGroup ?? '',
    workspace: workspace ?? '',
    dicomService: dicomService ?? '',
  };
  const manifest = await discoverManifest(place, azure, {
    signal: context.signal,
    ...(partition === undefined ? {} : { partitions: partition }),
  });
  return {
    kind: 'deployment',
    manifest,
    azure: { ...azure, ...dicomReaderIn(context.environment, manifest) },
  };
}

const PLACE_FLAGS = {
  subscription: '--subscription',
  resourceGroup: '--resource-group',
  workspace: '--workspace',
  dicomService: '--dicom-service',
  partition: '--partition',
} as const satisfies Partial<Record<keyof DeploymentOptions, string>>;

function placeFlagsIn(options: DeploymentOptions): readonly string[] {
  return Object.entries(PLACE_FLAGS)
    .filter(([name]) => options[name as keyof typeof PLACE_FLAGS] !== undefined)
    .map(([, flag]) => flag);
}

/** How Azure, or an emulator, is reached. @param manifest undefined where it is still to be found out, or there is none */
export function connectionTo(
  context: CommandContext,
  manifest: DeploymentManifest | undefined,
  { emulator, cloud: asked }: DeploymentOptions,
): AzureConnection {
  const cloud = manifest === undefined ? (asked ?? 'AzurePublicCloud') : cloudOf(manifest, asked);
  if (emulator !== undefined) {
    if (asked !== undefined)
      throw new UsageError('--cloud is of Azure, and --emulator is none of its clouds');
    const { ready, ca } = readEmulatorReady(context, emulator);
    refuseWrongProxy(context);
    return connectionForEmulator(ready, ca);
  }
  refuseWrongProxy(context);
  return { cloud, credential: credentialIn(cloud, context) };
}

/** Azure's libraries end with a stack where a proxy is no URL. */
function refuseWrongProxy({ environment }: CommandContext): void {
  const proxy = proxySettings(environment);
  if (proxy === undefined || proxy.url !== undefined) return;
  throw new UsageError(`${proxy.variable} is no URL of a proxy, such as http://proxy.example.org:3128`);
}

/**
 * Whoever names an authority host of their own means it, and needs no other cloud to vouch for it: that would ask
 * login.microsoftonline.com, which private clouds and air-gapped networks do not reach.
 *
 * @see https://learn.microsoft.com/javascript/api/@azure/identity/authorityvalidationoptions
 */
function credentialIn(cloud: AzureCloudName, { environment }: CommandContext): DefaultAzureCredential {
  const chosen = (environment['AZURE_AUTHORITY_HOST'] ?? '') !== '';
  return new DefaultAzureCredential(
    chosen ? { disableInstanceDiscovery: true } : { authorityHost: AZURE_CLOUDS[cloud].authorityHost },
  );
}
