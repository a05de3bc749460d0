import path from 'node:path';
import { type DeploymentManifest, ROLES } from '../../contract';
import { type Emulator, ManualClock } from '../../emulator';
import { connectionForEmulator, type Profile, PROFILES, verify } from '../../verify';
import { ArmError } from '../../local';
import { temporaryFolder } from '../support/cli';
import { armOf, assignRole, startTestEmulator } from '../support/emulator';
import { EXAMPLES, stacksFor } from '../support/example';
import { SharedClock } from '../support/shared-clock';
import { ADDRESS_INSIDE, deploy } from '../support/whole-deployment';

jest.setTimeout(300_000);

/** `HEALTHY_RUNS` in all, shared out among every example and profile; else one of each. */
const RUNS_OF_EACH =
  Math.ceil(Number(process.env['HEALTHY_RUNS'] ?? 0) / (EXAMPLES.length * PROFILES.length)) || 1;

/** All of them where `HEALTHY_RUNS` is set. */
const TRIED = process.env['HEALTHY_RUNS'] === undefined ? ['minimal', 'private-network'] : EXAMPLES;

test.each(TRIED)('the example %s has no finding, in any profile', async (example) => {
  const clock = new ManualClock();
  await using emulator = await startTestEmulator({
    clock,
    fileRemovalPeriodMs: 5_000,
    ...(example === 'private-network' ? { clientAddress: ADDRESS_INSIDE } : {}),
  });
  using folder = temporaryFolder();
  for (const stack of (await stacksFor(emulator, example)).values()) {
    const deployed = await adopted(await deploy(stack, emulator), emulator);
    await clock.advance(100_000);
    for (const profile of PROFILES) {
      const manifest = await letVerify(deployed, emulator, profile);
      for (let run = 1; run <= RUNS_OF_EACH; run += 1) {
        const report = await verify(
          {
            target: {
              kind: 'deployment',
              manifest,
              azure: connectionForEmulator(emulator.ready, emulator.ca),
            },
            journalFolder: path.join(folder.path, 'journal'),
            profile: profile satisfies Profile,
            version: '0.0.0',
          },
          { clock: new SharedClock(clock) },
        );
        const findings = report.rows.filter(
          ({ outcome }) => outcome !== 'pass' && outcome !== 'not-applicable',
        );
        expect(findings.map(({ id, outcome, reason }) => [profile, id, outcome, reason])).toEqual([]);
        expect(report.leftovers).toEqual([]);
      }
    }
  }
});

/** What an example adopts is somebody else's: here it is as the example says it is. */
async function adopted(manifest: DeploymentManifest, emulator: Emulator): Promise<DeploymentManifest> {
  if (manifest.intended?.account.managed !== false) return manifest;
  const arm = armOf(emulator);
  const { lake } = manifest;
  const account = await arm.get(lake.storageAccountId, '2023-05-01');
  const properties = account['properties'] as Readonly<Record<string, unknown>>;
  await arm.put(lake.storageAccountId, '2023-05-01', {
    ...account,
    properties: {
      ...properties,
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      isLocalUserEnabled: false,
      minimumTlsVersion: 'TLS1_2',
    },
  });
  await arm.put(`${lake.storageAccountId}/blobServices/default`, '2023-05-01', {
    properties: {
      deleteRetentionPolicy: { enabled: true, days: lake.deletedFileRetentionDays },
      lastAccessTimeTrackingPolicy: { enable: lake.lastAccessTracking },
    },
  });
  const { blob, dfs } = properties['primaryEndpoints'] as Readonly<Record<'blob' | 'dfs', string>>;
  return { ...manifest, lake: { ...lake, blobEndpoint: blob, dfsEndpoint: dfs } };
}

/** As its owner would: examples that name no verifier, or no address of one, let in the emulator's. */
async function letVerify(
  manifest: DeploymentManifest,
  emulator: Emulator,
  profile: Profile,
): Promise<DeploymentManifest> {
  const arm = armOf(emulator);
  const { objectId } = emulator.ready.credentials.verifier;
  const { lake, dicomService, workspace, intended } = manifest;
  if (intended === undefined) throw new Error('the manifest does not say what was meant');
  const containerId = `${lake.storageAccountId}/blobServices/default/containers/${lake.containerName}`;
  const wanted = [
    [containerId, profile === 'deep' ? ROLES.storageBlobDataContributor.id : ROLES.storageBlobDataReader.id],
    [dicomService.id, ROLES.dicomDataOwner.id],
    [workspace.id, ROLES.reader.id],
    [lake.storageAccountId, ROLES.reader.id],
    ...intended.alertIds.map((id) => [id, ROLES.reader.id] as const),
  ] as const;
  for (const [index, [scope, roleId]] of wanted.entries()) {
    await assignRole(arm, scope, roleId, objectId, (profile === 'deep' ? 200 : 100) + index).catch(
      (error: unknown) => {
        if (!(error instanceof ArmError) || error.code !== 'RoleAssignmentExists') throw error;
      },
    );
  }
  const { firewall, isOpened } = await opened(manifest, emulator);
  return {
    ...manifest,
    intended: {
      ...intended,
      account: { ...intended.account, ...(isOpened ? { allowed: firewall } : {}) },
      grants: [
        ...intended.grants,
        ...wanted.slice(0, 2).map(([scope, roleId]) => ({ principalId: objectId, roleId, scope })),
      ],
    },
  };
}

/** Lets the address of the emulator's clients through a firewall that knows only others. */
async function opened(
  { lake, intended }: DeploymentManifest,
  emulator: Emulator,
): Promise<{
  readonly isOpened: boolean;
  readonly firewall: NonNullable<NonNullable<DeploymentManifest['intended']>['account']['allowed']>;
}> {
  const allowed = intended?.account.allowed ?? {
    ipRanges: [],
    subnetIds: [],
    resourceIds: [],
    trustedServices: true,
  };
  const address = emulator.ready.clientAddress;
  if (intended?.account.networkAccess !== 'selected' || allowed.ipRanges.length > 0)
    return { isOpened: false, firewall: allowed };
  const arm = armOf(emulator);
  const account = await arm.get(lake.storageAccountId, '2023-05-01');
  const properties = account['properties'] as { readonly networkAcls: object };
  await arm.put(lake.storageAccountId, '2023-05-01', {
    ...account,
    properties: {
      ...properties,
      networkAcls: { ...properties.networkAcls, ipRules: [{ value: address, action: 'Allow' }] },
    },
  });
  return { isOpened: true, firewall: { ...allowed, ipRanges: [address] } };
}
