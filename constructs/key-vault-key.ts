import { Construct, type IConstruct } from 'constructs';
import { ROLES } from '../contract';
import type { IGrantee } from './grantee';
import { problemsOf, whenConcrete } from './private/concrete';
import { refuseInvalid } from './private/invalid';
import { nameInResourceId, resourceIdProblem } from './private/resource-id';
import { RoleGrant } from './role-grant';

/** A key with which images are encrypted at rest. */
export interface IKeyVaultKey extends IConstruct {
  /** `https://{vault}.vault.azure.net/keys/{key}/{version}`; a DICOM service takes this form only. */
  readonly versionedKeyUrl: string;
  /** `https://{vault}.vault.azure.net/keys/{key}`; a storage account then follows the newest version. */
  readonly versionlessKeyUrl: string;
  /** Key Vault Crypto Service Encryption User on this key: wrap, unwrap and read it, nothing else. */
  grantEncryption(grantee: IGrantee): RoleGrant;
}

export interface KeyVaultKeyAttributes {
  /** Resource id of the vault, of the type Microsoft.KeyVault/vaults. It grants access by roles, not by policies. */
  readonly keyVaultId: string;
  /** `https://{vault}.vault.azure.net/keys/{key}/{version}` */
  readonly keyUrl: string;
}

/**
 * A key that exists already. Keys are not made here: creating one is a call to the vault itself, for which whoever
 * deploys would need a role on keys and a network path to the vault.
 *
 * The key is RSA with 2048 or 3072 bits, in a vault of the same tenant that keeps deleted keys and refuses to purge
 * them, and lets trusted services of Azure through its firewall.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/dicom/configure-customer-managed-keys
 */
export class KeyVaultKey extends Construct implements IKeyVaultKey {
  static fromKeyAttributes(scope: Construct, id: string, attributes: KeyVaultKeyAttributes): IKeyVaultKey {
    return new KeyVaultKey(scope, id, attributes);
  }

  readonly versionedKeyUrl: string;
  readonly versionlessKeyUrl: string;
  readonly #keyId: string;

  private constructor(scope: Construct, id: string, { keyVaultId, keyUrl }: KeyVaultKeyAttributes) {
    super(scope, id);
    refuseInvalid(this, 'KeyVaultKeyInvalid', keyProblems({ keyVaultId, keyUrl }));
    this.versionedKeyUrl = keyUrl;
    this.versionlessKeyUrl = keyUrl.slice(0, keyUrl.lastIndexOf('/'));
    this.#keyId = `${keyVaultId}/keys/${nameInResourceId(this.versionlessKeyUrl)}`;
  }

  grantEncryption(grantee: IGrantee): RoleGrant {
    return RoleGrant.of(this, this.#keyId, ROLES.keyVaultCryptoServiceEncryptionUser, grantee);
  }
}

const KEY_URL = /^https:\/\/([0-9a-z-]+)\.vault\.azure\.net\/keys\/[0-9a-z-]{1,127}\/[0-9a-f]{32}$/i;

function keyProblems({ keyVaultId, keyUrl }: KeyVaultKeyAttributes): string[] {
  const vault = KEY_URL.exec(keyUrl)?.[1];
  return [
    ...resourceIdProblem('keyVaultId', 'Microsoft.KeyVault/vaults', keyVaultId),
    ...problemsOf(
      vault === undefined
        ? `'keyUrl' must be the URL of one version of a key, https://…vault.azure.net/keys/…/…, known when the ` +
            `stack is synthesized, got '${keyUrl}'`
        : whenConcrete(keyVaultId, (id) => otherVaultProblem(vault, nameInResourceId(id))),
    ),
  ];
}

function otherVaultProblem(vaultInUrl: string, vaultInId: string): string | undefined {
  return vaultInUrl.toLowerCase() === vaultInId.toLowerCase()
    ? undefined
    : `'keyUrl' must be in the vault '${vaultInId}' of 'keyVaultId', got one in '${vaultInUrl}'`;
}
