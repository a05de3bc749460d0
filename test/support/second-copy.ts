/**
 * Another copy of the library and of the bindings, as npm installs them beside the first where a package is there under
 * two names. What it has are classes of their own; no instanceof of the first copy is true of them.
 */
export interface SecondCopy {
  readonly cdktf: typeof import('cdktf');
  readonly managementLock: typeof import('@cdktf/provider-azurerm/lib/management-lock');
  readonly managementPolicy: typeof import('@cdktf/provider-azurerm/lib/storage-management-policy');
  readonly resourceGroup: typeof import('@cdktf/provider-azurerm/lib/resource-group');
}

export function secondCopy(): SecondCopy {
  let copy: SecondCopy | undefined;
  jest.isolateModules(() => {
    copy = {
      cdktf: jest.requireActual('cdktf'),
      managementLock: jest.requireActual('@cdktf/provider-azurerm/lib/management-lock'),
      managementPolicy: jest.requireActual('@cdktf/provider-azurerm/lib/storage-management-policy'),
      resourceGroup: jest.requireActual('@cdktf/provider-azurerm/lib/resource-group'),
    };
  });
  if (copy === undefined) throw new Error('no copy was loaded');
  return copy;
}
