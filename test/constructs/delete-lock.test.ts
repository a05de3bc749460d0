import { ManagementLock } from '@cdktf/provider-azurerm/lib/management-lock';
import { TerraformHclModule, TerraformResource, TerraformVariable, type TerraformStack } from 'cdktf';
import { DeleteLock, DicomService, Grantee, LakeStorage } from '../../constructs';
import { secondCopy } from '../support/second-copy';
import { emptyStack, RESOURCE_GROUP, surroundings, unknownString } from '../support/stack';
import { addressesOf, predecessorsOf, resourcesOf, synth, type Synthesized } from '../support/synth';

const LOCK = 'azurerm_management_lock';

function serviceIn(stack: TerraformStack): DicomService {
  return new DicomService(stack, 'Images', { ...surroundings(stack), dicomServiceName: 'images' });
}

test.each(['', 'x'.repeat(513)])('fails on notes that Azure refuses', (notes) => {
  const stack = emptyStack();
  const dicomService = serviceIn(stack);
  expect(() => new DeleteLock(stack, 'Lock', { dicomService, notes })).toThrow(
    new Error(`DeleteLockInvalid at test/Lock: 'notes' must have 1 to 512 characters, got ${notes.length}`),
  );
});

test.each(['x', 'x'.repeat(512)])('takes notes of 1 and of 512 characters', (notes) => {
  const stack = emptyStack();
  new DeleteLock(stack, 'Lock', { dicomService: serviceIn(stack), notes });
  expect(resourcesOf(synth(stack), LOCK).map((lock) => lock['notes'])).toEqual([notes, notes]);
});

