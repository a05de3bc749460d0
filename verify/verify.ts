import { doubtSender } from './clients/doubt-sender';
import { patientSender } from './clients/patient-sender';
import { type RecordedCall, recordingSender } from './clients/recording-sender';
import { type Clock, SystemClock } from './clock';
import { type EvidenceBundle, sha256Of } from './evidence-bundle';
import { gather, type GatherContext, type GatherResult } from './gather';
import { judge } from './judge';
import { version } from '../package.json';
import type { Check, Outcome, Report, ReportRow } from './model';
import { observedIn } from './observed';
import { linkedSignal } from './linked-signal';
import { refuseUngathered } from './own-checks';
import { makePlan } from './plan';
import { PROBES } from './registry';
import { machineTime, startHeartbeat } from './heartbeat';
import type { ProbeLimits } from './probe';
import { DEADLINE_SECONDS, type Profile } from './profile';
import type { Progress } from './progress';
import { readGivenFiles } from './sample/given-files';
import { Journal } from './sample/journal';
import { type OtherJournal, otherJournals } from './sample/other-journals';
import type { RunIdentity } from './sample/run-owner';
import { cleanUp, sweepBefore } from './sweep-run';
import { namesOf, openTarget, type VerifyTarget } from './target';
import { applyWaivers, type WaivedRows, type WaiverFile } from './waiver';

export type { VerifyTarget };

export interface VerifyConfig {
  readonly target: VerifyTarget;
  /**
   * Folder in which what is sent is written down until it is deleted; runs on the same service should share it, so that
   * each deletes what a dead one left.
   */
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
  /** What is accepted for a while; for judging only. @default - nothing */
  readonly waivers?: WaiverFile;
  /** Checks of one's own, made beside those of the kit. @default - none */
  readonly checks?: readonly Check[];
  /** Version of the tool, for the report. @default - that of this package */
  readonly version?: string;
}

export interface VerifyEnvironment {
  /** @default - the clock of the machine */
  readonly clock?: Clock;
  /** Told what is going on. @default - nobody */
  readonly progress?: (event: Progress) => void;
  /** Stops the run; what was sent is still deleted. @default - never */
  readonly signal?: AbortSignal;
  /**
   * The process of this run, and what it can tell of others: a run that was killed on this machine is known at once.
   *
   * @default - runs are told dead once they have given no sign of life for two minutes
   */
  readonly identity?: RunIdentity;
}

const DEFAULT_LIMITS: ProbeLimits = { fileRemovalMs: 600_000, healthWindowMs: 70_000 };

/**
 * Verifies a deployment, or any DICOMweb server: gathers evidence, deletes what it sent, judges. Never changes or
 * deletes anything that it did not create itself.
 *
 * @throws ConfigError where the run cannot start
 */
export async function verify(config: VerifyConfig, environment: VerifyEnvironment = {}): Promise<Report> {
  return judgeEvidence(await gatherEvidence(config, environment), config.waivers, config.checks);
}

/**
 * The report on evidence, whenever it was gathered: the same evidence, waivers and checks give the same report.
 *
 * @param ownChecks those that the evidence was gathered for
 * @throws ConfigError where checks of one's own cannot be made, or need what was not gathered
 */
export function judgeEvidence(
  bundle: EvidenceBundle,
  waiverFile?: WaiverFile,
  ownChecks: readonly Check[] = [],
): Report {
  const { tool, target, startedAt, durationMs, deadlineSeconds, interrupted } = bundle;
  const { leftovers, leftoverFolders, probes, manifestSha256, settings } = bundle;
  const { checks } = makePlan(settings, ownChecks);
  refuseUngathered(
    ownChecks.filter((check) => checks.includes(check)),
    bundle,
  );
  const judged = judge(checks, bundle.evidence, target.kind);
  const { rows, waivers }: Partial<WaivedRows> & Pick<Report, 'rows'> =
    waiverFile === undefined ? { rows: judged } : applyWaivers(judged, waiverFile, startedAt);
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
    counts: countOutcomes(rows),
    ...(waivers === undefined ? {} : { waivers }),
    leftovers,
    ...(leftoverFolders === undefined ? {} : { leftoverFolders }),
    probes,
    observed: observedIn(bundle),
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
    identity,
  } = environment;
  const { profile = 'full', only = [], skip = [], checks = [] } = config;
  const settings = { profile, only, skip };
  const plan = makePlan(settings, checks);
  const startedAt = clock.now();
  const deadlineSeconds = config.deadlineSeconds ?? DEADLINE_SECONDS[profile];
  const deadline = startedAt + deadlineSeconds * 1000;
  const names = namesOf(config.target);
  const { serviceUrl } = names;
  const journal = Journal.open(config.journalFolder, serviceUrl, {
    ...names,
    ...(identity === undefined ? {} : { owner: identity }),
  });
  const studyInstanceUid = journal.runUid;
  const calls: RecordedCall[] = [];
  const target = openTarget(config.target, (send) =>
    patientSender(
      recordingSender(
        doubtSender(send, () => journal.doubt()),
        clock,
        calls,
      ),
      { clock, deadline },
    ),
  );
  const writes = plan.probes.some((id) => PROBES[id].effect !== 'read');
  const others = writes
    ? otherJournals({
        ...names,
        folder: config.journalFolder,
        now: machineTime(),
        ...(identity === undefined ? {} : { identity }),
      })
    : [];
  const givenFiles =
    config.dicomFolder === undefined || !writes
      ? { instances: [], unreadable: [] }
      : readGivenFiles(config.dicomFolder, studyInstanceUid);
  const linked = linkedSignal([signal, clock.timeout(deadlineSeconds * 1000)]);
  const context: GatherContext = {
    target,
    clock,
    signal: linked.signal,
    deadline,
    progress,
    journal,
    studyInstanceUid,
    givenFiles,
    limits: { ...DEFAULT_LIMITS, ...config.limits },
    writesLake: profile === 'deep',
  };
  const { evidence, probes } = await gatherSafely(plan.probes, context, others).finally(() =>
    linked.release(),
  );
  return {
    schemaVersion: 1,
    tool: { name: 'dicom-lake', version: config.version ?? version },
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
    ...(journal.folders.length === 0 ? {} : { leftoverFolders: journal.folders }),
  };
}

/** Gathers between two sweeps, and says all the while that the run lives. */
async function gatherSafely(
  ids: Parameters<typeof gather>[0],
  context: GatherContext,
  others: readonly OtherJournal[],
): Promise<GatherResult> {
  const heartbeat = startHeartbeat(context.journal);
  try {
    await sweepBefore(context, others);
    return await gather(ids, context).finally(() => cleanUp(context, others));
  } finally {
    heartbeat.stop();
    context.journal.end();
  }
}

function countOutcomes(rows: readonly ReportRow[]): Report['counts'] {
  const count = (outcome: Outcome): number =>
    rows.filter((row) => row.outcome === outcome && row.waived === undefined).length;
  return {
    pass: count('pass'),
    warn: count('warn'),
    fail: count('fail'),
    inconclusive: count('inconclusive'),
    'not-applicable': count('not-applicable'),
    waived: rows.filter(({ waived }) => waived !== undefined).length,
  };
}
