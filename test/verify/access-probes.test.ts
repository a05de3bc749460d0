import { type IntendedState, ROLES } from '../../contract';
import { connectionForEmulator, gatherEvidence, printEvidenceBundle, type VerifyConfig } from '../../verify';
import { withoutIntention } from '../support/manifest';
import { dicomSender } from '../support/dicom-http';
import { makeDicomReader } from '../support/dicom-reader';
import { JSON_ACCEPT } from '../support/dicom-service';
import { armOf, assignRole } from '../support/emulator';
import { rowOf, startVerifyBench, type VerifyBench } from '../support/verify-bench';

jest.setTimeout(30_000);

const REACH = 'access/public-reach-as-intended';
const STORE = 'access/read-only-token-cannot-store';

const NOTHING: Omit<IntendedState, 'publicNetworkAccess' | 'account'> = {
  grants: [],
  privateEndpoints: [],
  diagnosticSettings: [],
  alertIds: [],
  deleteLocks: [],
};

function targetOf(
  { emulator, lake }: VerifyBench,
  changes: { readonly intended?: IntendedState; readonly reader?: string } = {},
): VerifyConfig['target'] {
  const { intended, reader } = changes;
  return {
    kind: 'deployment',
    manifest: { ...lake.manifest, ...(intended === undefined ? {} : { intended }) },
    azure: {
      ...connectionForEmulator(emulator.ready, emulator.ca),
      ...(reader === undefined ? {} : { reader: { bearer: reader } }),
    },
  };
}

describe('what was meant to be private', () => {
  const intended: IntendedState = {
    ...NOTHING,
    publicNetworkAccess: false,
    account: { managed: true, networkAccess: 'private' },
  };

  test('is found where it answers the internet, and passes where it does not', async () => {
    await using bench = await startVerifyBench();
    const target = targetOf(bench, { intended });
    const open = rowOf(await bench.run({ only: [REACH], target }), REACH);
    expect(open.outcome).toBe('fail');
    expect(open.findings?.map(({ subject }) => subject.replace(/ \(.*/, ''))).toEqual([
      'the DICOM service',
      'the lake',
    ]);
    await bench.emulator.faults.set('dicom/public-access-off');
    await bench.emulator.faults.set('lake/firewall-closed');
    expect(rowOf(await bench.run({ only: [REACH], target }), REACH)).toMatchObject({
      outcome: 'pass',
      detail: 'the DICOM service keeps the public out; the lake keeps the public out',
    });
  });

  test('is told by nobody where the manifest does not say', async () => {
    await using bench = await startVerifyBench();
    const manifest = withoutIntention(bench.lake.manifest);
    const azure = connectionForEmulator(bench.emulator.ready, bench.emulator.ca);
    const target = { kind: 'deployment', manifest, azure } as const;
    const row = rowOf(await bench.run({ only: [REACH], target }), REACH);
    expect(row.outcome).toBe('not-applicable');
    expect(bench.requests).toEqual([]);
  });

  test('is judged by the lake alone where selected networks depend on who asks', async () => {
    await using bench = await startVerifyBench();
    const selected: IntendedState = {
      ...NOTHING,
      publicNetworkAccess: true,
      account: { managed: true, networkAccess: 'selected' },
    };
    const target = targetOf(bench, { intended: selected });
    expect(rowOf(await bench.run({ only: [REACH], target }), REACH)).toMatchObject({
      outcome: 'pass',
      detail: 'the DICOM service is reached',
    });
  });
});

test('a token for Azure Resource Manager goes to no address that it does not name itself', async () => {
  await using bench = await startVerifyBench();
  const id = 'access/wrong-audience-refused';
  expect(rowOf(await bench.run({ only: [id] }), id)).toMatchObject({
    outcome: 'inconclusive',
    reason:
      'the service URL of the manifest is not the one that Azure Resource Manager names, so no token is sent there',
  });
  expect(bench.requests).toEqual([]);
});

describe('somebody who may only read', () => {
  test('leaves nothing behind where the store is taken', async () => {
    await using bench = await startVerifyBench();
    const reader = await makeDicomReader(bench.emulator, bench.lake);
    await bench.emulator.faults.set('dicom/reader-may-store');
    const target = targetOf(bench, { reader });
    expect(rowOf(await bench.run({ only: [STORE], target }), STORE).outcome).toBe('fail');
    expect(bench.journalled()).toEqual([]);
    const send = await dicomSender(bench.emulator, bench.lake);
    expect((await send('/studies', { accept: JSON_ACCEPT })).status).toBe(204);
  });

  test('counts for nothing where it cannot even read', async () => {
    await using bench = await startVerifyBench();
    for (const reader of ['no-token', await strangersToken(bench)]) {
      const row = rowOf(await bench.run({ only: [STORE], target: targetOf(bench, { reader }) }), STORE);
      expect(row.outcome).toBe('inconclusive');
      expect(row.reason).toMatch(/^QIDO-RS GET \/studies as a reader was answered 40[13]: /);
    }
    expect(bench.journalled()).toEqual([]);
  });

  test('is written nowhere', async () => {
    await using bench = await startVerifyBench();
    const reader = await makeDicomReader(bench.emulator, bench.lake);
    const bundle = await gatherEvidence({
      target: targetOf(bench, { reader }),
      journalFolder: bench.folder,
      only: ['access', 'identity'],
      version: '0.0.0',
    });
    const text = printEvidenceBundle(bundle);
    expect(bundle.evidence['dicom.read-only-store']?.state).toBe('had');
    expect(text).not.toContain(reader.split('.')[1]);
    expect(text).not.toMatch(/bearer|sharedkey .*:|eyJ/i);
  });

  async function strangersToken({ emulator, lake }: VerifyBench): Promise<string> {
    const token = await makeDicomReader(emulator, lake);
    const name = '00000000-0000-0000-0000-000000000077';
    const assignments = 'providers/Microsoft.Authorization/roleAssignments';
    await armOf(emulator).delete(`${lake.dicomServiceId}/${assignments}/${name}`, '2022-04-01');
    return token;
  }
});

test('a verifier that the deployment meant to write to the lake holds no more than it needs', async () => {
  await using bench = await startVerifyBench();
  const { emulator, lake } = bench;
  const { objectId } = emulator.ready.credentials.verifier;
  const id = 'identity/verifier-least-privilege';
  const roleId = ROLES.storageBlobDataContributor.id;
  await assignRole(armOf(emulator), lake.containerId, roleId, objectId, 9);
  const outcome = async (intended?: IntendedState): Promise<string> => {
    const target = targetOf(bench, intended === undefined ? {} : { intended });
    return rowOf(await bench.run({ only: [id], target }), id).outcome;
  };
  expect(await outcome()).toBe('warn');
  const grants = [{ principalId: objectId, roleId, scope: lake.containerId }];
  const account = { managed: true, networkAccess: 'open' } as const;
  expect(await outcome({ ...NOTHING, publicNetworkAccess: true, account, grants })).toBe('pass');
});