test('the service and the account are locked, with notes for whoever meets the lock', () => {
  const stack = emptyStack();
  new DeleteLock(stack, 'Lock', { dicomService: serviceIn(stack), notes: unknownString(stack) });
  expect(resourcesOf(synth(stack), LOCK)).toEqual(
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

test('without notes of its own a lock says what would be lost and how it is taken off', () => {
  const stack = emptyStack();
  new DeleteLock(stack, 'Lock', { dicomService: serviceIn(stack) });
  for (const { notes } of resourcesOf(synth(stack), LOCK)) {
    expect(notes).toBe(
      'Holds medical images, or the only index of them. Remove deleteLock from the deployment and apply before ' +
        'anything here is deleted.',
    );
  }
});

test('a lock comes after every resource and module, also after those constructed later', () => {
  const stack = emptyStack();
  const dicomService = serviceIn(stack);
  new DeleteLock(stack, 'Lock', { dicomService });
  dicomService.lake.grants.read(Grantee.group('77777777-7777-7777-7777-777777777777'));
  new TerraformHclModule(stack, 'Module', { source: 'Azure/naming/azurerm' });
  new TerraformVariable(stack, 'variable', { type: 'string' });
  const synthesized = synth(stack);
  const addresses = addressesOf(synthesized);
  const others = addresses.filter((address) => !address.startsWith(LOCK));
  const locks = addresses.filter((address) => address.startsWith(LOCK));
  expect(others).toHaveLength(7);
  expect(locks).toHaveLength(2);
  for (const lock of locks) expect([...predecessorsOf(synthesized, lock)].sort()).toEqual(others);
  for (const lock of resourcesOf(synthesized, LOCK)) expect(lock['depends_on']).toContain('module.Module');
});

test('a lock comes after what another copy of the library made, and stands beside no lock that one made', () => {
  const copy = secondCopy();
  const stack = emptyStack();
  const dicomService = serviceIn(stack);
  const group = new copy.resourceGroup.ResourceGroup(stack, 'Group', {
    name: 'other',
    location: 'westeurope',
  });
  expect(group).not.toBeInstanceOf(TerraformResource);
  new copy.cdktf.TerraformHclModule(stack, 'Module', { source: 'Azure/naming/azurerm' });
  new copy.managementLock.ManagementLock(stack, 'Theirs', {
    name: 'dicom-lake',
    scope: dicomService.dicomServiceId,
    lockLevel: 'CanNotDelete',
  });
  new DeleteLock(stack, 'Lock', { dicomService });
  const { Theirs, ...ours } = synth(stack).resource[LOCK] ?? {};
  expect(Theirs).toMatchObject({ name: 'dicom-lake', lock_level: 'CanNotDelete' });
  expect(Object.values(ours).map(({ scope }) => scope)).toEqual([
    expect.stringMatching(/^\$\{azurerm_storage_account\./),
  ]);
  for (const { depends_on } of Object.values(ours))
    expect(depends_on).toEqual(expect.arrayContaining(['azurerm_resource_group.Group', 'module.Module']));
});

test('a lock comes last in a stack of another copy of the library too', () => {
  const { cdktf } = secondCopy();
  const stack = new cdktf.TerraformStack(cdktf.Testing.app(), 'test');
  const dicomService = serviceIn(stack);
  new DeleteLock(stack, 'Lock', { dicomService });
  const { resource } = JSON.parse(cdktf.Testing.synth(stack)) as Synthesized;
  for (const { depends_on } of Object.values(resource[LOCK] ?? {})) expect(depends_on).toHaveLength(6);
  expect(Object.keys(resource[LOCK] ?? {})).toHaveLength(2);
});

test('a lake of two services is locked once, since Azure refuses a second lock of the same name', () => {
  const stack = emptyStack();
  const shared = surroundings(stack);
  for (const name of ['Images', 'Archive']) {
    const dicomService = new DicomService(stack, name, { ...shared, dicomServiceName: name.toLowerCase() });
    new DeleteLock(stack, `${name}Lock`, { dicomService, notes: name });
  }
  const locks = resourcesOf(synth(stack), LOCK).map(
    ({ scope, notes }) => `${String(scope).replace(/\.\w+\.id/, '')} ${String(notes)}`,
  );
  expect(locks.sort()).toEqual([
    '${azurerm_healthcare_dicom_service} Archive',
    '${azurerm_healthcare_dicom_service} Images',
    '${azurerm_storage_account} Images',
  ]);
});

test('a service and a lake that exist already can be locked', () => {
  const stack = emptyStack();
  const storageAccountId = `${RESOURCE_GROUP.id}/providers/Microsoft.Storage/storageAccounts/oldlake`;
  const dicomServiceId = `${RESOURCE_GROUP.id}/providers/Microsoft.HealthcareApis/workspaces/w/dicomServices/images`;
  const lake = LakeStorage.fromLakeAttributes(stack, 'OldLake', {
    storageAccountId,
    storageAccountName: 'oldlake',
    containerName: 'dicom',
    deletedFileRetentionDays: 7,
    lastAccessTracking: true,
    networkAccess: 'open',
  });
  const dicomService = DicomService.fromDicomServiceAttributes(stack, 'Old', {
    dicomServiceId,
    dataPartitionsEnabled: false,
    publicNetworkAccess: true,
    lake,
    principals: [],
  });
  new DeleteLock(stack, 'Lock', { dicomService });
  expect(resourcesOf(synth(stack), LOCK).map(({ scope }) => scope)).toEqual([
    dicomServiceId,
    storageAccountId,
  ]);
});

test('a lock that somebody else puts on the account, under another name, does not stand for this one', () => {
  const stack = emptyStack();
  const dicomService = serviceIn(stack);
  new ManagementLock(stack, 'Theirs', {
    name: 'governance',
    scope: dicomService.lake.storageAccountId,
    lockLevel: 'ReadOnly',
  });
  new DeleteLock(stack, 'Lock', { dicomService });
  expect(resourcesOf(synth(stack), LOCK).map(({ name }) => name)).toEqual([
    'dicom-lake',
    'dicom-lake',
    'governance',
  ]);
});
