import type { Construct } from 'constructs';
import { refuseInvalid } from './private/invalid';

/** Major versions of the azurerm provider for which a stack can be synthesized. */
export const AZURERM_MAJORS = [4, 5] as const;

export type AzurermMajor = (typeof AZURERM_MAJORS)[number];

/** Construct context that holds the major; `DicomLakeStack` sets it, cdktf.json may. */
export const AZURERM_MAJOR_CONTEXT = 'dicom-lake:azurerm-major';

/**
 * The major version of the provider that the stack is synthesized for. It matters only where no configuration is
 * valid for both, as for links of private DNS zones.
 *
 * @returns 4 unless the context says otherwise
 */
export function azurermMajor(scope: Construct): AzurermMajor {
  const value = (scope.node.tryGetContext(AZURERM_MAJOR_CONTEXT) as string | number | undefined) ?? 4;
  const major = AZURERM_MAJORS.find((known) => known === Number(value));
  if (major !== undefined) return major;
  refuseInvalid(scope, 'AzurermMajorUnknown', [
    `context '${AZURERM_MAJOR_CONTEXT}' must be one of ${AZURERM_MAJORS.join(', ')}, got '${value}'`,
  ]);
  return 4;
}
