import {
  DEFAULT_PARTITION,
  type DeploymentManifest,
  HEALTH_CHECK_FOLDER,
  isPartitionName,
  lakeTenantOf,
  servicePath,
} from '../../contract';
import type { FileKind } from './model';

/**
 * The shape of the names that the service gives. The digits in front are a checksum of those behind, which only the tier
 * check of `verify` recomputes: engines that read an inventory cannot.
 */
export const IMAGE_NAME = /^[0-9]{1,3}_[1-9][0-9]{0,18}\.dcm$/;

export const WORK_ITEM_SUFFIX = '_workitem.json';

/** A folder of a run of the verifier, which goes with the run. */
export const OWN_FOLDER = /^2\.25\.[0-9]{1,39}$/;

/** No run takes as long; what is older was left behind. */
export const LONGEST_RUN_MS = 3_600_000;

export interface KindOfFile {
  readonly kind: FileKind;
  /** Empty where it belongs to none. */
  readonly partition: string;
}

/** Tells what files below the folder of a service are, by their paths. */
export class FileKinds {
  private readonly prefixLength: number;
  private readonly partitioned: boolean;

  public constructor(manifest: DeploymentManifest) {
    this.prefixLength = servicePath(lakeTenantOf(manifest)).length + 1;
    this.partitioned = manifest.dicomService.dataPartitionsEnabled;
  }

  /**
   * @param path in the container, below the folder of the service
   * @param ageMs since it was modified, in milliseconds
   */
  public kindOf(path: string, ageMs: number): KindOfFile {
    const slash = path.indexOf('/', this.prefixLength);
    const folder = slash < 0 ? undefined : path.slice(this.prefixLength, slash);
    if (folder === HEALTH_CHECK_FOLDER) return PROBE;
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.endsWith(WORK_ITEM_SUFFIX)) return WORK_ITEM;
    if (folder !== undefined && ageMs < LONGEST_RUN_MS && OWN_FOLDER.test(folder)) return PROBE;
    if (!IMAGE_NAME.test(name)) return FOREIGN;
    const isDeeper = folder !== undefined && slash !== path.lastIndexOf('/');
    // One documented shape of the contract leaves the folder of the default partition out.
    const partition = folder ?? DEFAULT_PARTITION;
    const isPartition = this.partitioned ? isPartitionName(partition) : partition === DEFAULT_PARTITION;
    return isPartition && !isDeeper ? this.imageOf(partition) : MISPLACED;
  }

  private readonly images = new Map<string, KindOfFile>();

  private imageOf(partition: string): KindOfFile {
    const known = this.images.get(partition);
    if (known !== undefined) return known;
    const made: KindOfFile = { kind: 'image', partition };
    this.images.set(partition, made);
    return made;
  }
}

const PROBE: KindOfFile = { kind: 'probe', partition: '' };
const WORK_ITEM: KindOfFile = { kind: 'work item', partition: '' };
const MISPLACED: KindOfFile = { kind: 'misplaced', partition: '' };
const FOREIGN: KindOfFile = { kind: 'foreign', partition: '' };
