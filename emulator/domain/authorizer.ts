/** Who sends a request, as its verified token says. */
export interface Caller {
  /** Object id of the user, service principal or managed identity. */
  readonly objectId: string;
}

/**
 * Decides by role assignments at `scope` and above.
 *
 * @param operation such as `Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read`
 * @param scope ARM id, such as that of a container or a DICOM service
 */
export type Authorize = (
  principalId: string,
  plane: 'action' | 'data-action',
  operation: string,
  scope: string,
) => boolean;

/**
 * Verifies a bearer token: signature, issuer, expiry and that its audience is one of those given (a trailing slash
 * is ignored). Answers undefined where the header is missing or the token is refused.
 */
export type Authenticate = (
  authorization: string | undefined,
  audiences: readonly string[],
) => Promise<Caller | undefined>;
