import { httpSender } from '../../verify/clients/http';
import { ManualClock } from '../../verify/clock';
import { gather, type GatherContext } from '../../verify/gather';
import type { EvidenceId } from '../../verify/model';
import { PROBES } from '../../verify/registry';
import { Journal } from '../../verify/sample/journal';
import { temporaryFolder } from '../support/cli';
import { rejectionOf } from '../support/errors';
import { type ScriptedAnswer, type ScriptedServer, startScriptedServer } from '../support/scripted-server';

const ROUND_TRIP: readonly EvidenceId[] = ['dicomweb.round-trip'];

interface Bench extends AsyncDisposable {
  readonly server: ScriptedServer;
  readonly context: GatherContext;
}

/** A DICOMweb server that answers everything so. */
async function setUp(answer: ScriptedAnswer, changes: Partial<GatherContext> = {}): Promise<Bench> {
  const server = await startScriptedServer(() => answer);
  const folder = temporaryFolder();
  const url = changes.target?.kind === 'dicomweb' ? changes.target.url : server.origin;
  const journal = Journal.open(folder.path, url);
  return {
    server,
    context: {
      target: { kind: 'dicomweb', url, dicom: httpSender({}) },
      clock: new ManualClock(),
      signal: new AbortController().signal,
      progress: () => undefined,
      journal,
      studyInstanceUid: journal.runUid,
      givenFiles: { instances: [], unreadable: [] },
      limits: { fileRemovalMs: 0, healthWindowMs: 0 },
      deadline: Number.POSITIVE_INFINITY,
      ...changes,
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

test('probes of a deployment are not run on a DICOMweb server', async () => {
  await using bench = await setUp({ status: 200 });
  const ids = Object.keys(PROBES) as readonly EvidenceId[];
  const others = ids.filter((id) => PROBES[id].target === 'deployment');
  expect(others.length).toBeGreaterThan(0);
  await expect(gather(others, bench.context)).resolves.toEqual({ evidence: {}, probes: [] });
  expect(bench.server.requests).toEqual([]);
});

test('a refusal of the service is evidence, not a failure to gather', async () => {
  await using bench = await setUp({ status: 400 });
  const { evidence, probes } = await gather(ROUND_TRIP, bench.context);
  expect(evidence['dicomweb.round-trip']).toMatchObject({
    state: 'had',
    evidence: { instances: [{ store: { state: 'refused', status: 400 } }] },
  });
  expect(probes).toEqual([{ id: 'dicomweb.round-trip', durationMs: 0 }]);
});

describe('evidence that could not be had has code, reason and remedy', () => {
  test.each<readonly [answer: ScriptedAnswer, failed: { code: string; reason: string; remedy: string }]>([
    [
      { status: 401 },
      {
        code: 'NOT_AUTHENTICATED',
        reason:
          'STOW-RS POST /studies was answered 401: the token is missing, expired or meant for another service',
        remedy: 'sign in again and ask for a token for https://dicom.healthcareapis.azure.com/.default',
      },
    ],
    [
      { status: 403 },
      {
        code: 'NOT_AUTHORIZED',
        reason:
          'STOW-RS POST /studies was answered 403: the caller has no DICOM data role, or public access to the service is off',
        remedy:
          'grant DICOM Data Owner on the DICOM service (role changes take up to 10 minutes, then the service caches them for 5), or run from inside the private network',
      },
    ],
  ])('where the service answers %j', async (answer, failed) => {
    await using bench = await setUp(answer);
    const { evidence, probes } = await gather(ROUND_TRIP, bench.context);
    expect(evidence['dicomweb.round-trip']).toEqual({ state: 'failed', ...failed });
    expect(probes).toEqual([{ id: 'dicomweb.round-trip', durationMs: 0, error: failed.code }]);
  });

  test('where nothing listens', async () => {
    await using gone = await startScriptedServer(() => ({ status: 200 }));
    const url = gone.origin;
    await gone[Symbol.asyncDispose]();
    await using bench = await setUp(
      { status: 200 },
      { target: { kind: 'dicomweb', url, dicom: httpSender({}) } },
    );
    const { evidence } = await gather(ROUND_TRIP, bench.context);
    expect(evidence['dicomweb.round-trip']).toEqual({
      state: 'failed',
      code: 'UNREACHABLE',
      reason: `${url.replace('http://', '')} cannot be reached: nothing listens there (ECONNREFUSED)`,
      remedy:
        'check the URL, the network and the proxy; a service without public access is reached from inside its network only',
    });
  });

  test('where the run was interrupted, and then nothing is sent', async () => {
    await using bench = await setUp({ status: 200 }, { signal: AbortSignal.abort(new Error('stop')) });
    const { evidence } = await gather(ROUND_TRIP, bench.context);
    expect(evidence['dicomweb.round-trip']).toEqual({
      state: 'failed',
      code: 'INTERRUPTED',
      reason: 'the run was interrupted',
      remedy: 'run it again',
    });
    expect(bench.server.requests).toEqual([]);
    expect(bench.context.journal.studies).toEqual([]);
  });
});

test('a bug is thrown as it is, and not taken for a fault of the service', async () => {
  const bug = new TypeError('a bug');
  await using bench = await setUp(
    { status: 200 },
    {
      progress: () => {
        throw bug;
      },
    },
  );
  expect(await rejectionOf(gather(ROUND_TRIP, bench.context))).toBe(bug);
});
