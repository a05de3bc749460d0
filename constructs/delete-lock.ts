import { ManagementLock } from '@cdktf/provider-azurerm/lib/management-lock';
import { dependable, Lazy, type TerraformModule, TerraformResource, TerraformStack } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import type { IntendedDeleteLock } from '../contract';
import type { IDicomService } from './dicom-service';
import { problemsOf, whenConcrete } from './private/concrete';
import { refuseInvalid } from './private/invalid';

export interface DeleteLockProps {
  /** Replacement: the locks are taken off this service and its lake and put on the other ones. */
  readonly dicomService: IDicomService;
  /**
   * Shown to whoever meets the lock, up to 512 characters.
   *
   * Replacement: a lock cannot be changed.
   *
   * @default - a sentence that says what would be lost and how the lock is taken off
   */
  readonly notes?: string | undefined;
}

/**
 * Locks a DICOM service and the storage account of its lake against deletion, for everybody and on every way.
 *
 * A lock holds for all that lies below, role assignments among it: while it is there, an apply that takes something
 * away, even a role, fails with 409 ScopeLocked. Take the lock out, apply, and put it back. It does not hold for
 * files: those are deleted through DICOMweb or the lake itself. Terraform waits about two minutes for a lock.
 *
 * The locks depend on every other resource and module of their stack, so that they come last and go first. A lake
 * of several services is locked once, with the notes of the first.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
 */
export class DeleteLock extends Construct {
  /** The locks made here; not those that another one made before. */
  readonly locks: readonly IntendedDeleteLock[];

  constructor(scope: Construct, id: string, { dicomService, notes = NOTES }: DeleteLockProps) {
    super(scope, id);
    refuseInvalid(this, 'DeleteLockInvalid', problemsOf(whenConcrete(notes, notesProblem)));
    const scopes = {
      DicomService: dicomService.dicomServiceId,
      StorageAccount: dicomService.lake.storageAccountId,
    };
    const unlocked = Object.entries(scopes).filter(([, lockedId]) => !isLocked(this, lockedId));
    this.locks = unlocked.map(([, lockedId]) => ({ scope: lockedId, name: LOCK_NAME }));
    for (const [name, lockedId] of unlocked) {
      const lock = new ManagementLock(this, name, {
        name: LOCK_NAME,
        scope: lockedId,
        lockLevel: 'CanNotDelete',
        notes,
      });
      // Asked when the stack is synthesized, since resources may come after the lock was constructed.
      lock.dependsOn = Lazy.listValue({
        produce: ({ preparing }) => (preparing ? [] : everythingBefore(lock)),
      });
    }
  }
}

const LOCK_NAME = 'dicom-lake';

const NOTES =
  'Holds medical images, or the only index of them. Remove deleteLock from the deployment and apply before anything ' +
  'here is deleted.';

function notesProblem(notes: string): string | undefined {
  return notes.length >= 1 && notes.length <= 512
    ? undefined
    : `'notes' must have 1 to 512 characters, got ${notes.length}`;
}

/** Whether the lake was locked with another of its services; Azure refuses a second lock of the same name. */
function isLocked(scope: Construct, lockedId: string): boolean {
  return TerraformStack.of(scope)
    .node.findAll()
    .some(
      (construct) =>
        isLock(construct) && construct.nameInput === LOCK_NAME && construct.scopeInput === lockedId,
    );
}

function everythingBefore(lock: ManagementLock): string[] {
  return TerraformStack.of(lock)
    .node.findAll()
    .filter((construct) => TerraformResource.isTerraformResource(construct) || isModule(construct))
    .filter((element) => !isLock(element))
    .map((element) =>
      // Written out: a token for each of all these costs as much as the rest of the lock.
      TerraformResource.isTerraformResource(element)
        ? `${element.terraformResourceType}.${element.friendlyUniqueId}`
        : dependable(element),
    );
}

// No instanceof here: an application with two copies of the library or of the bindings has classes of each.

function isLock(construct: IConstruct): construct is ManagementLock {
  return (
    TerraformResource.isTerraformResource(construct) &&
    construct.terraformResourceType === ManagementLock.tfResourceType
  );
}

function isModule(construct: IConstruct): construct is TerraformModule {
  return 'interpolationForOutput' in construct;
}
