/**
 * A resource group as the constructs use it. A `ResourceGroup` or `DataAzurermResourceGroup` of the provider is
 * one already.
 */
export interface ResourceGroupReference {
  readonly id: string;
  readonly name: string;
  readonly location: string;
}

/** Where a resource is put and how it is labelled. */
export interface PlacementProps {
  /** Replacement: a resource cannot change its resource group here. */
  readonly resourceGroup: ResourceGroupReference;
  /**
   * Azure region such as `westeurope`.
   *
   * Replacement: a resource cannot change its region.
   *
   * @default - the region of the resource group
   */
  readonly location?: string | undefined;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** The placement as the provider's resources take it. */
export function placementConfig({ resourceGroup, location, tags }: PlacementProps): {
  readonly resourceGroupName: string;
  readonly location: string;
  readonly tags?: Record<string, string>;
} {
  return {
    resourceGroupName: resourceGroup.name,
    location: location ?? resourceGroup.location,
    ...(tags === undefined ? {} : { tags: { ...tags } }),
  };
}
