import { AZURERM_MAJOR_CONTEXT, azurermMajor } from '../../constructs';
import { emptyStack } from '../support/stack';

test.each([
  [undefined, 4],
  [4, 4],
  [5, 5],
  ['4', 4],
  ['5', 5],
])('the context %j asks for major %s', (value, major) => {
  const context = value === undefined ? {} : { [AZURERM_MAJOR_CONTEXT]: value };
  expect(azurermMajor(emptyStack(context))).toBe(major);
});

test.each([3, 6, '4.55', '', 'five', true])('fails on %j', (value) => {
  expect(() => azurermMajor(emptyStack({ [AZURERM_MAJOR_CONTEXT]: value }))).toThrow(
    new Error(
      `AzurermMajorUnknown at test: context 'dicom-lake:azurerm-major' must be one of 4, 5, got '${value}'`,
    ),
  );
});
