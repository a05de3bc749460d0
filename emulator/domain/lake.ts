import { nameProblem } from '../../contract';
import type { Clock } from '../clock';
import { ServiceFault } from '../fault';
import type { Authorize } from './authorizer';
import { HostNotFound, type OpenLake } from './lake-client';
import { LakeFault, serviceFault } from './lake-fault';
import { LakeFileSystem, type LakeContext } from './lake-file-system';
import { PrincipalLakeClient } from './lake-principal-client';
import { LakeSequence } from './lake-sequence';
import type { LakeContainer, LakeContainers, StorageAccount, StorageAccounts } from './storage-account';

const BLOB_SERVICE = 'Microsoft.Storage/storageAccounts/blobServices';

/** What a role has to permit: on the container itself, or on the data in it. */
export type LakePermission =
  | { readonly on: 'container'; readonly verb: 'read' | 'write' | 'delete' }
  | { readonly on: 'blobs'; readonly verb: 'read' | 'write' | 'delete' | 'move/action' };

interface StoredContainer extends LakeContainer {
  readonly files: LakeFileSystem;
}

/** All containers of all storage accounts, with what is in them, in memory. */
export class Lake implements LakeContainers {
  private readonly containers = new Map<string, Map<string, StoredContainer>>();
  private readonly sequence = new LakeSequence();
  private readonly clock: Clock;
  private readonly accounts: StorageAccounts;
  private readonly authorize: Authorize;

  public constructor(options: {
    readonly clock: Clock;
    readonly accounts: StorageAccounts;
    readonly authorize: Authorize;
  }) {
    this.clock = options.clock;
    this.accounts = options.accounts;
    this.authorize = options.authorize;
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
    const operation = `${BLOB_SERVICE}/containers${on === 'blobs' ? '/blobs' : ''}/${verb}`;
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
    const ofAccount =
      this.containers.get(storageAccountId.toLowerCase()) ?? new Map<string, StoredContainer>();
    if (ofAccount.has(name)) throw serviceFault('container-exists', 'blob');
    const now = this.clock.now();
    const container: StoredContainer = {
      name,
      metadata,
      etag: this.sequence.etag(now),
      lastModifiedAt: now,
      files: new LakeFileSystem(this.sequence),
    };
    ofAccount.set(name, container);
    this.containers.set(storageAccountId.toLowerCase(), ofAccount);
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
    const changed = { ...container, metadata, etag: this.sequence.etag(now), lastModifiedAt: now };
    this.containers.get(storageAccountId.toLowerCase())?.set(name, changed);
  }

  public delete(storageAccountId: string, name: string): boolean {
    return this.containers.get(storageAccountId.toLowerCase())?.delete(name) ?? false;
  }

  public deleteAccount(storageAccountId: string): void {
    this.containers.delete(storageAccountId.toLowerCase());
  }

  private container(storageAccountId: string, name: string): StoredContainer | undefined {
    return this.containers.get(storageAccountId.toLowerCase())?.get(name);
  }
}

export function contextOf(account: StorageAccount, principalId: string, now: number): LakeContext {
  return {
    now,
    principalId,
    retentionDays: account.deletedFileRetentionDays,
    lastAccessTracking: account.lastAccessTracking,
  };
}
