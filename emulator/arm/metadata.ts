import type { Body } from './resource-type';

/** What older clients ask for: which regions there are, of which they need none. */
export const OLD_CLOUD_METADATA: Body = { cloudEndpoint: {} };

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
    suffixes: { storage: new URL(storage).host, keyVaultDns: `vault.${new URL(arm).host}` },
  };
}
