import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type IntendedTierRule, ROLES } from '../../contract';
import { FAULTS, ManualClock } from '../../emulator';
import { connectionForEmulator, type Outcome, type VerifyConfig } from '../../verify';
import type { Check } from '../../verify/model';
import { CHECKS, PROBES } from '../../verify/registry';
import { imageOf } from '../emulator/faults/fault-bench';
import { dicomSender, multipartOf } from '../support/dicom-http';
import { JSON_ACCEPT } from '../support/dicom-service';
import { armOf, assignRole } from '../support/emulator';
import { SharedClock } from '../support/shared-clock';
import { rowOf, startVerifyBench, type VerifyBench } from '../support/verify-bench';
import { workitem } from '../support/workitem';

jest.setTimeout(60_000);

const FINDABLE = FAULTS.filter(
  ({ failsChecks, blindsChecks }) => failsChecks.length + blindsChecks.length > 0,
);

/** Checks that never say worse than warn. */
const WARNING = ['dicomweb/given-files-accepted', 'tiers/cost-hints'];

/** Until the service has written health files. */
const HEALTHY_MS = 40_000;

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
  await using bench = await startVerifyBench({ clock });
  const config = await prepare(bench, concerned);
  await clock.advance(HEALTHY_MS);
  const outcomes = async (): Promise<Readonly<Record<string, Outcome>>> => {
    const report = await bench.run(withoutTokens(bench, config), { clock: new SharedClock(clock) });
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
      ...failsChecks.map((check) => [check, WARNING.includes(check) ? 'warn' : 'fail']),
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
async function prepare(bench: VerifyBench, only: readonly string[]): Promise<Partial<VerifyConfig>> {
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
  const stored = await send('/studies', {
    method: 'POST',
    accept: JSON_ACCEPT,
    ...multipartOf([imageOf('kept')]),
  });
  expect(stored.status).toBe(200);
  await send('/workitems', {
    method: 'POST',
    accept: JSON_ACCEPT,
    headers: { 'Content-Type': JSON_ACCEPT },
    body: Buffer.from(JSON.stringify([workitem('planned')])),
  });
  const profile = CHECKS.some((check) => only.includes(check.id) && writesToLake(check)) ? 'deep' : 'full';
  if (profile === 'deep') {
    const { objectId } = emulator.ready.credentials.verifier;
    await assignRole(armOf(emulator), lake.containerId, ROLES.storageBlobDataContributor.id, objectId, 7);
  }
  const dicomFolder = path.join(folder, 'given');
  mkdirSync(dicomFolder);
  writeFileSync(path.join(dicomFolder, 'given.dcm'), imageOf('given'));
  return {
    only,
    profile,
    dicomFolder,
    limits: { fileRemovalMs: 5_000, healthWindowMs: 70_000 },
    target: {
      kind: 'deployment',
      manifest: { ...lake.manifest, tiering: { rules: [INTENDED_COOL] } },
      azure: connectionForEmulator(emulator.ready, emulator.ca),
    },
  };
}

/** A credential keeps the tokens that it got before the fault. */
function withoutTokens({ emulator }: VerifyBench, config: Partial<VerifyConfig>): Partial<VerifyConfig> {
  const { target } = config;
  if (target?.kind !== 'deployment') return config;
  return { ...config, target: { ...target, azure: connectionForEmulator(emulator.ready, emulator.ca) } };
}

function writesToLake({ needs }: Check): boolean {
  return needs.some((id) => PROBES[id].effect === 'lake-write');
}
