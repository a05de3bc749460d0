import { Token } from 'cdktf';
import { DEADLINE_SECONDS, PROFILES } from '../contract';
import type { IDicomService } from './dicom-service';
import { namePropProblem, problemsOf, whenConcrete } from './private/concrete';
import { readDailyCron } from './private/cron-schedule';
import { nameInResourceId, resourceIdProblem } from './private/resource-id';
import type { VerificationJobOptions } from './verification-job';

/** Hourly, and not when everybody else is. */
export const DEFAULT_SCHEDULE = '17 * * * *';

/** Everything that is wrong with a job, of itself and with the service it is to verify. */
export function verificationJobProblems(
  options: VerificationJobOptions,
  service: Pick<IDicomService, 'dicomServiceName' | 'publicNetworkAccess'> & {
    readonly lake: Pick<IDicomService['lake'], 'networkAccess'>;
  },
): string[] {
  const { image, schedule, profile, containerRegistryId } = options;
  const registryProblems = resourceIdProblem('containerRegistryId', REGISTRY_TYPE, containerRegistryId);
  return [
    ...problemsOf(
      whenConcrete(image, (known) => imageProblem(known, options.tagAllowed === true)),
      profile === undefined || PROFILES.includes(profile)
        ? undefined
        : `'profile' must be one of ${PROFILES.join(', ')}, got '${profile as string}'`,
      nameProblem(options, service.dicomServiceName),
      networkProblem(options, service),
    ),
    ...(registryProblems.length > 0 ? registryProblems : problemsOf(registryProblem(options))),
    ...scheduleProblems(schedule),
  ];
}

const REGISTRY_TYPE = 'Microsoft.ContainerRegistry/registries';

/** Name of the job, and of the environment that it runs in. */
export function jobNameOf({ jobName }: VerificationJobOptions, dicomServiceName: string): string {
  return jobName ?? `${dicomServiceName.toLowerCase()}-verify`;
}

/** Time for starting, signing in and deleting what was sent, before and after what the deadline limits. */
const SPARE_SECONDS = 300;

/** When a run is stopped that does not end by itself. */
export function replicaTimeoutSeconds({ profile = 'full' }: VerificationJobOptions): number {
  return DEADLINE_SECONDS[profile] + SPARE_SECONDS;
}

/** Minutes until a line that is printed is found by a query. */
const LOGS_LATE_MINUTES = 15;

/** What log alerts may look back, in minutes. */
const WINDOWS = { PT30M: 30, PT1H: 60, PT2H: 120, PT3H: 180, PT4H: 240, PT6H: 360, P1D: 1440, P2D: 2880 };

/**
 * The shortest window in which a run must have passed, wherever it begins.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule
 */
export function alertWindow(options: VerificationJobOptions): string {
  const { schedule = DEFAULT_SCHEDULE } = options;
  const read = Token.isUnresolved(schedule) ? undefined : readDailyCron(schedule);
  if (read?.ok !== true) return 'P2D';
  const needed = read.schedule.largestGapMinutes + replicaTimeoutSeconds(options) / 60 + LOGS_LATE_MINUTES;
  return Object.entries(WINDOWS).find(([, minutes]) => minutes >= needed)?.[0] ?? 'P2D';
}

function imageProblem(image: string, tagAllowed: boolean): string | undefined {
  const name = String.raw`[a-z0-9][\w.-]*(:\d+)?(/[a-z0-9][a-z0-9._-]*)+`;
  if (new RegExp(`^${name}(:[\\w][\\w.-]*)?@sha256:[0-9a-f]{64}$`).test(image)) return undefined;
  if (tagAllowed && new RegExp(`^${name}:(?!latest$)[\\w][\\w.-]*$`).test(image)) return undefined;
  return (
    `'image' must name a registry, an image and a digest, as in registry.example.org/dicom-lake@sha256:…` +
    (tagAllowed
      ? `, or a tag other than 'latest', got '${image}'`
      : ", so that what runs is what was tried, or 'tagAllowed' be true for a tag, got '" + `${image}'`)
  );
}

function nameProblem(options: VerificationJobOptions, dicomServiceName: string): string | undefined {
  if (options.jobName === undefined && Token.isUnresolved(dicomServiceName))
    return "'jobName' must be given where the name of the DICOM service is known only during deployment";
  return namePropProblem('jobName', 'containerAppJob', jobNameOf(options, dicomServiceName));
}

/** Azure gives a job without a subnet addresses that no firewall can name. */
function networkProblem(
  { subnet }: VerificationJobOptions,
  { publicNetworkAccess, lake }: Parameters<typeof verificationJobProblems>[1],
): string | undefined {
  if (subnet !== undefined) return undefined;
  if (lake.networkAccess === 'open' && publicNetworkAccess) return undefined;
  const closed =
    lake.networkAccess === 'open' ? 'the DICOM service is' : `the lake is '${lake.networkAccess}', which is`;
  return `'subnet' must be given where ${closed} closed to the internet: the job could not reach it, got none`;
}

function registryProblem({ image, containerRegistryId }: VerificationJobOptions): string | undefined {
  return whenConcrete(containerRegistryId, (id) =>
    whenConcrete(image, (known) =>
      known.toLowerCase().startsWith(`${nameInResourceId(id).toLowerCase()}.azurecr.`)
        ? undefined
        : `'image' must be in the registry of 'containerRegistryId', ${nameInResourceId(id).toLowerCase()}.azurecr.io/…, got '${known}'`,
    ),
  );
}

function scheduleProblems(schedule: string | undefined): string[] {
  if (schedule === undefined || Token.isUnresolved(schedule)) return [];
  const read = readDailyCron(schedule);
  return read.ok ? [] : read.problems.map((problem) => `'schedule' ${problem}`);
}
