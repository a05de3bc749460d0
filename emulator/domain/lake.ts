import { nameProblem } from '../../contract';
import type { Clock } from '../clock';
import { ServiceFault } from '../fault';
import type { Authorize } from './authorizer';
import { HostNotFound, type OpenLake } from './lake-client';
import { LakeFault, serviceFault } from './lake-fault';
import { LakeFileSystem, type LakeContext } from './lake-file-system';
import { afterLeaseAction, type LeaseAction } from './lake-lease';
import type { LifecycleEngine } from './lifecycle-engine';
import { PrincipalLakeClient } from './lake-principal-client';
import type { ContentStorage } from './lake-content';
import { LakeSequence } from './lake-sequence';
import type { StateStore, StateTable } from './state-store';
import type { LakeContainer, LakeContainers, StorageAccount, StorageAccounts } from './storage-account';

const BLOB_SERVICE = 'Microsoft.Storage/storageAccounts/blobServices';

/** What a role has to permit: on the account, on the container itself, or on the data in it. */
export type LakePermission =
  | { readonly on: 'account'; readonly verb: 'generateUserDelegationKey/action' }
  | { readonly on: 'container'; readonly verb: 'read' | 'write' | 'delete' }
  | { readonly on: 'blobs'; readonly verb: BlobVerb };

type BlobVerb =
  'read' | 'write' | 'delete' | 'move/action' | 'modifyPermissions/action' | 'manageOwnership/action';

const SUBJECTS: Readonly<Record<LakePermission['on'], string>> = {
  account: '',
  container: 'containers/',
  blobs: 'containers/blobs/',
};

interface StoredContainer extends LakeContainer {
  readonly files: LakeFileSystem;
}

/** A container as it survives a restart. */
interface ContainerRow extends LakeContainer {
  readonly storageAccountId: string;
}

/** All containers of all storage accounts, with what is in them. */
export class Lake implements LakeContainers {
  private readonly containers = new Map<string, Map<string, StoredContainer>>();
  private readonly sequence = new LakeSequence();
  private readonly clock: Clock;
  private readonly accounts: StorageAccounts;
  private readonly authorize: Authorize;
  private readonly state: StateStore;
  private readonly rows: StateTable<ContainerRow>;

  public readonly contents: ContentStorage;
  private readonly tierAfterAccess: LifecycleEngine['tierAfterAccess'] | undefined;

  public constructor(options: {
    readonly clock: Clock;
    readonly accounts: StorageAccounts;
    readonly authorize: Authorize;
    readonly state: StateStore;
    readonly contents: ContentStorage;
    /** @default - reading changes no tier */
    readonly tierAfterAccess?: LifecycleEngine['tierAfterAccess'] | undefined;
  }) {
    this.clock = options.clock;
    this.accounts = options.accounts;
    this.authorize = options.authorize;
    this.state = options.state;
    this.contents = options.contents;
    this.tierAfterAccess = options.tierAfterAccess;
    this.rows = this.state.table('containers');
    for (const [, { storageAccountId, ...container }] of this.rows.rows()) {
      this.keep(storageAccountId, { ...container, files: this.openFiles(storageAccountId, container.name) });
    }
  }

  public readonly open: OpenLake = (storageAccountId, containerName, principalId) =>
    new PrincipalLakeClient((verb) => {
      const account = this.accounts.byId(storageAccountId);
      if (account === undefined) throw new HostNotFound(`No such host is known: ${storageAccountId}`);
      this.permit(account, containerName, principalId, { on: 'blobs', verb });
      return {
        files: this.files(account, containerName),
        context: contextOf(account, principalId, this.clock.now()),
        hierarchicalNamespace: account.hierarchicalNamespace,
      };
    });

  /** @throws LakeFault `permission-missing`, whether or not the container exists */
  public permit(
    account: StorageAccount,
    containerName: string | undefined,
    principalId: string,
    { on, verb }: LakePermission,
  ): void {
    const operation = `${BLOB_SERVICE}/${SUBJECTS[on]}${verb}`;
    const container = containerName === undefined ? '' : `/blobServices/default/containers/${containerName}`;
    const plane = on === 'blobs' ? 'data-action' : 'action';
    if (!this.authorize(principalId, plane, operation, account.id + container)) {
      throw new LakeFault('permission-missing');
    }
  }

