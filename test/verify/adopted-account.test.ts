import { AzureCliCredential } from '@azure/identity';
import { azureClients } from '../../verify/clients/azure';
import { manifestFixture } from '../support/manifest';

test('the account of a lake is looked for where it is, which for an adopted one is not beside the service', () => {
  const manifest = manifestFixture();
  const subscriptionId = '99999999-9999-9999-9999-999999999999';
  const storageAccountId = `/subscriptions/${subscriptionId}/resourceGroups/storage-team/providers/Microsoft.Storage/storageAccounts/shared`;
  const clients = azureClients(
    { ...manifest, lake: { ...manifest.lake, storageAccountId } },
    { credential: new AzureCliCredential() },
  );
  expect(clients.storageResourceGroup).toBe('storage-team');
  expect(azureClients(manifest, { credential: new AzureCliCredential() }).storageResourceGroup).toBe(
    manifest.resourceGroup,
  );
});
