import { AzureAuthorityHosts } from '@azure/identity';
import type { TokenCredential } from '@azure/core-auth';
import { AZURE_CLOUDS, type AzureCloudName, cloudOfUrl, type DeploymentManifest } from '../../contract';
import { cloudOf } from '../../verify';
import { azureClients } from '../../verify/clients/azure';
import { runCli, temporaryFolder } from '../support/cli';
import { errorOf } from '../support/errors';
import { manifestFixture } from '../support/manifest';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const PUBLIC = manifestFixture();

/** The same deployment in another cloud. */
function manifestIn(storageSuffix: string, dicomSuffix: string): DeploymentManifest {
  const { dicomService, lake } = PUBLIC;
  return {
    ...PUBLIC,
    dicomService: { ...dicomService, serviceUrl: `https://hospital-images${dicomSuffix}` },
    lake: {
      ...lake,
      blobEndpoint: `https://hospitallake.blob${storageSuffix}/`,
      dfsEndpoint: `https://hospitallake.dfs${storageSuffix}/`,
    },
  };
}

const GOVERNMENT = manifestIn('.core.usgovcloudapi.net', '.dicom.azurehealthcareapis.us');
const CHINA = manifestIn('.core.chinacloudapi.cn', '.dicom.example.cn');
const EMULATOR = manifestIn('.localhost:10000', '.localhost:10001');

describe('the clouds', () => {
  test('are those of Azure’s own SDKs', () => {
    expect(Object.values(AZURE_CLOUDS).map(({ authorityHost }) => authorityHost)).toEqual([
      AzureAuthorityHosts.AzurePublicCloud,
      AzureAuthorityHosts.AzureGovernment,
      AzureAuthorityHosts.AzureChina,
    ]);
  });

  test.each<readonly [url: string, cloud: AzureCloudName | undefined]>([
    ['https://hospitallake.dfs.core.windows.net/', 'AzurePublicCloud'],
    ['https://hospital-images.dicom.azurehealthcareapis.us', 'AzureUSGovernment'],
    ['https://hospitallake.blob.core.chinacloudapi.cn', 'AzureChinaCloud'],
    ['https://core.windows.net.example.org/', undefined],
    ['https://example.org/.core.windows.net', undefined],
    ['https://127.0.0.1:10000/hospitallake', undefined],
    ['no URL', undefined],
  ])('%s is in %s', (url, cloud) => {
    expect(cloudOfUrl(url)).toBe(cloud);
  });
});

describe('the cloud of a deployment', () => {
  test.each<
    readonly [
      name: string,
      manifest: DeploymentManifest,
      asked: AzureCloudName | undefined,
      cloud: AzureCloudName,
    ]
  >([
    ['is told from its endpoints', PUBLIC, undefined, 'AzurePublicCloud'],
    ['is told from its endpoints in Azure Government', GOVERNMENT, undefined, 'AzureUSGovernment'],
    [
      'is told from the lake alone, where the service’s URL is not known',
      CHINA,
      undefined,
      'AzureChinaCloud',
    ],
    ['may be given as well', GOVERNMENT, 'AzureUSGovernment', 'AzureUSGovernment'],
    ['is given where its endpoints do not tell', EMULATOR, 'AzureUSGovernment', 'AzureUSGovernment'],
    ['is the public one where nothing tells', EMULATOR, undefined, 'AzurePublicCloud'],
  ])('%s', (_name, manifest, asked, cloud) => {
    expect(cloudOf(manifest, asked)).toBe(cloud);
  });

  test('fails where endpoints lie elsewhere, all at once', () => {
    expect(errorOf(() => cloudOf(GOVERNMENT, 'AzurePublicCloud'))).toMatchObject({
      name: 'ConfigError',
      problems: [
        "dicomService.serviceUrl 'https://hospital-images.dicom.azurehealthcareapis.us' lies in AzureUSGovernment; give --cloud AzureUSGovernment, or another manifest",
        "lake.blobEndpoint 'https://hospitallake.blob.core.usgovcloudapi.net/' lies in AzureUSGovernment; give --cloud AzureUSGovernment, or another manifest",
        "lake.dfsEndpoint 'https://hospitallake.dfs.core.usgovcloudapi.net/' lies in AzureUSGovernment; give --cloud AzureUSGovernment, or another manifest",
      ],
    });
  });

  test('fails where its endpoints lie in two', () => {
    const mixed = { ...PUBLIC, lake: GOVERNMENT.lake };
    expect(errorOf(() => cloudOf(mixed))).toMatchObject({
      problems: [
        expect.stringMatching(
          /^lake.blobEndpoint .* lies in AzureUSGovernment; mend the manifest$/,
        ) as unknown,
        expect.stringMatching(
          /^lake.dfsEndpoint .* lies in AzureUSGovernment; mend the manifest$/,
        ) as unknown,
      ],
    });
  });

  test('fails on the command line before anything is sent', async () => {
    using folder = temporaryFolder();
    writeFileSync(path.join(folder.path, 'manifest.json'), JSON.stringify(PUBLIC));
    const { exitCode, stdout, stderr } = await runCli(
      ['verify', 'manifest.json', '--cloud', 'AzureChinaCloud'],
      { cwd: folder.path },
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(
      /^error: the manifest is not of AzureChinaCloud\n( {2}- .*AzurePublicCloud.*\n){3}$/,
    );
  });
});

test.each<readonly [cloud: AzureCloudName, arm: string, logs: string]>([
  ['AzurePublicCloud', 'https://management.azure.com', 'https://api.loganalytics.io'],
  ['AzureUSGovernment', 'https://management.usgovcloudapi.net', 'https://api.loganalytics.us'],
  ['AzureChinaCloud', 'https://management.chinacloudapi.cn', 'https://api.loganalytics.azure.cn'],
])('tokens in %s are asked for that cloud', async (cloud, arm, logs) => {
  const scopes: string[] = [];
  const credential: TokenCredential = {
    getToken: (asked) => {
      scopes.push(...[asked].flat());
      return Promise.reject(new Error('enough is known'));
    },
  };
  const clients = azureClients(GOVERNMENT, { credential, cloud });
  const asked = [
    clients.arm.get('/subscriptions/x', '2022-12-01'),
    clients.logs.query('/subscriptions/x', 'StorageBlobLogs'),
    clients.storageManagement.storageAccounts.getProperties('rg', 'lake'),
    clients.dicom({ method: 'GET', url: 'https://127.0.0.1:1/v2/changefeed' }),
    clients.container.getProperties(),
    clients.fileSystem.getProperties(),
  ];
  await Promise.allSettled(asked);
  expect([...new Set(scopes)].sort()).toEqual(
    [
      `${arm}/.default`,
      `${logs}/.default`,
      'https://dicom.healthcareapis.azure.com/.default',
      'https://storage.azure.com/.default',
    ].sort(),
  );
});
