import { API_VERSIONS } from '../../contract';
import { type ArmBody, objectIn, textIn, textsIn } from '../clients/arm-body';
import { absentAsUndefined } from '../clients/arm-reader';
import type {
  AccountFirewall,
  AccountSettings,
  StorageAccountResource,
} from '../evidence/storage-account-resource';
import type { Probe } from '../probe';
import { readEndpointConnections } from './endpoint-connections';

/** The storage account of the lake as it is deployed. */
export const armStorageAccount: Probe<'arm.storage-account'> = {
  id: 'arm.storage-account',
  title: 'the storage account in Azure Resource Manager',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, signal }) => {
    const { lake, intended } = target.manifest;
    const body = await absentAsUndefined(
      target.azure.arm.get(lake.storageAccountId, API_VERSIONS.storage, signal),
    );
    return {
      ...(body === undefined ? {} : { found: readAccount(body) }),
      intended: {
        id: lake.storageAccountId,
        ...(intended === undefined
          ? {}
          : { ...intended.account, privateEndpoints: intended.privateEndpoints }),
      },
    };
  },
};

function readAccount(body: ArmBody): NonNullable<StorageAccountResource['found']> {
  const properties = objectIn(body, 'properties');
  const statusOfPrimary = textIn(properties, 'statusOfPrimary');
  return {
    provisioningState: textIn(properties, 'provisioningState') ?? '',
    ...(statusOfPrimary === undefined ? {} : { statusOfPrimary }),
    settings: readSettings(properties),
    firewall: readFirewall(properties),
    privateEndpointConnections: readEndpointConnections(properties),
  };
}

/** @see https://learn.microsoft.com/rest/api/storagerp/storage-accounts/get-properties */
function readSettings(properties: ArmBody): AccountSettings {
  const encryption = objectIn(properties, 'encryption');
  return {
    hierarchicalNamespace: properties['isHnsEnabled'] === true,
    minimumTlsVersion: textIn(properties, 'minimumTlsVersion') ?? 'TLS1_0',
    httpsOnly: properties['supportsHttpsTrafficOnly'] !== false,
    sharedKeyAccess: properties['allowSharedKeyAccess'] !== false,
    publicBlobs: properties['allowBlobPublicAccess'] === true,
    localUsers: properties['isLocalUserEnabled'] !== false,
    sftp: properties['isSftpEnabled'] === true,
    nfsV3: properties['isNfsV3Enabled'] === true,
    crossTenantReplication: properties['allowCrossTenantReplication'] === true,
    infrastructureEncryption: encryption['requireInfrastructureEncryption'] === true,
    keySource: textIn(encryption, 'keySource') ?? 'Microsoft.Storage',
  };
}

function readFirewall(properties: ArmBody): AccountFirewall {
  const rules = objectIn(properties, 'networkAcls');
  return {
    publicNetworkAccess: !['Disabled', 'SecuredByPerimeter'].includes(
      textIn(properties, 'publicNetworkAccess') ?? 'Enabled',
    ),
    defaultAction: rules['defaultAction'] === 'Deny' ? 'Deny' : 'Allow',
    bypass: (textIn(rules, 'bypass') ?? 'None')
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '' && one !== 'None'),
    ipRanges: textsIn(rules, 'ipRules', 'value'),
    subnetIds: textsIn(rules, 'virtualNetworkRules', 'id'),
    resourceIds: textsIn(rules, 'resourceAccessRules', 'resourceId'),
  };
}
