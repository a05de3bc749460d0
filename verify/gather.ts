import type { Plane } from '../contract';
import { transportError } from './clients/http';
import { refusalOf } from './clients/rest-refusal';
import { EvidenceError, type ServiceRefusal } from './error';
import { explainFailure } from './explain-failure';
import type { EvidenceId, EvidenceMap, Gathered } from './model';
import type { DeploymentContext, Probe, ProbeContext } from './probe';
import type { Progress } from './progress';
import { PROBES } from './registry';
import { lacksRole, RolePatience } from './role-patience';

export type GatheredMap = { readonly [I in EvidenceId]?: Gathered<EvidenceMap[I]> };

export interface GatherResult {
  readonly evidence: GatheredMap;
  readonly probes: readonly {
    readonly id: EvidenceId;
    readonly durationMs: number;
    readonly error?: string;
  }[];
}

/** What all probes of a run share; what each is told of progress comes from `gather`. */
export type GatherContext = Omit<ProbeContext, 'progress'> & { readonly progress: (event: Progress) => void };

/** Waits between two tries of one probe, each longer than the one before; the last repeats. */
const WAITS_MS = [2_000, 5_000, 10_000, 30_000];

/**
 * Runs those probes that fit the target, side by side. What one cannot bring back becomes its evidence; only bugs are
 * thrown, and only once every probe has ended: nothing is sent any more when the caller cleans up.
 */
export async function gather(ids: readonly EvidenceId[], context: GatherContext): Promise<GatherResult> {
  const { progress } = context;
  const probes = ids
    .map((id): Probe => PROBES[id])
    .filter(({ target }) => target === 'any' || context.target.kind === 'deployment');
  progress({ kind: 'planned', probes: probes.map(({ id, title }) => ({ id, title })) });
  const settled = await Promise.allSettled(
    probes.map(async (probe) => {
      const { id } = probe;
      const start = context.clock.now();
      progress({ kind: 'started', probe: id });
      const gathered = await gatherPatiently(probe, {
        ...context,
        progress: (message) => progress({ kind: 'message', probe: id, message }),
      });
      progress({ kind: 'ended', probe: id, state: gathered.state });
      return { id, gathered, durationMs: context.clock.now() - start };
    }),
  );
  const results = settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  return {
    evidence: Object.fromEntries(results.map(({ id, gathered }) => [id, gathered])),
    probes: results.map(({ gathered, ...probe }) =>
      gathered.state === 'failed' ? { ...probe, error: gathered.code } : probe,
    ),
  };
}

type Failed = Extract<Gathered<never>, { state: 'failed' }>;

/** Tries again while there is time and what stands in the way is known to pass. */
async function gatherPatiently(
  probe: Probe,
  context: ProbeContext,
): Promise<Gathered<EvidenceMap[EvidenceId]>> {
  const { clock, deadline, signal, progress } = context;
  const patience = new RolePatience(probe, context);
  for (let tries = 0; ; tries += 1) {
    const gathered = await gatherOnce(probe, context);
    if (gathered.state === 'had') return gathered;
    const wait =
      gathered.denied === undefined
        ? (WAITS_MS[tries] ?? WAITS_MS.at(-1) ?? 0)
        : await patience.waitFor(gathered.denied);
    const mayPass = gathered.denied === undefined ? gathered.mayPass : wait !== undefined;
    if (wait === undefined || !mayPass || clock.now() + wait >= deadline) {
      return withoutHint({ ...gathered, remedy: patience.hint ?? gathered.remedy });
    }
    progress(
      gathered.denied === undefined
        ? `${gathered.reason}; asking again in ${wait / 1000} s`
        : patience.message,
    );
    try {
      await clock.sleep(wait, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      return overFailure(context);
    }
  }
}

type Tried = Extract<Gathered<EvidenceMap[EvidenceId]>, { state: 'had' }> | (Failed & Hint);

interface Hint {
  /** Whether it is known to pass by itself. */
  readonly mayPass: boolean;
  /** The refusal, where a role that counts soon may cure it. */
  readonly denied?: ServiceRefusal;
}

function withoutHint({ state, code, reason, remedy }: Failed): Failed {
  return { state, code, reason, remedy };
}

async function gatherOnce(probe: Probe, context: ProbeContext): Promise<Tried> {
  try {
    context.signal.throwIfAborted();
    const evidence =
      probe.target === 'deployment'
        ? await probe.gather(context as DeploymentContext)
        : await probe.gather(context);
    return { state: 'had', evidence };
  } catch (error) {
    if (context.signal.aborted) return { ...overFailure(context), mayPass: false };
    return failureOf(error, probe.id, context);
  }
}

/** Why nothing may be asked any more. */
function overFailure({ signal }: ProbeContext): Failed {
  return isTimeout(signal.reason)
    ? {
        state: 'failed',
        code: 'DEADLINE',
        reason: 'it was not known by the deadline of the run',
        remedy: 'run it again with a longer --deadline; the durations of the probes tell what took long',
      }
    : { state: 'failed', code: 'INTERRUPTED', reason: 'the run was interrupted', remedy: 'run it again' };
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}

/** @throws the error itself where it is none of the expected ones */
function failureOf(error: unknown, id: EvidenceId, context: ProbeContext): Failed & Hint {
  const plane: Plane = id.startsWith('arm.') ? 'arm' : id.startsWith('lake.') ? 'lake' : 'dicom';
  const url = urlOf(plane, context);
  const known = error instanceof EvidenceError ? error : transportError(error, url);
  const explanation = explainFailure(known, plane, url);
  if (explanation === undefined) throw error;
  const failed = { state: 'failed', ...explanation } as const;
  if (known instanceof EvidenceError)
    return { ...failed, mayPass: NOT_NOW.includes(known.code), ...deniedIn(known.cause, plane) };
  const status = refusalOf(error, plane, '')?.status;
  return { ...failed, mayPass: status === 429 || status === 503, ...deniedIn(error, plane) };
}

/** Beside the DICOM service, whose client names itself, probes ask the lake and Azure Resource Manager. */
function deniedIn(error: unknown, plane: Plane): Pick<Hint, 'denied'> {
  const refusal = refusalOf(error, plane === 'arm' ? 'arm' : 'lake', '');
  return refusal !== undefined && lacksRole(refusal) ? { denied: refusal } : {};
}

const NOT_NOW: readonly string[] = ['THROTTLED', 'UNAVAILABLE'];

function urlOf(plane: Plane, { target }: ProbeContext): string {
  if (target.kind === 'dicomweb') return target.url;
  const { lake, dicomService } = target.manifest;
  return plane === 'lake'
    ? lake.blobEndpoint
    : plane === 'arm'
      ? 'https://management.azure.com'
      : dicomService.serviceUrl;
}
