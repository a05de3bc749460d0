import { randomUUID } from 'node:crypto';
import type { DeploymentManifest } from '../contract';
import { azureClients, type AzureConnection } from './clients/azure';
import { DicomWebClient } from './clients/dicomweb';
import { httpSender, type SendHttp } from './clients/http';
import { patientSender } from './clients/patient-sender';
import { type RecordedCall, recordingSender } from './clients/recording-sender';
import { type Clock, SystemClock } from './clock';
import { ConfigError, EvidenceError, ServiceRefusal } from './error';
import { type EvidenceBundle, sha256Of } from './evidence-bundle';
import { gather, type GatherContext } from './gather';
import { judge } from './judge';
import type { Outcome, Report } from './model';
import { makePlan } from './plan';
import type { ProbeLimits, ProbeTarget } from './probe';
import { DEADLINE_SECONDS, type Profile } from './profile';
import type { Progress } from './progress';
import { deleteStudies } from './probes/study-deletion';
import { PROBES } from './registry';
import { readGivenFiles } from './sample/given-files';
import { Journal } from './sample/journal';
import { uidFrom } from './sample/uid';

export type VerifyTarget =
  | { readonly kind: 'deployment'; readonly manifest: DeploymentManifest; readonly azure: AzureConnection }
  | {
      readonly kind: 'dicomweb';
      /** Base URL of the DICOMweb services, such as `https://pacs.example.org/dicom-web`. */
      readonly url: string;
      /** @default - none is sent */
      readonly bearerToken?: string;
    };

export interface VerifyConfig {
  readonly target: VerifyTarget;
  /** Folder in which the studies sent are written down until they are deleted. */
  readonly journalFolder: string;
  /** Ids or topics. @default - every check */
  readonly only?: readonly string[];
  /** Ids or topics. @default - none */
  readonly skip?: readonly string[];
  /** @default 'full' */
  readonly profile?: Profile;
  /** Seconds after which nothing is asked any more; what was sent is still deleted. @default - that of the profile */
  readonly deadlineSeconds?: number;
  /** Folder of DICOM files to send as well, under fresh UIDs. @default - none */
  readonly dicomFolder?: string;
  readonly limits?: Partial<ProbeLimits>;
  /** Version of the tool, for the report. */
  readonly version: string;
}

export interface VerifyEnvironment {
  /** @default - the clock of the machine */
  readonly clock?: Clock;
  /** Told what is going on. @default - nobody */
  readonly progress?: (event: Progress) => void;
  /** Stops the run; what was sent is still deleted. @default - never */
  readonly signal?: AbortSignal;
}

const DEFAULT_LIMITS: ProbeLimits = { fileRemovalMs: 600_000, healthWindowMs: 70_000 };

/**
 * Verifies a deployment, or any DICOMweb server: gathers evidence, deletes what it sent, judges. Never changes or
 * deletes anything that it did not create itself.
 *
 * @throws ConfigError where the run cannot start
 */
export async function verify(config: VerifyConfig, environment: VerifyEnvironment = {}): Promise<Report> {
  return judgeEvidence(await gatherEvidence(config, environment));
}

/** The report on evidence, whenever it was gathered: the same evidence gives the same report. */
export function judgeEvidence(bundle: EvidenceBundle): Report {
  const { tool, target, startedAt, durationMs, deadlineSeconds, interrupted } = bundle;
  const { leftovers, probes, manifestSha256, settings } = bundle;
  const rows = judge(makePlan(settings).checks, bundle.evidence, target.kind);
  return {
    schemaVersion: 1,
    tool,
    target,
    profile: settings.profile,
    deadlineSeconds,
    startedAt,
    durationMs,
    interrupted,
    ...(manifestSha256 === undefined ? {} : { manifestSha256 }),
    evidenceSha256: sha256Of(bundle),
    rows,
    counts: countOutcomes(rows.map(({ outcome }) => outcome)),
    leftovers,
    probes,
  };
}

/**
 * The first half of `verify`: touches the world, deletes what it sent, and judges nothing.
 *
 * @throws ConfigError where the run cannot start
 */
