import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AZURERM_MAJOR_CONTEXT, type AzurermMajor } from '../../constructs';
import type { Emulator } from '../../emulator';
import { applyStack } from '../../local';
import { type ArmDocuments, armDocuments, comparable } from './arm-documents';
import { armOf, connectionTo, startTestEmulator } from './emulator';
import type { Synthesized } from './synth';

/** Every example there is. */
export const EXAMPLES = readdirSync('examples', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Runs an example as a user would, and answers its stacks by name. */
export async function stacksOf(
  example: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, Synthesized>> {
  const folder = await mkdtemp(join(tmpdir(), 'dicom-lake-example-'));
  try {
    await promisify(execFile)(process.execPath, [join('dist', 'examples', example, 'main.js')], {
      env: { PATH: process.env['PATH'], CDKTF_OUTDIR: join(folder, 'cdktf.out'), ...environment },
    });
    const stacks = join(folder, 'cdktf.out', 'stacks');
    const read = async (name: string): Promise<[string, Synthesized]> => [
      name,
      JSON.parse(await readFile(join(stacks, name, 'cdk.tf.json'), 'utf8')) as Synthesized,
    ];
    return new Map(await Promise.all(readdirSync(stacks).sort().map(read)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The stacks of an example for an emulator, which then has what the example adopts from others. */
export async function stacksFor(
  emulator: Emulator,
  example: string,
  major: AzurermMajor = 4,
): Promise<ReadonlyMap<string, Synthesized>> {
  return stacksOf(example, {
    CDKTF_CONTEXT_JSON: JSON.stringify({ [AZURERM_MAJOR_CONTEXT]: major }),
    ...(example === 'adopt-existing' ? { SHARED_IDENTITY_PRINCIPAL_ID: await shareParts(emulator) } : {}),
  });
}

/** What `dicom-lake local apply` of an example leaves on an emulator that had nothing else. */
export async function leftByLocalApply(example: string, major: AzurermMajor): Promise<ArmDocuments> {
  await using emulator = await startTestEmulator();
  const { subscriptionId, tenantId } = emulator.ready;
  for (const stack of (await stacksFor(emulator, example, major)).values())
    await applyStack(stack, { connection: connectionTo(emulator), subscriptionId, tenantId });
  return comparable(await armDocuments(emulator), emulator);
}

const SHARED = '/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg-shared';

/** What the team of the adopted parts has made; answers the object id of their identity. */
async function shareParts(emulator: Emulator): Promise<string> {
  const arm = armOf(emulator);
  const location = 'westeurope';
  const account = `${SHARED}/providers/Microsoft.Storage/storageAccounts/sharedlake`;
  await arm.put(SHARED, '2023-07-01', { location });
  await arm.put(`${SHARED}/providers/Microsoft.HealthcareApis/workspaces/sharedhealth`, '2024-03-31', {
    location,
  });
  await arm.put(account, '2023-05-01', {
    location,
    kind: 'StorageV2',
    sku: { name: 'Standard_ZRS' },
    properties: { isHnsEnabled: true },
  });
  await arm.put(`${account}/blobServices/default/containers/dicom`, '2023-05-01', { properties: {} });
  const identity = await arm.put(
    `${SHARED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shared-images`,
    '2024-11-30',
    { location },
  );
  return (identity['properties'] as { readonly principalId: string }).principalId;
}
