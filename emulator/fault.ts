/** A failure that Azure itself would report; each plane renders it in its own protocol. */
export class ServiceFault extends Error {
  public override readonly name = 'ServiceFault';

  public constructor(
    public readonly status: number,
    /** Azure's own code, such as `AuthorizationPermissionMismatch`. */
    public readonly code: string,
    message: string,
    public readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
