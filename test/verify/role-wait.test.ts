import { ROLES } from '../../contract';
import { ManualClock } from '../../emulator';
import type { Report, VerifyConfig } from '../../verify';
import { armOf, assignRole } from '../support/emulator';
import { SharedClock } from '../support/shared-clock';
import { rowOf, startVerifyBench, type VerifyBench, type VerifyBenchOptions } from '../support/verify-bench';

jest.setTimeout(60_000);

const MINUTE = 60_000;
const SLOW_ROLES = { rolePropagationMs: 10 * MINUTE, authorizationCacheMs: 5 * MINUTE };
const STORED = 'dicomweb/instance-stored';

interface WaitBench extends AsyncDisposable {
  readonly bench: VerifyBench;
  readonly clock: ManualClock;
  /** Runs, and answers besides what whoever waited was told. */
  run(config?: Partial<VerifyConfig>): Promise<{ readonly report: Report; readonly told: readonly string[] }>;
}

async function start(options: VerifyBenchOptions = {}): Promise<WaitBench> {
  const clock = new ManualClock();
  const bench = await startVerifyBench({ clock, ...options });
  return {
    bench,
    clock,
    run: async (config) => {
      const told: string[] = [];
      const report = await bench.run(
        { only: [STORED], ...config },
        {
          clock: new SharedClock(clock),
          progress: (event) => {
            if (event.kind === 'message') told.push(event.message);
          },
        },
      );
      return { report, told: told.filter((message) => message.includes('does not count yet')) };
    },
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

describe('the role of the service', () => {
  /** A lake without it, on which everybody else's roles count. */
  async function withoutRole(options: VerifyBenchOptions = SLOW_ROLES): Promise<WaitBench> {
    const started = await start(options);
    await started.clock.advance(10 * MINUTE);
    const { emulator, lake } = started.bench;
    await armOf(emulator).delete(lake.serviceRoleAssignmentId, '2022-04-01');
    await started.clock.advance(10 * MINUTE);
    return started;
  }

  test('is waited for while it is new, and then the image is stored', async () => {
    await using waiting = await withoutRole();
    const { emulator, lake } = waiting.bench;
    await assignRole(
      armOf(emulator),
      lake.containerId,
      ROLES.storageBlobDataContributor.id,
      lake.principalId,
      8,
    );
    await waiting.clock.advance(2 * MINUTE);
    const { report, told } = await waiting.run();
    expect(rowOf(report, STORED).outcome).toBe('pass');
    expect(report.durationMs).toBeGreaterThanOrEqual(8 * MINUTE);
    expect(report.durationMs).toBeLessThan(8 * MINUTE + 10_000);
    expect(told[0]).toBe(
      'the role Storage Blob Data Contributor of the service is new and does not count yet; waiting for it for up to 480 s',
    );
  });

  test('is waited for until the deadline only', async () => {
    await using waiting = await withoutRole();
    const { emulator, lake } = waiting.bench;
    const { id } = ROLES.storageBlobDataContributor;
    await assignRole(armOf(emulator), lake.containerId, id, lake.principalId, 8);
    const { report, told } = await waiting.run({ deadlineSeconds: 120 });
    expect(rowOf(report, STORED)).toMatchObject({ outcome: 'fail' });
    expect(report.durationMs).toBeLessThanOrEqual(120_000);
    expect(told[0]).toMatch(/for up to 120 s$/);
  });

  test.each(['missing', 'too weak', 'on another container', 'old, and denied'])(
    'is not waited for where it is %s',
    async (what) => {
      const isThere = what === 'old, and denied';
      await using waiting = isThere ? await start() : await withoutRole();
      const { emulator, lake } = waiting.bench;
      const arm = armOf(emulator);
      if (what === 'too weak')
        await assignRole(arm, lake.containerId, ROLES.storageBlobDataReader.id, lake.principalId, 8);
      if (what === 'on another container') {
        const other = `${lake.containerId}-other`;
        await arm.put(other, '2023-05-01', { properties: {} });
        await assignRole(arm, other, ROLES.storageBlobDataContributor.id, lake.principalId, 8);
      }
      if (isThere) {
        await waiting.clock.advance(11 * MINUTE);
        await emulator.faults.set('lake/deny-assignment');
      }
      const { report, told } = await waiting.run();
      const { outcome, findings } = rowOf(report, STORED);
      expect({ outcome, actual: findings?.[0]?.actual }).toEqual({
        outcome: 'fail',
        actual: '424 AuthorizationPermissionMismatch',
      });
      expect(told).toEqual([]);
      expect(report.durationMs).toBe(0);
      const stores = waiting.bench.requests.filter(({ method }) => method === 'POST');
      expect(stores).toHaveLength(1);
    },
  );
});

describe('the role of the verifier', () => {
  /** A verifier that may read resources, and has no data role. */
  async function withoutDataRoles(options: VerifyBenchOptions = {}): Promise<WaitBench> {
    const started = await start({ ...SLOW_ROLES, grantCallers: false, ...options });
    const { emulator, lake } = started.bench;
    const { objectId } = emulator.ready.credentials.verifier;
    await assignRole(armOf(emulator), lake.groupId, ROLES.reader.id, objectId, 6);
    await started.clock.advance(10 * MINUTE);
    return started;
  }

  async function grant(
    { bench: { emulator, lake } }: WaitBench,
    role = ROLES.dicomDataOwner.id,
  ): Promise<void> {
    const { objectId } = emulator.ready.credentials.verifier;
    await assignRole(armOf(emulator), lake.dicomServiceId, role, objectId, 5);
    await assignRole(armOf(emulator), lake.containerId, ROLES.storageBlobDataReader.id, objectId, 3);
  }

  test('is waited for while it is new, at the DICOM service with its cache', async () => {
    await using waiting = await withoutDataRoles();
    await grant(waiting);
    const { report, told } = await waiting.run();
    expect(rowOf(report, STORED).outcome).toBe('pass');
    expect(report.durationMs).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(report.durationMs).toBeLessThanOrEqual(15 * MINUTE);
    expect(told[0]).toBe(
      'the role DICOM Data Owner of the verifier is new and does not count yet; waiting for it for up to 900 s',
    );
  });

  test('is waited for while it is new, at the lake', async () => {
    await using waiting = await withoutDataRoles();
    await grant(waiting);
    const { report, told } = await waiting.run({ only: ['tiers/files-online'] });
    expect(rowOf(report, 'tiers/files-online').outcome).toBe('pass');
    expect(report.durationMs).toBe(10 * MINUTE);
    expect(told[0]).toBe(
      'the role Storage Blob Data Reader of the verifier is new and does not count yet; waiting for it for up to 600 s',
    );
  });

  test('is waited for until the deadline only, and then the report says when to come back', async () => {
    await using waiting = await withoutDataRoles();
    await grant(waiting);
    const { report } = await waiting.run({ deadlineSeconds: 60 });
    expect(rowOf(report, STORED)).toMatchObject({
      outcome: 'inconclusive',
      remedy:
        'run it again in 15 min: the role DICOM Data Owner was given to the verifier minutes ago only, and may not count yet',
    });
    expect(report.durationMs).toBeLessThanOrEqual(60_000);
  });

  test('is not waited for where it is missing', async () => {
    await using waiting = await withoutDataRoles();
    const { report, told } = await waiting.run({ only: [STORED, 'tiers/files-online'] });
    expect(rowOf(report, STORED).outcome).toBe('inconclusive');
    expect(rowOf(report, 'tiers/files-online').outcome).toBe('inconclusive');
    expect(told).toEqual([]);
    expect(report.durationMs).toBe(0);
  });

  test('is not waited for where it is new and cannot store', async () => {
    await using waiting = await withoutDataRoles();
    await grant(waiting, ROLES.dicomDataReader.id);
    const { report } = await waiting.run();
    expect(rowOf(report, STORED).outcome).toBe('inconclusive');
    expect(report.durationMs).toBe(0);
  });

  test('is not waited for where it should have counted long ago', async () => {
    await using waiting = await start({ dicom: refusingTokens });
    await waiting.clock.advance(15 * MINUTE);
    const { report } = await waiting.run();
    expect(rowOf(report, STORED).outcome).toBe('inconclusive');
    expect(report.durationMs).toBe(0);
  });

  test('is waited for as long as Azure says, and no longer', async () => {
    await using waiting = await start({ dicom: refusingTokens });
    await waiting.clock.advance(5 * MINUTE);
    const { report } = await waiting.run();
    expect(rowOf(report, STORED).outcome).toBe('inconclusive');
    expect(report.durationMs).toBe(10 * MINUTE);
  });

  test('is not waited for where the network keeps everybody out', async () => {
    await using waiting = await start();
    const { emulator } = waiting.bench;
    await emulator.faults.set('dicom/public-access-off');
    const { report } = await waiting.run();
    expect(rowOf(report, STORED).outcome).toBe('inconclusive');
    expect(report.durationMs).toBe(0);
  });
});

/** A service that knows no role, whatever Azure Resource Manager says. */
const refusingTokens: NonNullable<VerifyBenchOptions['dicom']> = async (_request, forward) => {
  const answer = await forward();
  return answer.status === 401
    ? answer
    : { ...answer, status: 403, body: Buffer.from('Authorization failed.') };
};
