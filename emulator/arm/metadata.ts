import type { Body } from './resource-type';

/** What older clients ask for: which regions there are, of which they need none. */
export const OLD_CLOUD_METADATA: Body = { cloudEndpoint: {} };

/**
 * What the hosts of all storage accounts end in: `{account}.{blob|dfs}.{suffix}`. From 5.1 the provider reads the
 * account from such a host and refuses one in a path. Every name below localhost means this machine, which not every
 * resolver knows; for clients there the storage plane takes the account in the path as well.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc6761#section-6.3
 */
export function storageSuffix(storageOrigin: string): string {
  return `localhost:${new URL(storageOrigin).port}`;
}

/**
 * The cloud as the Terraform provider asks for it. No URL ends in a slash: before 4.67 the provider then polls the
 * wrong paths.
 */
export function cloudMetadata(arm: string, entra: string, storage: string): Body {
  return {
    name: 'DicomLakeEmulator',
    portal: arm,
    resourceManager: arm,
    microsoftGraphResourceId: `${arm}/graph`,
    authentication: { loginEndpoint: entra, audiences: [arm], tenant: 'common', identityProvider: 'AAD' },
    suffixes: { storage: storageSuffix(storage), keyVaultDns: `vault.${new URL(arm).host}` },
  };
}
