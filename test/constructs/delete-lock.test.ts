import { DeleteLock, DicomService } from '../../constructs';
import { emptyStack, surroundings, unknownString } from '../support/stack';
import { resourcesOf, synth } from '../support/synth';

test.each(['', 'x'.repeat(513)])('fails on notes that Azure refuses', (notes) => {
  const stack = emptyStack();
  const dicomService = new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
  });
  expect(() => new DeleteLock(stack, 'Lock', { dicomService, notes })).toThrow(
    new Error(`DeleteLockInvalid at test/Lock: 'notes' must have 1 to 512 characters, got ${notes.length}`),
  );
});

test('the service and the account are locked, with notes for whoever meets the lock', () => {
  const stack = emptyStack();
  const dicomService = new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
  });
  new DeleteLock(stack, 'Lock', { dicomService, notes: unknownString(stack) });
  expect(resourcesOf(synth(stack), 'azurerm_management_lock')).toEqual(
    ['healthcare_dicom_service', 'storage_account'].map(
      (type) =>
        expect.objectContaining({
          name: 'dicom-lake',
          scope: expect.stringMatching(new RegExp(`^\\$\\{azurerm_${type}\\.\\w+\\.id\\}$`)) as string,
          lock_level: 'CanNotDelete',
          notes: '${var.unknown}',
        }) as unknown,
    ),
  );
});
