export type Plane = 'dicom' | 'lake' | 'arm' | 'entra' | 'logs';

/** One failure that Azure is known to report, with what it means here and what to do. */
export interface ServiceError {
  readonly plane: Plane;
  readonly status: number;
  /** Azure's own code; for STOW the FailureReason; undefined where the status alone decides. */
  readonly code?: string;
  readonly cause: string;
  readonly remedy: string;
}

const GRANT_AGAIN =
  'grant Storage Blob Data Contributor on the container to the identity attached to the DICOM service ' +
  '(lake.grants.readWrite(identity), or deploy the stack again), then wait up to 10 minutes for the role to take effect';
const OPEN_FIREWALL =
  'let the service through the firewall of the storage account: add a resource instance rule for the workspace, or allow trusted Azure services';
const RESTORE_KEY =
  'enable the key version that the storage account uses and give its identity wrap and unwrap permission again';
const RESTORE_CONTAINER =
  'restore the container (soft-deleted containers can be undeleted within their retention); a container created anew is empty and the service keeps asking for the old files';
const STORE_AGAIN =
  'delete the instance through DICOMweb and store it again; find out who changed the file: only the service may write below AHDS/';

/**
 * Failures by plane, status and code. A row without a code is the answer for every code not listed.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/dicom/dicom-data-lake
 */
