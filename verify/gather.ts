import { explainServiceError, type Plane } from '../contract';
import { transportError } from './clients/http';
import { refusalOf } from './clients/rest-refusal';
import { EvidenceError } from './error';
import type { EvidenceId, EvidenceMap, Gathered } from './model';
import type { DeploymentContext, Probe, ProbeContext } from './probe';
import { PROBES } from './registry';

export type GatheredMap = { readonly [I in EvidenceId]?: Gathered<EvidenceMap[I]> };

export interface GatherResult {
  readonly evidence: GatheredMap;
  readonly probes: readonly {
    readonly id: EvidenceId;
    readonly durationMs: number;
    readonly error?: string;
  }[];
}

/**
 * Runs those probes that fit the target, side by side. What one cannot bring back becomes its evidence; only bugs are
 * thrown, and only once every probe has ended: nothing is sent any more when the caller cleans up.
 */
export async function gather(ids: readonly EvidenceId[], context: ProbeContext): Promise<GatherResult> {
  const settled = await Promise.allSettled(
    ids
      .filter((id) => PROBES[id].target === 'any' || context.target.kind === 'deployment')
      .map(async (id) => {
        const start = context.clock.now();
        const gathered = await gatherOne(PROBES[id], context);
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

async function gatherOne(probe: Probe, context: ProbeContext): Promise<Gathered<EvidenceMap[EvidenceId]>> {
  try {
    context.signal.throwIfAborted();
    const evidence =
      probe.target === 'deployment'
        ? await probe.gather(context as DeploymentContext)
        : await probe.gather(context);
    return { state: 'had', evidence };
  } catch (error) {
    if (context.signal.aborted) {
      return {
        state: 'failed',
        code: 'INTERRUPTED',
        reason: 'the run was interrupted',
        remedy: 'run it again',
      };
    }
    return failureOf(error, probe.id, context);
  }
}

/** @throws the error itself where it is none of the expected ones */
function failureOf(
  error: unknown,
  id: EvidenceId,
  context: ProbeContext,
): Extract<Gathered<never>, { state: 'failed' }> {
  const plane: Plane = id.startsWith('arm.') ? 'arm' : id.startsWith('lake.') ? 'lake' : 'dicom';
  const known = error instanceof EvidenceError ? error : transportError(error, urlOf(plane, context));
  if (known instanceof EvidenceError) {
    return { state: 'failed', code: known.code, reason: known.message, remedy: known.remedy };
  }
  const refusal = refusalOf(error, plane, `a request to ${PLANES[plane]}`);
  if (refusal === undefined) throw error;
  const explained = explainServiceError(refusal.plane, refusal.status, refusal.serviceCode);
  return {
    state: 'failed',
    code: refusal.serviceCode ?? String(refusal.status),
    reason: explained === undefined ? refusal.message : `${refusal.message}: ${explained.cause}`,
    remedy:
      explained?.remedy ??
      'look the code up in the documentation of Azure; docs/errors.md lists those known here',
  };
}

const PLANES: Readonly<Record<Plane, string>> = {
  arm: 'Azure Resource Manager',
  lake: 'the lake',
  dicom: 'the DICOM service',
  entra: 'Entra',
};

function urlOf(plane: Plane, { target }: ProbeContext): string {
  if (target.kind === 'dicomweb') return target.url;
  const { lake, dicomService } = target.manifest;
  return plane === 'lake'
    ? lake.blobEndpoint
    : plane === 'arm'
      ? 'https://management.azure.com'
      : dicomService.serviceUrl;
}
