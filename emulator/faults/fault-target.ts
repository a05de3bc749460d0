import type { LakeTenant } from '../../contract';
import { attachedPrincipal } from '../arm/healthcare-types';
import { properties, record } from '../arm/resource-type';
import type { DicomInstance } from '../domain/dicom-index';
import type { DicomPartition } from '../domain/dicom-partition';
import type { DicomService } from '../domain/dicom-service';
import { contextOf } from '../domain/lake';
import type { LakeContext, LakeFileSystem } from '../domain/lake-file-system';
import type { StorageAccount } from '../domain/storage-account';
import { FaultTargetMissing, type Undo } from './fault-definition';
import { text } from './fault-parameter';
import type { FaultWorld } from './fault-world';

const DICOM_SERVICE = /\/Microsoft\.HealthcareApis\/workspaces\/([^/]+)\/dicomServices\/([^/]+)$/i;

/** Parameter of every fault that belongs to one DICOM service. */
export const SERVICE = text('the DICOM service, as `{workspace}-{service}`; empty for the first one', '');

/** Parameter of every fault of single files. */
export const FILE = text(
  'whose file: `first`, `last`, `every` (what is stored later as well), or a path in the lake or SOP Instance UID',
  'first',
);

/** A DICOM service with all that belongs to it. */
export interface ServiceTarget {
  /** ARM id. */
  readonly id: string;
  readonly service: DicomService;
  readonly tenant: LakeTenant;
  /** Absent where no identity is attached. */
  readonly principalId: string | undefined;
  readonly accountId: string;
  readonly containerName: string;
  readonly containerId: string;
}

/** @throws FaultTargetMissing */
export function serviceTarget(world: FaultWorld, label: string): ServiceTarget {
  const known = world.store.below('/subscriptions').flatMap(({ id, body }) => {
    const [, workspaceName, dicomServiceName] = DICOM_SERVICE.exec(id) ?? [];
    if (workspaceName === undefined || dicomServiceName === undefined) return [];
    const service = world.dicomServices.find(`${workspaceName}-${dicomServiceName}`);
    return service === undefined ? [] : [{ id, body, service, tenant: { workspaceName, dicomServiceName } }];
  });
  const labels = known.map(({ tenant }) => `${tenant.workspaceName}-${tenant.dicomServiceName}`);
  const found =
    known[label === '' ? 0 : labels.findIndex((one) => one.toLowerCase() === label.toLowerCase())];
  if (found === undefined) {
    throw new FaultTargetMissing(
      labels.length === 0
        ? 'there is no DICOM service yet; deploy one, then set the fault'
        : `there is no DICOM service '${label}'; there are: ${labels.join(', ')}`,
    );
  }
  const { storageResourceId, fileSystemName } = record(properties(found.body)['storageConfiguration']);
  const [accountId, containerName] = [String(storageResourceId), String(fileSystemName)];
  return {
    id: found.id,
    service: found.service,
    tenant: found.tenant,
    principalId: attachedPrincipal(found.body),
    accountId,
    containerName,
    containerId: `${accountId}/blobServices/default/containers/${containerName}`,
  };
}

/** @throws FaultTargetMissing */
function accountOf(world: FaultWorld, { accountId }: ServiceTarget): StorageAccount {
  const account = world.accounts.byId(accountId);
  if (account === undefined) throw new FaultTargetMissing(`the storage account '${accountId}' is gone`);
  return account;
}

/** The container of a service, opened behind the service's back. */
export function openContainer(
  world: FaultWorld,
  target: ServiceTarget,
): { readonly files: LakeFileSystem; readonly context: LakeContext } {
  const account = accountOf(world, target);
  if (world.lake.find(account.id, target.containerName) === undefined) {
    throw new FaultTargetMissing(`the container '${target.containerName}' is gone`);
  }
  return {
    files: world.lake.files(account, target.containerName),
    context: contextOf(account, world.principals.deployer, world.clock.now()),
  };
}

/** One stored instance, as the index of its service knows it. */
export interface InstanceTarget {
  readonly target: ServiceTarget;
  readonly partition: DicomPartition;
  readonly instance: DicomInstance;
}

/**
 * Harms the instances that the parameters choose; with `every` also those that are stored while the fault stands.
 *
 * @throws FaultTargetMissing where nothing is chosen
 */
export async function harmInstances(
  world: FaultWorld,
  { service, file }: { readonly service: string; readonly file: string },
  harm: (instance: InstanceTarget) => Undo | Promise<Undo>,
): Promise<Undo> {
  const target = serviceTarget(world, service);
  const undos: Undo[] = [];
  if (file !== 'every') return harm(chosen(target, file));

  const seen = new Set<bigint>();
  const harmNew = async (): Promise<void> => {
    for (const one of instancesOf(target)) {
      if (seen.has(one.instance.watermark)) continue;
      seen.add(one.instance.watermark);
      undos.push(await harm(one));
    }
  };
  await harmNew();
  undos.push(world.hooks.afterRequest(harmNew));
  return undoAll(undos);
}

/** The last one first. */
export function undoAll(undos: readonly Undo[]): Undo {
  return async () => {
    for (const undo of [...undos].reverse()) await undo();
  };
}

function chosen(target: ServiceTarget, file: string): InstanceTarget {
  const instances = instancesOf(target);
  const found =
    file === 'first'
      ? instances[0]
      : file === 'last'
        ? instances.at(-1)
        : instances.find(({ instance }) => instance.file.path === file || instance.instance === file);
  if (found !== undefined) return found;
  throw new FaultTargetMissing(
    instances.length === 0
      ? 'the service has no instance yet; store one, then set the fault'
      : `the service has no instance with the path or SOP Instance UID '${file}'; files are: ${instances
          .slice(0, 10)
          .map(({ instance }) => instance.file.path)
          .join(', ')}`,
  );
}

/** In the order in which they were stored. */
function instancesOf(target: ServiceTarget): readonly InstanceTarget[] {
  return target.service
    .partitions()
    .flatMap((partition) =>
      [...partition.index.studies()].flatMap((study) =>
        [...study.series.values()].flatMap((series) =>
          [...series.instances.values()].map((instance) => ({ target, partition, instance })),
        ),
      ),
    )
    .sort((a, b) => (a.instance.watermark < b.instance.watermark ? -1 : 1));
}
