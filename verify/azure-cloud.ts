import { type AzureCloudName, cloudOfUrl, type DeploymentManifest } from '../contract';
import { ConfigError } from './error';

/**
 * The cloud of a deployment: the one that was asked for, else the one that the endpoints of its manifest lie in, else
 * the public one.
 *
 * @throws ConfigError where an endpoint lies in another cloud: its tokens would be for nobody, or for somebody else
 */
export function cloudOf(
  { dicomService, lake }: Pick<DeploymentManifest, 'dicomService' | 'lake'>,
  asked?: AzureCloudName,
): AzureCloudName {
  const endpoints = {
    'dicomService.serviceUrl': dicomService.serviceUrl,
    'lake.blobEndpoint': lake.blobEndpoint,
    'lake.dfsEndpoint': lake.dfsEndpoint,
  };
  const seen = Object.entries(endpoints).map(
    ([field, url]) => [`${field} '${url}'`, cloudOfUrl(url)] as const,
  );
  const cloud = asked ?? seen.find(([, found]) => found !== undefined)?.[1] ?? 'AzurePublicCloud';
  const elsewhere = seen.filter(([, found]) => found !== undefined && found !== cloud);
  if (elsewhere.length > 0) {
    throw new ConfigError(
      `the manifest is not of ${cloud}`,
      elsewhere.map(
        ([endpoint, found]) =>
          `${endpoint} lies in ${found ?? ''}; ${asked === undefined ? 'mend the manifest' : `give --cloud ${found ?? ''}, or another manifest`}`,
      ),
    );
  }
  return cloud;
}
