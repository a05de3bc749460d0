import { ServiceFault } from '../fault';

/** The protocol a caller speaks; both name the same failure differently. */
export type LakeDialect = 'blob' | 'dfs';

interface Wording {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/**
 * How Azure words each failure: once where both protocols agree, else once for each.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
 * @see https://learn.microsoft.com/rest/api/storageservices/datalakestoragegen2/path/create
 */
const WORDINGS = {
  'container-missing': {
    blob: wording(404, 'ContainerNotFound', 'The specified container does not exist.'),
    dfs: wording(404, 'FilesystemNotFound', 'The specified filesystem does not exist.'),
  },
  'container-exists': {
    blob: wording(409, 'ContainerAlreadyExists', 'The specified container already exists.'),
    dfs: wording(409, 'FilesystemAlreadyExists', 'The specified filesystem already exists.'),
  },
  'path-missing': {
    blob: wording(404, 'BlobNotFound', 'The specified blob does not exist.'),
    dfs: wording(404, 'PathNotFound', 'The specified path does not exist.'),
  },
  'path-exists': {
    blob: wording(409, 'BlobAlreadyExists', 'The specified blob already exists.'),
    dfs: wording(409, 'PathAlreadyExists', 'The specified path already exists.'),
  },
  'type-mismatch': {
    blob: wording(
      409,
      'ResourceTypeMismatch',
      'The specified resource type does not match the type of the existing resource.',
    ),
    dfs: wording(
      409,
      'PathConflict',
      'The specified path, or an element of the path, exists and its resource type is invalid for this operation.',
    ),
  },
  'directory-not-empty': {
    blob: wording(409, 'DirectoryIsNotEmpty', 'This operation is not permitted on a non-empty directory.'),
    dfs: wording(
      409,
      'DirectoryNotEmpty',
      'The recursive query parameter value must be true to delete a non-empty directory.',
    ),
  },
  'not-on-directory': wording(
    400,
    'OperationNotSupportedOnDirectory',
    'The requested operation is not supported on a directory.',
  ),
  'condition-not-met': wording(
    412,
    'ConditionNotMet',
    'The condition specified using HTTP conditional header(s) is not met.',
  ),
  'not-modified': wording(
    304,
    'ConditionNotMet',
    'The condition specified using HTTP conditional header(s) is not met.',
  ),
  'source-missing': wording(
    404,
    'SourcePathNotFound',
    'The source path for a rename operation does not exist.',
  ),
  'source-condition-not-met': wording(
    412,
    'SourceConditionNotMet',
    'The source condition specified using HTTP conditional header(s) is not met.',
  ),
  'destination-parent-missing': wording(
    404,
    'RenameDestinationParentPathNotFound',
    'The parent directory of the destination path does not exist.',
  ),
  'rename-types-differ': wording(
    409,
    'InvalidSourceOrDestinationResourceType',
    'The source and destination resource type must be identical.',
  ),
  'rename-into-itself': wording(
    409,
    'InvalidRenameSourcePath',
    'The source directory cannot be the same as the destination directory, nor can the destination be a subdirectory of the source directory.',
  ),
  archived: wording(409, 'BlobArchived', 'This operation is not permitted on an archived blob.'),
  'being-rehydrated': wording(
    409,
    'BlobBeingRehydrated',
    'This operation is not permitted because the blob is being rehydrated.',
  ),
  'invalid-flush-position': wording(
    400,
    'InvalidFlushPosition',
    'The uploaded data is not contiguous or the position query parameter value is not equal to the length of the file after appending the uploaded data.',
  ),
  'invalid-block-list': wording(400, 'InvalidBlockList', 'The specified block list is invalid.'),
  'invalid-block': wording(400, 'InvalidBlobOrBlock', 'The specified blob or block content is invalid.'),
  'too-many-blocks': wording(
    409,
    'BlockCountExceedsLimit',
    'The uncommitted block count cannot exceed the maximum limit of 100,000 blocks.',
  ),
  'invalid-range': wording(
    416,
    'InvalidRange',
    'The range specified is invalid for the current size of the resource.',
  ),
  'expiry-in-the-past': wording(
    400,
    'InvalidHeaderValue',
    'The value for one of the HTTP headers is not in the correct format. x-ms-expiry-time must be a time to come.',
  ),
  'expiry-needs-hierarchy': wording(
    400,
    'UnsupportedHeader',
    'One of the HTTP headers specified in the request is not supported. x-ms-expiry-time needs an account with a hierarchical namespace.',
  ),
  'lease-already-present': wording(409, 'LeaseAlreadyPresent', 'There is already a lease present.'),
  'lease-breaking-and-not-acquired': wording(
    409,
    'LeaseIsBreakingAndCannotBeAcquired',
    'The lease ID matched, but the lease is currently in breaking state and cannot be acquired until it is broken.',
  ),
  'lease-breaking-and-not-changed': wording(
    409,
    'LeaseIsBreakingAndCannotBeChanged',
    'The lease ID matched, but the lease is currently in breaking state and cannot be changed.',
  ),
  'lease-broken-and-not-renewed': wording(
    409,
    'LeaseIsBrokenAndCannotBeRenewed',
    'The lease ID matched, but the lease has been broken explicitly and cannot be renewed.',
  ),
  'lease-not-present': wording(
    409,
    'LeaseNotPresentWithLeaseOperation',
    'There is currently no lease on the resource.',
  ),
  'lease-id-mismatch': wording(
    409,
    'LeaseIdMismatchWithLeaseOperation',
    'The lease ID specified did not match the lease ID for the resource with the specified lease operation.',
  ),
  'lease-id-missing': wording(
    412,
    'LeaseIdMissing',
    'There is currently a lease on the resource and no lease ID was specified in the request.',
  ),
  'lease-lost': wording(
    412,
    'LeaseLost',
    'A lease ID was specified, but the lease for the resource has expired.',
  ),
  'lease-id-mismatch-on-path': {
    blob: wording(
      412,
      'LeaseIdMismatchWithBlobOperation',
      'The lease ID specified did not match the lease ID for the blob.',
    ),
    dfs: wording(
      412,
      'LeaseIdMismatchWithPathOperation',
      'The lease ID specified did not match the lease ID for the resource.',
    ),
  },
  'lease-not-present-on-path': {
    blob: wording(412, 'LeaseNotPresentWithBlobOperation', 'There is currently no lease on the blob.'),
    dfs: wording(412, 'LeaseNotPresentWithPathOperation', 'There is currently no lease on the resource.'),
  },
  'lease-id-mismatch-on-container': {
    blob: wording(
      412,
      'LeaseIdMismatchWithContainerOperation',
      'The lease ID specified did not match the lease ID for the container.',
    ),
    dfs: wording(
      412,
      'LeaseIdMismatchWithFilesystemOperation',
      'The lease ID specified did not match the lease ID for the filesystem.',
    ),
  },
  'lease-not-present-on-container': {
    blob: wording(
      412,
      'LeaseNotPresentWithContainerOperation',
      'There is currently no lease on the container.',
    ),
    dfs: wording(
      412,
      'LeaseNotPresentWithFilesystemOperation',
      'There is currently no lease on the filesystem.',
    ),
  },
  'acl-incomplete': wording(
    400,
    'SetAclMissingAces',
    'Invalid ACL: the user, group and other entries are required.',
  ),
  'acl-too-long': wording(
    400,
    'InvaldAccessControlList',
    'The access control list value is invalid. It must have at most 32 entries, and at most 32 default ones, masks included.',
  ),
  'default-acl-on-file': wording(
    400,
    'DefaultAclOnFileNotAllowed',
    'The access control list of a file must have no default entries: only directories have those.',
  ),
  'permission-missing': wording(
    403,
    'AuthorizationPermissionMismatch',
    'This request is not authorized to perform this operation using this permission.',
  ),
} as const satisfies Record<string, Wording | Record<LakeDialect, Wording>>;

export type LakeFaultKind = keyof typeof WORDINGS;

/** A rule of the lake that a request breaks, before either protocol words it. */
export class LakeFault extends Error {
  public override readonly name = 'LakeFault';

  public constructor(public readonly kind: LakeFaultKind) {
    super(kind);
  }
}

/** Runs `action` and words a LakeFault it throws as the protocol would. */
export async function inDialect<Result>(
  dialect: LakeDialect,
  action: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof LakeFault) throw serviceFault(error.kind, dialect);
    throw error;
  }
}

export function serviceFault(kind: LakeFaultKind, dialect: LakeDialect): ServiceFault {
  const wordings: Wording | Record<LakeDialect, Wording> = WORDINGS[kind];
  const { status, code, message } = 'status' in wordings ? wordings : wordings[dialect];
  return new ServiceFault(status, code, message);
}

function wording(status: number, code: string, message: string): Wording {
  return { status, code, message };
}