  /** @throws LakeFault `container-missing` */
  public files(account: StorageAccount, containerName: string): LakeFileSystem {
    const container = this.container(account.id, containerName);
    if (container === undefined) throw new LakeFault('container-missing');
    return container.files;
  }

  /** @throws ServiceFault `InvalidResourceName`, `ContainerAlreadyExists` */
  public create(
    storageAccountId: string,
    name: string,
    metadata: Readonly<Record<string, string>>,
  ): LakeContainer {
    const problem = nameProblem('container', name);
    if (problem !== undefined) {
      throw new ServiceFault(400, 'InvalidResourceName', `The specified resource name ${problem}.`);
    }
    if (this.container(storageAccountId, name) !== undefined) throw serviceFault('container-exists', 'blob');
    const now = this.clock.now();
    const container: StoredContainer = {
      name,
      metadata,
      etag: this.sequence.etag(now),
      lastModifiedAt: now,
      files: this.openFiles(storageAccountId, name),
    };
    this.store(storageAccountId, container);
    return container;
  }

  public find(storageAccountId: string, name: string): LakeContainer | undefined {
    return this.container(storageAccountId, name);
  }

  public list(storageAccountId: string): readonly LakeContainer[] {
    const containers = this.containers.get(storageAccountId.toLowerCase())?.values() ?? [];
    return [...containers].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws ServiceFault `ContainerNotFound` */
  public setMetadata(
    storageAccountId: string,
    name: string,
    metadata: Readonly<Record<string, string>>,
  ): void {
    const container = this.container(storageAccountId, name);
    if (container === undefined) throw serviceFault('container-missing', 'blob');
    const now = this.clock.now();
    this.store(storageAccountId, {
      ...container,
      metadata,
      etag: this.sequence.etag(now),
      lastModifiedAt: now,
    });
  }

  /** Leaves ETag and Last-Modified alone. */
  public setLease(storageAccountId: string, name: string, action: LeaseAction): LakeContainer {
    const container = this.container(storageAccountId, name);
    if (container === undefined) throw new LakeFault('container-missing');
    const lease = afterLeaseAction(container.lease, action, this.clock.now());
    const changed = { ...container, lease };
    this.store(storageAccountId, changed);
    return changed;
  }

  public delete(storageAccountId: string, name: string): boolean {
    const container = this.container(storageAccountId, name);
    if (container === undefined) return false;
    container.files.destroy();
    this.rows.delete(keyOf(storageAccountId, name));
    this.containers.get(storageAccountId.toLowerCase())?.delete(name);
    return true;
  }

  public deleteAccount(storageAccountId: string): void {
    for (const { name } of this.list(storageAccountId)) this.delete(storageAccountId, name);
  }

  private store(storageAccountId: string, container: StoredContainer): void {
    this.keep(storageAccountId, container);
    const { name, metadata, etag, lastModifiedAt, lease } = container;
    const row = { storageAccountId, name, metadata, etag, lastModifiedAt, lease };
    this.rows.put(keyOf(storageAccountId, name), row);
  }

  private keep(storageAccountId: string, container: StoredContainer): void {
    const id = storageAccountId.toLowerCase();
    const ofAccount = this.containers.get(id) ?? new Map<string, StoredContainer>();
    ofAccount.set(container.name, container);
    this.containers.set(id, ofAccount);
    this.sequence.startAfter(container.etag);
  }

  private openFiles(storageAccountId: string, name: string): LakeFileSystem {
    const { state, contents } = this;
    return new LakeFileSystem(
      this.sequence,
      { state, contents, name: keyOf(storageAccountId, name) },
      (path, file, now) => this.tierAfterAccess?.(storageAccountId, { containerName: name, path, file }, now),
    );
  }

  private container(storageAccountId: string, name: string): StoredContainer | undefined {
    return this.containers.get(storageAccountId.toLowerCase())?.get(name);
  }
}

function keyOf(storageAccountId: string, name: string): string {
  return `${storageAccountId.toLowerCase()} ${name}`;
}

export function contextOf(account: StorageAccount, principalId: string, now: number): LakeContext {
  return {
    now,
    principalId,
    retentionDays: account.deletedFileRetentionDays,
    lastAccessTracking: account.lastAccessTracking,
  };
}
