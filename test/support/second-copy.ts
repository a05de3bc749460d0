import type * as managementLock from '@cdktf/provider-azurerm/lib/management-lock';
import type * as resourceGroup from '@cdktf/provider-azurerm/lib/resource-group';
import type * as managementPolicy from '@cdktf/provider-azurerm/lib/storage-management-policy';
import type * as cdktf from 'cdktf';

/**
 * Another copy of the library and of the bindings, as npm installs them beside the first where a package is there under
 * two names. What it has are classes of their own; no instanceof of the first copy is true of them.
 */
export interface SecondCopy {
  readonly cdktf: typeof cdktf;
  readonly managementLock: typeof managementLock;
  readonly managementPolicy: typeof managementPolicy;
  readonly resourceGroup: typeof resourceGroup;
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
