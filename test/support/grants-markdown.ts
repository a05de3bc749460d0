import { DicomLake, Grantee, type IKeyVaultKey, KeyVaultKey } from '../../constructs';
import { emptyStack, RESOURCE_GROUP } from './stack';
import { resourcesOf, synth, type Resource } from './synth';

const VERIFIER = '77777777-7777-7777-7777-777777777777';
const READER = '55555555-5555-5555-5555-555555555555';
const VAULT = `${RESOURCE_GROUP.id}/providers/Microsoft.KeyVault/vaults/demovault`;

/** Every role assignment of lakes with everything that the kit hands out roles for. */
function assignments(): readonly Resource[] {
  return [false, true].flatMap((verifierDeepProbes) => {
    const stack = emptyStack();
    const keyOf = (name: string): IKeyVaultKey =>
      KeyVaultKey.fromKeyAttributes(stack, name, {
        keyVaultId: VAULT,
        keyUrl: `https://demovault.vault.azure.net/keys/${name}/0123456789abcdef0123456789abcdef`,
      });
    new DicomLake(stack, 'DicomLake', {
      resourceGroup: RESOURCE_GROUP,
      workspaceName: 'demohealth',
      dicomServiceName: 'images',
      storageAccountName: 'demolake',
      identityName: 'demohealth-images',
      systemAssignedIdentity: true,
      encryption: { lakeKey: keyOf('lake'), dicomServiceKey: { key: keyOf('service'), serviceExists: true } },
      analytics: [
        {
          engine: 'fabric',
          principal: Grantee.servicePrincipal(READER, 'Fabric'),
          fabricWorkspaceId: '66666666-6666-6666-6666-666666666666',
        },
      ],
      verifier: Grantee.servicePrincipal(VERIFIER, 'Verifier'),
      verifierDeepProbes,
    });
    return resourcesOf(synth(stack), 'azurerm_role_assignment');
  });
}

type Names = readonly (readonly [RegExp, string])[];

/** A name for each kind of principal and of scope; what none fits is an error, so that a new one is named here. */
const PRINCIPALS: Names = [
  [/DicomLake_Identity_/, 'the DICOM service'],
  [/healthcare_dicom_service/, 'the DICOM service'],
  [/EncryptionIdentity/, 'the storage account'],
  [new RegExp(VERIFIER), 'the verifier'],
  [new RegExp(READER), 'readers of `analytics`'],
];
const SCOPES: Names = [
  [/storage_container/, 'the container'],
  [/storage_account/, 'the storage account'],
  [/healthcare_workspace/, 'the workspace'],
  [/healthcare_dicom_service/, 'the service'],
  [/azurerm_monitor_/, 'each alert rule'],
  [/\/keys\/lake$/, 'the key of the lake'],
  [/\/keys\/service$/, 'the key of the service'],
];

/** Why a principal has a role at a scope. */
const REASONS: Readonly<Record<string, string>> = {
  'the DICOM service | Storage Blob Data Contributor | the container':
    'writes, reads and deletes its files; a user-assigned identity has it before the service is made',
  'the DICOM service | Key Vault Crypto Service Encryption User | the key of the service':
    'uses `encryption.dicomServiceKey`',
  'the storage account | Key Vault Crypto Service Encryption User | the key of the lake':
    'uses `encryption.lakeKey`, with an identity that may not write files',
  'readers of `analytics` | Storage Blob Data Reader | the container':
    'read images where they lie, and cannot change them',
  'the verifier | DICOM Data Owner | the service':
    'stores, finds, retrieves and deletes its sample, reads the change feed',
  'the verifier | Storage Blob Data Reader | the container':
    'reads the file of its sample and the health file, lists tiers',
  'the verifier | Storage Blob Data Contributor | the container':
    'in place of Reader with `verifierDeepProbes`: moves its sample between tiers, writes one foreign file',
  'the verifier | Reader | the workspace': 'reads the settings of the service and its Resource Health',
  'the verifier | Reader | the storage account':
    'reads its settings, lifecycle policy and role assignments, and its logs',
  'the verifier | Reader | each alert rule': 'sees that it is there and enabled',
};

/** Who gets which role from the kit, where and why. */
export function grantsMarkdown(): string {
  const given = assignments().map(({ principal_id: principal, role_definition_name: role, scope }) =>
    [nameOf(PRINCIPALS, principal), role, nameOf(SCOPES, scope)].join(' | '),
  );
  const unexplained = given.filter((grant) => !Object.hasOwn(REASONS, grant));
  const forgotten = Object.keys(REASONS).filter((grant) => !given.includes(grant));
  if (unexplained.length + forgotten.length > 0) {
    throw new Error(
      `grants-markdown.ts gives no reason for [${unexplained.join('; ')}], and one for [${forgotten.join('; ')}], ` +
        'which the kit does not give',
    );
  }
  const rows = Object.entries(REASONS).map(([grant, reason]) => `| ${grant} | ${reason} |\n`);
  return `| who | role | on | why |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}

function nameOf(names: Names, value: unknown): string {
  const found = names.find(([pattern]) => pattern.test(String(value)));
  if (found === undefined) throw new Error(`grants-markdown.ts has no name for ${String(value)}`);
  return found[1];
}
