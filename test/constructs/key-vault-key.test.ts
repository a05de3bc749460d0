import type { TerraformStack } from 'cdktf';
import { DicomService, KeyVaultKey, LakeIdentity, LakeStorage, type IKeyVaultKey } from '../../constructs';
import { emptyStack, RESOURCE_GROUP, surroundings, unknownString } from '../support/stack';
import { addressesOf, onlyResource, predecessorsOf, resourcesOf, synth } from '../support/synth';

const VAULT_ID = `${RESOURCE_GROUP.id}/providers/Microsoft.KeyVault/vaults/Keys`;
const KEY_URL = 'https://keys.vault.azure.net/keys/images/00000000000000000000000000000001';
const ROLE = 'Key Vault Crypto Service Encryption User';

function keyIn(stack: TerraformStack, keyVaultId = VAULT_ID, keyUrl = KEY_URL): IKeyVaultKey {
  return KeyVaultKey.fromKeyAttributes(stack, 'Key', { keyVaultId, keyUrl });
}

function encryptionRoleIn(stack: TerraformStack): string {
  const synthesized = synth(stack);
  const found = Object.entries(synthesized.resource['azurerm_role_assignment'] ?? {}).find(
    ([, { role_definition_name: role }]) => role === ROLE,
  );
  return `azurerm_role_assignment.${found?.[0] ?? 'missing'}`;
}

test('a lake follows the newest version of its key, whose use precedes the account', () => {
  const stack = emptyStack();
  const identity = new LakeIdentity(stack, 'Encryption', {
    resourceGroup: RESOURCE_GROUP,
    identityName: 'lake-encryption',
  });
  new LakeStorage(stack, 'Lake', {
    resourceGroup: RESOURCE_GROUP,
    storageAccountName: 'demolake',
    customerManagedKey: { key: keyIn(stack), identity },
  });
  const synthesized = synth(stack);
  const identityId = expect.stringMatching(/^\$\{azurerm_user_assigned_identity\.\w+\.id\}$/) as string;
  expect(onlyResource(synthesized, 'azurerm_storage_account')).toMatchObject({
    identity: { type: 'UserAssigned', identity_ids: [identityId] },
    customer_managed_key: {
      key_vault_key_id: 'https://keys.vault.azure.net/keys/images',
      user_assigned_identity_id: identityId,
    },
  });
  expect(onlyResource(synthesized, 'azurerm_role_assignment')).toEqual({
    scope: `${VAULT_ID}/keys/images`,
    role_definition_name: ROLE,
    principal_id: expect.stringMatching(
      /^\$\{azurerm_user_assigned_identity\.\w+\.principal_id\}$/,
    ) as string,
    principal_type: 'ServicePrincipal',
  });
  const account = addressesOf(synthesized).find((one) => one.startsWith('azurerm_storage_account')) ?? '';
  expect([...predecessorsOf(synthesized, account)]).toContain(encryptionRoleIn(stack));
});

test('a service takes one version of its key, whose use precedes the change', () => {
  const stack = emptyStack();
  new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
    customerManagedKey: { key: keyIn(stack), serviceExists: true },
  });
  const synthesized = synth(stack);
  const [service = ''] = addressesOf(synthesized);
  expect(onlyResource(synthesized, 'azurerm_healthcare_dicom_service')['encryption_key_url']).toBe(KEY_URL);
  expect([...predecessorsOf(synthesized, service)]).toContain(encryptionRoleIn(stack));
});

test('the use of a key is given once to each who asks', () => {
  const stack = emptyStack();
  const key = keyIn(stack);
  const { identity } = surroundings(stack);
  expect(key.grantEncryption(identity)).toBe(key.grantEncryption(identity));
  expect(resourcesOf(synth(stack), 'azurerm_role_assignment')).toHaveLength(1);
});

test('a vault that only Terraform knows is left to Azure', () => {
  const stack = emptyStack();
  keyIn(stack, unknownString(stack)).grantEncryption(surroundings(stack).identity);
  expect(onlyResource(synth(stack), 'azurerm_role_assignment')['scope']).toBe('${var.unknown}/keys/images');
});

test.each([
  ['https://keys.vault.azure.net/keys/images'],
  [`${KEY_URL}/`],
  ['http://keys.vault.azure.net/keys/images/00000000000000000000000000000001'],
  ['https://keys.vault.azure.com/keys/images/00000000000000000000000000000001'],
  ['https://keys.vault.azure.net.example.org/keys/images/00000000000000000000000000000001'],
  ['https://keys.vault.azure.net/secrets/images/00000000000000000000000000000001'],
  ['https://keys.vault.azure.net/keys/images/1'],
  ['https://keys.managedhsm.azure.net/keys/images/00000000000000000000000000000001'],
])('fails on %s, which is no version of a key', (url) => {
  expect(() => keyIn(emptyStack(), VAULT_ID, url)).toThrow(
    new Error(
      "KeyVaultKeyInvalid at test/Key: 'keyUrl' must be the URL of one version of a key, " +
        `https://…vault.azure.net/keys/…/…, known when the stack is synthesized, got '${url}'`,
    ),
  );
});

test('fails on a key in another vault and on an id of something else', () => {
  expect(() => keyIn(emptyStack(), `${VAULT_ID}2`)).toThrow(
    new Error(
      "KeyVaultKeyInvalid at test/Key: 'keyUrl' must be in the vault 'Keys2' of 'keyVaultId', got one in 'keys'",
    ),
  );
  expect(() => keyIn(emptyStack(), '/keys')).toThrow(
    new Error(
      "KeyVaultKeyInvalid at test/Key: 'keyVaultId' must be the resource id of a Microsoft.KeyVault/vaults, " +
        "/subscriptions/…/resourceGroups/…/providers/Microsoft.KeyVault/vaults/…, got '/keys'",
    ),
  );
});

test('fails with both problems at once, also on a key that only Terraform knows', () => {
  const stack = emptyStack();
  const keyUrl = unknownString(stack);
  expect(() => keyIn(stack, `${VAULT_ID}/`, keyUrl)).toThrow(
    new Error(
      [
        'KeyVaultKeyInvalid at test/Key:',
        "- 'keyVaultId' must be the resource id of a Microsoft.KeyVault/vaults, /subscriptions/…/resourceGroups/…/" +
          `providers/Microsoft.KeyVault/vaults/…, got '${VAULT_ID}/'`,
        "- 'keyUrl' must be the URL of one version of a key, https://…vault.azure.net/keys/…/…, known when the stack is " +
          `synthesized, got '${keyUrl}'`,
      ].join('\n'),
    ),
  );
});

test('a key is named with its version and without', () => {
  expect(keyIn(emptyStack())).toMatchObject({
    versionedKeyUrl: KEY_URL,
    versionlessKeyUrl: 'https://keys.vault.azure.net/keys/images',
  });
});
