/** The container of the lake as Azure Resource Manager has it; undefined where it has none. */
export interface LakeContainerResource {
  readonly name: string;
  readonly found?: {
    /** `None`, `Blob` or `Container`. */
    readonly publicAccess: string;
    readonly hasImmutabilityPolicy: boolean;
    readonly hasLegalHold: boolean;
  };
}
