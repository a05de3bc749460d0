import { ClientSecretCredential } from '@azure/identity';
import type { DeploymentManifest } from '../contract';
import type { AzureConnection } from '../verify';
import { UsageError } from './command-context';

/**
 * Somebody with DICOM Data Reader, whose store has to be refused: by DICOM_READER_TOKEN, or as an application of the
 * deployment's tenant by DICOM_READER_CLIENT_ID and DICOM_READER_CLIENT_SECRET. Nobody where none of them is set.
 *
 * @throws UsageError where they contradict each other
 */
export function dicomReaderIn(
  environment: Readonly<Record<string, string | undefined>>,
  { tenantId }: Pick<DeploymentManifest, 'tenantId'>,
): Pick<AzureConnection, 'reader'> {
  const valueOf = (name: string): string | undefined =>
    environment[name] === '' ? undefined : environment[name];
  const bearer = valueOf('DICOM_READER_TOKEN');
  const clientId = valueOf('DICOM_READER_CLIENT_ID');
  const clientSecret = valueOf('DICOM_READER_CLIENT_SECRET');
  if (bearer !== undefined && (clientId ?? clientSecret) !== undefined)
    throw new UsageError('set DICOM_READER_TOKEN, or DICOM_READER_CLIENT_ID and its secret, not both');
  if (bearer !== undefined) return { reader: { bearer } };
  if ((clientId === undefined) !== (clientSecret === undefined))
    throw new UsageError('DICOM_READER_CLIENT_ID and DICOM_READER_CLIENT_SECRET go together');
  if (clientId === undefined || clientSecret === undefined) return {};
  return { reader: { credential: new ClientSecretCredential(tenantId, clientId, clientSecret) } };
}
