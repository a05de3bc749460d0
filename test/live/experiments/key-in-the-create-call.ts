import { KeyVaultKey } from '../../../constructs';
import { API_VERSIONS, type DeploymentManifest } from '../../../contract';
import type { Answer, Experiment, ExperimentContext, Observed } from '../experiment';
import { storedImage } from '../stored-image';

const VAULT_API = '2023-07-01';

type Id = 'taken' | 'ignored' | 'does not store' | 'refused';

export const keyInTheCreateCall: Experiment<Id> = {
  id: 'key-in-the-create-call',
  questions: ['key-in-the-create-call'],
  measured:
    'a vault and a key are made through Resource Manager, and a second service is deployed with a lake and that key in ' +
    'one apply; then what the service says its key is, and whether it stores',
  answers: {
    taken: {
      meaning: 'the service has its key from the beginning, and stores',
      goesTo: [
        { file: 'constructs/dicom-service.ts', change: 'serviceExists is not needed: drop it' },
        { file: 'constructs/dicom-lake-props.ts', change: 'docstring of dicomServiceKey' },
        { file: 'stacks/settings-schema.ts', change: 'the same setting in the YAML file' },
      ],
    },
    ignored: {
      meaning: 'it is created without the key, and nobody says so',
      goesTo: [
        {
          file: 'verify/checks/arm/service-succeeded.ts',
          change: 'fail where the key is not that of the manifest',
        },
        { file: 'constructs/dicom-service.ts', change: 'say what happens without serviceExists' },
      ],
    },
    'does not store': {
      meaning: 'it is created with the key, and does not store',
      goesTo: [{ file: 'docs/runbook.md', change: 'section on the customer’s key' }],
    },
    refused: {
      meaning: 'the create call is refused, as the kit has it now',
      goesTo: [{ file: 'contract/service-error.ts', change: 'explain the code' }],
    },
  },
  rights: ['`Microsoft.KeyVault` registered; the vault and its key are made with the rights of Contributor'],
  minutes: 60,
  operations: 200,
  deploysApart: 1,
  unpriced: ['Azure Key Vault: one software key, under 1,000 operations'],
  onEmulator: { cannot: 'it has no key vaults' },
  run: async (context) => answerWith(context, await makeKey(context)),
};

/** A key, as a service takes it. */
export interface LiveKey {
  readonly keyVaultId: string;
  /** With its version. */
  readonly keyUrl: string;
}

/** Through Resource Manager, so that nobody needs a role on keys. */
async function makeKey({ owned, names }: ExperimentContext): Promise<LiveKey> {
  const { location, tenantId, subscriptionId, runId } = names;
  const group = `${names.groupApart}-vault`;
  await owned.makeGroup(group, location);
  const keyVaultId = `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults/live${runId}`;
  await owned.put(keyVaultId, VAULT_API, {
    location,
    properties: {
      tenantId,
      sku: { family: 'A', name: 'standard' },
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
      // The shortest: a vault with purge protection keeps its name for so long after its deletion.
      softDeleteRetentionInDays: 7,
    },
  });
  const keyId = `${keyVaultId}/keys/images`;
  await owned.put(keyId, VAULT_API, { properties: { kty: 'RSA', keySize: 2048 } });
  const key = await owned.read(keyId, VAULT_API);
  const { keyUriWithVersion } = (key?.['properties'] ?? {}) as { readonly keyUriWithVersion?: string };
  if (keyUriWithVersion === undefined) throw new Error('the key that was made has no URL with a version');
  return { keyVaultId, keyUrl: keyUriWithVersion };
}

/** Deploys a service with a lake and a key in one go. */
export async function answerWith(
  context: ExperimentContext,
  { keyVaultId, keyUrl }: LiveKey,
): Promise<Answer<Id>> {
  let manifest: DeploymentManifest;
  try {
    manifest = await context.deployApart({
      parts: (stack) => ({
        encryption: {
          dicomServiceKey: {
            key: KeyVaultKey.fromKeyAttributes(stack, 'Key', { keyVaultId, keyUrl }),
            // It does not: that is the question.
            serviceExists: true,
          },
        },
      }),
    });
  } catch (error) {
    const refusal = refusalOfService((error as Error).message);
    if (refusal === undefined) throw error;
    return { answer: 'refused', observed: refusal };
  }
  const service = await context.owned.read(manifest.dicomService.id, API_VERSIONS.healthcareApis);
  const hasKey = JSON.stringify(service?.['properties'] ?? {}).includes(keyUrl);
  const stored = await storedImage(context, manifest);
  const observed = { hasKey, stored };
  if (!hasKey) return { answer: 'ignored', observed };
  return { answer: stored === 'stored' ? 'taken' : 'does not store', observed };
}

/** What Terraform says of the DICOM service that Azure refused; undefined where anything else went wrong. */
export function refusalOfService(said: string): Observed | undefined {
  if (!said.includes('azurerm_healthcare_dicom_service.')) return undefined;
  const status = /unexpected status (\d{3})/.exec(said)?.[1];
  const code =
    /with error: ([A-Za-z]+)/.exec(said)?.[1] ?? /\b(?:Status|Code): "([A-Za-z]+)"/.exec(said)?.[1];
  if (status === undefined && code === undefined) return undefined;
  return { status: status ?? 'none', code: code ?? 'none' };
}