export const SERVICE_ERRORS: readonly ServiceError[] = [
  lakeFault(
    'AuthorizationPermissionMismatch',
    'the service’s identity may not read or write the lake',
    GRANT_AGAIN,
  ),
  lakeFault(
    'InsufficientAccountPermissions',
    'the service’s identity lacks rights on the storage account',
    GRANT_AGAIN,
  ),
  lakeFault(
    'AuthorizationFailure',
    'the firewall of the storage account keeps the service out',
    OPEN_FIREWALL,
  ),
  lakeFault(
    'InvalidAuthenticationInfo',
    'the storage account refused the service’s token',
    'check that the identity attached to the DICOM service still exists and belongs to the tenant of the storage account',
  ),
  lakeFault(
    'AccountIsDisabled',
    'the storage account is disabled',
    'enable the storage account again; look at the subscription’s state and spending limit',
  ),
  lakeFault('ContainerNotFound', 'the container of the lake is gone', RESTORE_CONTAINER),
  lakeFault('FilesystemNotFound', 'the container of the lake is gone', RESTORE_CONTAINER),
  lakeFault('ContainerBeingDeleted', 'the container of the lake is being deleted', RESTORE_CONTAINER),
  lakeFault('ContainerDisabled', 'the container of the lake is disabled', RESTORE_CONTAINER),
  lakeFault(
    'ConditionNotMet',
    'the file was changed, moved or deleted behind the service’s back',
    STORE_AGAIN,
  ),
  lakeFault(
    'BlobNotFound',
    'the file is gone from the lake',
    `${STORE_AGAIN}; a soft-deleted file can be undeleted first`,
  ),
  lakeFault(
    'BlobArchived',
    'the file is in the archive tier, from which the service cannot read',
    'move the file to hot, cool or cold (rehydration takes up to 15 hours) and remove the lifecycle rule that archived it',
  ),
  lakeFault(
    'UnsupportedHeader',
    'the storage account has no hierarchical namespace',
    'the lake must be an account created with hierarchical namespace; it cannot be switched on for a service already connected',
  ),
  lakeFault(
    'KeyVaultEncryptionKeyNotFound',
    'the customer-managed key of the storage account is gone or disabled',
    RESTORE_KEY,
  ),
  lakeFault(
    'KeyVaultAccessTokenCannotBeAcquired',
    'the storage account cannot reach its key vault with its identity',
    RESTORE_KEY,
  ),
  lakeFault(
    'KeyVaultVaultNotFound',
    'the key vault of the storage account is gone',
    'recover the key vault (soft-deleted vaults can be recovered) under its old name',
  ),
  {
    plane: 'dicom',
    status: 424,
    cause: 'the service could not use the lake',
    remedy: 'look at the Resource Health of the DICOM service: it names the dependency and the action',
  },

  {
    plane: 'dicom',
    status: 400,
    cause: 'the service did not understand the request',
    remedy: 'compare the request with the conformance statement of the DICOM service, v2',
  },
  {
    plane: 'dicom',
    status: 401,
    cause: 'the token is missing, expired or meant for another service',
    remedy: 'sign in again and ask for a token for https://dicom.healthcareapis.azure.com/.default',
  },
  {
    plane: 'dicom',
    status: 403,
    cause: 'the caller has no DICOM data role, or public access to the service is off',
    remedy:
      'grant DICOM Data Owner on the DICOM service (role changes take up to 10 minutes, then the service caches them for 5), or run from inside the private network',
  },
  {
    plane: 'dicom',
    status: 404,
    cause: 'the service has no such instance, or the URL names no service',
    remedy: 'check the service URL in the manifest and whether somebody deleted the instance',
  },
  {
    plane: 'dicom',
    status: 406,
    cause: 'the service cannot answer in the media type or transfer syntax asked for',
    remedy: 'ask for transfer-syntax=* so that the file is returned as stored',
  },
  {
    plane: 'dicom',
    status: 409,
    code: '272',
    cause: 'the service could not process the instance: it is no valid DICOM file, or its own store failed',
    remedy: 'check the file with another DICOM tool; where it is valid, store it again later',
  },
  {
    plane: 'dicom',
    status: 409,
    code: '43264',
    cause: 'the instance lacks a required attribute or a UID is invalid',
    remedy:
      'the instance needs StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, SOPClassUID and PatientID',
  },
  {
    plane: 'dicom',
    status: 409,
    code: '43265',
    cause: 'the instance belongs to another study than the URL says',
    remedy: 'store to /studies, or to the study that the instance names',
  },
  {
    plane: 'dicom',
    status: 409,
    code: '45070',
    cause: 'the service already has this instance',
    remedy: 'delete it first, or store with PUT to replace it',
  },
  {
    plane: 'dicom',
    status: 409,
    code: '45071',
    cause: 'another request is storing the same instance',
    remedy: 'wait until it has ended and look whether the instance is there',
  },
  {
    plane: 'dicom',
    status: 413,
    cause: 'the instance is larger than the service takes (4 GB)',
    remedy: 'split the instance',
  },
  {
    plane: 'dicom',
    status: 415,
    cause: 'the service does not take this Content-Type',
    remedy: 'send application/dicom, or multipart/related with type="application/dicom"',
  },
  {
    plane: 'dicom',
    status: 429,
    cause: 'the service is throttling',
    remedy: 'try again later, with fewer requests at once',
  },
  {
    plane: 'dicom',
    status: 500,
    cause: 'the service failed inside',
    remedy: 'try again; if it stays, open a support request with the correlation id',
  },
  {
    plane: 'dicom',
    status: 503,
    cause: 'the service is not ready or its own store failed',
    remedy: 'try again later and look at the Resource Health of the DICOM service',
  },

  {
    plane: 'lake',
    status: 401,
    cause: 'the storage account refused the token',
    remedy: 'sign in again; the token must be for https://storage.azure.com',
  },
  {
    plane: 'lake',
    status: 403,
    code: 'AuthorizationPermissionMismatch',
    cause: 'the caller has no data role on the lake',
    remedy:
      'grant Storage Blob Data Reader on the container to whoever runs the verification; Owner or Contributor alone do not open the data',
  },
  {
    plane: 'lake',
    status: 403,
    code: 'AuthorizationFailure',
    cause: 'the firewall of the storage account keeps the caller out',
    remedy:
      'run from inside the private network, or allow this address in the firewall of the storage account',
  },
  {
    plane: 'lake',
    status: 403,
    code: 'KeyBasedAuthenticationNotPermitted',
    cause: 'shared keys are switched off, as they should be',
    remedy: 'use Entra ID instead of an account key or an account SAS',
  },
  {
    plane: 'lake',
    status: 404,
    code: 'ContainerNotFound',
    cause: 'the container of the lake is gone',
    remedy: RESTORE_CONTAINER,
  },
  {
    plane: 'lake',
    status: 404,
    code: 'FilesystemNotFound',
    cause: 'the container of the lake is gone',
    remedy: RESTORE_CONTAINER,
  },
  {
    plane: 'lake',
    status: 403,
    code: 'AccountIsDisabled',
    cause: 'the storage account is disabled',
    remedy: 'enable the storage account again; look at the subscription’s state and spending limit',
  },
  {
    plane: 'lake',
    status: 403,
    code: 'InsufficientAccountPermissions',
    cause: 'the account lacks permissions for the operation',
    remedy: 'look at the state of the storage account and of its subscription',
  },
  {
    plane: 'lake',
    status: 403,
    code: 'KeyVaultEncryptionKeyNotFound',
    cause: 'the customer-managed key of the storage account is gone or disabled',
    remedy: RESTORE_KEY,
  },
  {
    plane: 'lake',
    status: 403,
    code: 'KeyVaultAccessTokenCannotBeAcquired',
    cause: 'the storage account cannot reach its key vault with its identity',
    remedy: RESTORE_KEY,
  },
  {
    plane: 'lake',
    status: 403,
    code: 'KeyVaultVaultNotFound',
    cause: 'the key vault of the storage account is gone',
    remedy: 'recover the key vault (soft-deleted vaults can be recovered) under its old name',
  },
  {
    plane: 'lake',
    status: 409,
    code: 'ContainerDisabled',
    cause: 'the container of the lake is disabled',
    remedy: RESTORE_CONTAINER,
  },
  {
    plane: 'lake',
    status: 409,
    code: 'ContainerBeingDeleted',
    cause: 'the container of the lake is being deleted',
    remedy: RESTORE_CONTAINER,
  },
  {
    plane: 'lake',
    status: 404,
    code: 'BlobNotFound',
    cause: 'the file is gone from the lake',
    remedy: `${STORE_AGAIN}; a soft-deleted file can be undeleted first`,
  },
  {
    plane: 'lake',
    status: 409,
    code: 'BlobArchived',
    cause: 'the file is in the archive tier',
    remedy: 'move it to hot, cool or cold; rehydration takes up to 15 hours',
  },
  {
    plane: 'lake',
    status: 503,
    code: 'ServerBusy',
    cause: 'the storage account is throttling',
    remedy: 'try again later, with fewer requests at once',
  },

  {
    plane: 'arm',
    status: 429,
    code: 'TooManyRequests',
    cause: 'Azure Resource Manager is throttling',
    remedy: 'try again after what Retry-After says, with fewer requests at once',
  },
  {
    plane: 'arm',
    status: 503,
    code: 'ServiceUnavailable',
    cause: 'Azure Resource Manager is not ready',
    remedy: 'try again later and look at the status page of Azure',
  },
  {
    plane: 'arm',
    status: 401,
    cause: 'Azure Resource Manager refused the token',
    remedy: 'sign in again (az login) to the tenant of the deployment',
  },
  {
    plane: 'arm',
    status: 403,
    code: 'AuthorizationFailed',
    cause: 'the caller may not read this resource',
    remedy: 'grant Reader on the resource group to whoever runs the verification',
  },
  {
    plane: 'arm',
    status: 404,
    code: 'ResourceNotFound',
    cause: 'the resource does not exist',
    remedy: 'check that the manifest belongs to this subscription and that the resource was not deleted',
  },
  {
    plane: 'arm',
    status: 404,
    code: 'ResourceGroupNotFound',
    cause: 'the resource group does not exist',
    remedy:
      'check that the manifest belongs to this subscription and that the resource group was not deleted',
  },
  {
    plane: 'arm',
    status: 404,
    code: 'ParentResourceNotFound',
    cause: 'the resource that this one belongs to does not exist',
    remedy:
      'check that the manifest belongs to this subscription and that the storage account was not deleted',
  },
  {
    plane: 'arm',
    status: 404,
    code: 'ManagementPolicyNotFound',
    cause: 'the storage account has no lifecycle policy',
    remedy: 'deploy the stack again if the manifest says that there should be one',
  },

  {
    plane: 'logs',
    status: 403,
    code: 'InsufficientAccessError',
    cause: 'the caller may not read the logs of this resource',
    remedy:
      'grant Reader on the storage account to whoever runs the verification, and let the Log Analytics workspace use resource or workspace permissions',
  },
  {
    plane: 'logs',
    status: 403,
    code: 'InvalidAuthenticationToken',
    cause: 'the query of logs refused the token',
    remedy: 'sign in again (az login) to the tenant of the deployment',
  },

  {
    plane: 'entra',
    status: 401,
    code: 'invalid_client',
    cause: 'the client secret or certificate is wrong or expired',
    remedy: 'renew the secret, or better use workload identity or a managed identity',
  },
  {
    plane: 'entra',
    status: 400,
    code: 'unauthorized_client',
    cause: 'the application does not exist in this tenant',
    remedy: 'check tenant id and client id',
  },
  {
    plane: 'entra',
    status: 429,
    code: 'temporarily_unavailable',
    cause: 'the token endpoint is throttling',
    remedy: 'try again after what Retry-After says, and keep tokens for as long as they are valid',
  },
  {
    plane: 'entra',
    status: 503,
    code: 'temporarily_unavailable',
    cause: 'the token endpoint is not ready',
    remedy: 'try again later and look at the status page of Azure',
  },
];

/**
 * What a failure means and what to do about it: the row for the exact code, else the row for the status, else
 * undefined.
 */
export function explainServiceError(plane: Plane, status: number, code?: string): ServiceError | undefined {
  const rows = SERVICE_ERRORS.filter((row) => row.plane === plane && row.status === status);
  return (
    rows.find((row) => row.code !== undefined && row.code === code) ??
    rows.find((row) => row.code === undefined)
  );
}

/** Codes of the storage account that the DICOM service passes on in the body of a 424. */
export function lakeCodeInBody(body: string): string | undefined {
  return /Received the following error code: ([A-Za-z]+)(?![^\s.,;:'"<)])/.exec(body)?.[1];
}

/** A failure of the lake as the DICOM service reports it: 424 with the storage account's code in the text. */
function lakeFault(code: string, cause: string, remedy: string): ServiceError {
  return { plane: 'dicom', status: 424, code, cause, remedy };
}
