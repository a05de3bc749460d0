import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type IntendedState, type IntendedTierRule, ROLES } from '../../contract';
import { FAULTS, ManualClock } from '../../emulator';
import { connectionForEmulator, type Outcome, type VerifyConfig } from '../../verify';
import { CHECKS } from '../../verify/registry';
import { imageOf } from '../emulator/faults/fault-bench';
import { dicomSender, multipartOf } from '../support/dicom-http';
import { makeDicomReader } from '../support/dicom-reader';
import { JSON_ACCEPT } from '../support/dicom-service';
import { armOf } from '../support/emulator';
import { SharedClock } from '../support/shared-clock';
import { rowOf, startVerifyBench, type VerifyBench } from '../support/verify-bench';

jest.setTimeout(60_000);

const FINDABLE = FAULTS.filter(
  ({ failsChecks, blindsChecks }) => failsChecks.length + blindsChecks.length > 0,
);

/** Checks that warn in place of failing, or do so under one fault. */
const WARNS: readonly string[] = [
  'dicomweb/given-files-accepted',
  'identity/verifier-least-privilege',
  'lake/role-conditional identity/service-can-write',
  'lake/deny-assignment identity/service-can-write',
];

/** Longer than a health file counts as fresh. */
const STALE_MS = 100_000;

test('every check of verify has a fault that makes it fail, and no fault names another check', () => {
  const found = new Set(FAULTS.flatMap(({ failsChecks }) => failsChecks));
  expect([...found].sort()).toEqual(CHECKS.map(({ id }) => id).sort());
});

test.each(FINDABLE)('$id is found by verify: $failsChecks $blindsChecks', async (fault) => {
  const { id, parameters, failsChecks, blindsChecks } = fault;
  const concerned = [...failsChecks, ...blindsChecks];
  const clock = new ManualClock();
  const partitions = concerned.includes('dicomweb/partitions-isolated') ? ['ward-1', 'ward-2'] : [];
  await using bench = await startVerifyBench({ clock, dataPartitionsEnabled: partitions.length > 0 });
  const config = await prepare(bench, partitions);
  const reader = await makeDicomReader(bench.emulator, bench.lake);
  const outcomes = async (): Promise<Readonly<Record<string, Outcome>>> => {
    // A connection of its own for each run: tokens are kept in it.
    const target = targetOf(bench, partitions, reader);
    const report = await bench.run({ ...config, only: concerned, target }, { clock: new SharedClock(clock) });
    return Object.fromEntries(concerned.map((check) => [check, rowOf(report, check).outcome]));
  };
  expect(await outcomes()).toEqual(Object.fromEntries(concerned.map((check) => [check, 'pass'])));

  await bench.emulator.faults.set(id, {
    ...('file' in parameters ? { file: 'every' } : {}),
    ...('retryAfterSeconds' in parameters ? { retryAfterSeconds: 0 } : {}),
  });
  await clock.advance(STALE_MS);
  expect(await outcomes()).toEqual(
    Object.fromEntries([
      ...failsChecks.map((check) => [
        check,
        WARNS.includes(`${id} ${check}`) || WARNS.includes(check) ? 'warn' : 'fail',
      ]),
      ...blindsChecks.map((check) => [check, 'inconclusive']),
    ]),
  );
});

const INTENDED_COOL: IntendedTierRule = {
  name: 'cool',
  prefixes: [],
  basis: 'lastModification',
  coolAfterDays: 30,
  returnToHotOnAccess: false,
};

/** A lake with an image and a lifecycle rule, and a file to be sent. */
async function prepare(bench: VerifyBench, [partition]: readonly string[]): Promise<Partial<VerifyConfig>> {
  const { emulator, lake, folder } = bench;
  const rule = {
    name: 'cool',
    enabled: true,
    type: 'Lifecycle',
    definition: {
      filters: { blobTypes: ['blockBlob'] },
      actions: { baseBlob: { tierToCool: { daysAfterModificationGreaterThan: 30 } } },
    },
  };
  await armOf(emulator).put(`${lake.accountId}/managementPolicies/default`, '2023-05-01', {
    properties: { policy: { rules: [rule] } },
  });
  const send = await dicomSender(emulator, lake);
  const stored = await send(`${partition === undefined ? '' : `/partitions/${partition}`}/studies`, {
    method: 'POST',
    accept: JSON_ACCEPT,
    ...multipartOf([imageOf('kept')]),
  });
  expect(stored.status).toBe(200);
  const dicomFolder = path.join(folder, 'given');
  mkdirSync(dicomFolder);
  writeFileSync(path.join(dicomFolder, 'given.dcm'), imageOf('given'));
  return { dicomFolder, limits: { fileRemovalMs: 5_000, healthWindowMs: 70_000 } };
}

function targetOf(
  { emulator, lake }: VerifyBench,
  partitions: readonly string[],
  reader: string,
): VerifyConfig['target'] {
  const { manifest } = lake;
  const { dicomService } = manifest;
  const intended: IntendedState = {
    publicNetworkAccess: true,
    account: { managed: true, networkAccess: 'open' },
    grants: [
      {
        principalId: emulator.ready.credentials.deployer.objectId,
        roleId: ROLES.storageBlobDataOwner.id,
        scope: lake.containerId,
      },
    ],
    privateEndpoints: [],
    diagnosticSettings: [],
    alertIds: [],
    deleteLocks: [],
  };
  return {
    kind: 'deployment',
    manifest: {
      ...manifest,
      dicomService: {
        ...dicomService,
        partitions: partitions.length === 0 ? dicomService.partitions : partitions,
      },
      tiering: { rules: [INTENDED_COOL] },
      intended,
    },
    azure: { ...connectionForEmulator(emulator.ready, emulator.ca), reader: { bearer: reader } },
  };
}