export async function gatherEvidence(
  config: VerifyConfig,
  environment: VerifyEnvironment = {},
): Promise<EvidenceBundle> {
  const {
    clock = new SystemClock(),
    progress = () => undefined,
    signal = new AbortController().signal,
  } = environment;
  const { profile = 'full', only = [], skip = [] } = config;
  const settings = { profile, only, skip };
  const plan = makePlan(settings);
  const startedAt = clock.now();
  const deadlineSeconds = config.deadlineSeconds ?? DEADLINE_SECONDS[profile];
  const deadline = startedAt + deadlineSeconds * 1000;
  const calls: RecordedCall[] = [];
  const target = probeTarget(config.target, (send) =>
    patientSender(recordingSender(send, clock, calls), { clock, deadline }),
  );
  const serviceUrl = target.kind === 'dicomweb' ? target.url : target.manifest.dicomService.serviceUrl;
  const studyInstanceUid = uidFrom(randomUUID());
  const journal = Journal.open(config.journalFolder, serviceUrl);
  const writes = plan.probes.some((id) => PROBES[id].effect !== 'read');
  const givenFiles =
    config.dicomFolder === undefined || !writes
      ? { instances: [], unreadable: [] }
      : readGivenFiles(config.dicomFolder, studyInstanceUid);
  const context: GatherContext = {
    target,
    clock,
    signal: AbortSignal.any([signal, clock.timeout(deadlineSeconds * 1000)]),
    deadline,
    progress,
    journal,
    studyInstanceUid,
    givenFiles,
    limits: { ...DEFAULT_LIMITS, ...config.limits },
  };

  if (writes) await sweep(context, 'deleting what an earlier run left behind');
  const { evidence, probes } = await gather(plan.probes, context).finally(() =>
    sweep(context, 'deleting what was sent'),
  );
  return {
    schemaVersion: 1,
    tool: { name: 'dicom-lake', version: config.version },
    target: { kind: target.kind, serviceUrl },
    ...(target.kind === 'deployment' ? { manifestSha256: sha256Of(target.manifest) } : {}),
    settings,
    deadlineSeconds,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: clock.now() - startedAt,
    interrupted: signal.aborted,
    evidence,
    probes,
    calls,
    leftovers: journal.studies.map((study) => study.studyInstanceUid),
  };
}

function probeTarget(target: VerifyTarget, patiently: (send: SendHttp) => SendHttp): ProbeTarget {
  if (target.kind === 'deployment') {
    const azure = azureClients(target.manifest, target.azure);
    return {
      kind: 'deployment',
      manifest: target.manifest,
      azure: { ...azure, dicom: patiently(azure.dicom) },
    };
  }
  const { bearerToken } = target;
  const url = readDicomWebUrl(target.url);
  if (bearerToken !== undefined && !url.startsWith('https:')) {
    throw new ConfigError(`a bearer token is sent over https only, got '${url}'`);
  }
  return {
    kind: 'dicomweb',
    url,
    dicom: patiently(httpSender(bearerToken === undefined ? {} : { token: { bearer: bearerToken } })),
  };
}

/** Without a slash at the end. User names and passwords are not repeated. */
function readDicomWebUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ConfigError(
      `the DICOMweb URL must start with http:// or https://, got '${text.replace(/^.*@/, '***@')}'`,
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ConfigError(
      `the DICOMweb URL of '${url.host}' must hold no user name, password, query or fragment; give a bearer token instead`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

/**
 * Deletes every study of the journal. Does not heed the signal: it runs after Ctrl-C as well. What cannot be deleted
 * now stays in the journal for the next run.
 */
async function sweep({ target, journal, progress }: GatherContext, message: string): Promise<void> {
  if (journal.studies.length === 0) return;
  progress({ kind: 'message', message });
  const send = target.kind === 'dicomweb' ? target.dicom : target.azure.dicom;
  for (const study of journal.studies) {
    try {
      await deleteStudies([study], journal, (baseUrl) => new DicomWebClient(send, baseUrl));
    } catch (error) {
      if (!(error instanceof ServiceRefusal) && !(error instanceof EvidenceError)) throw error;
      progress({
        kind: 'message',
        message: `the study ${study.studyInstanceUid} could not be deleted: ${error.message}`,
      });
    }
  }
}

function countOutcomes(outcomes: readonly Outcome[]): Readonly<Record<Outcome, number>> {
  const count = (outcome: Outcome): number => outcomes.filter((one) => one === outcome).length;
  return {
    pass: count('pass'),
    warn: count('warn'),
    fail: count('fail'),
    inconclusive: count('inconclusive'),
    'not-applicable': count('not-applicable'),
  };
}
