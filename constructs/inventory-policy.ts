import { StorageBlobInventoryPolicy } from '@cdktf/provider-azurerm/lib/storage-blob-inventory-policy';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { azurermMajor } from './azurerm-major';
import type { ILakeStorage } from './lake-storage';
import { ApplicationKin } from './private/application-kin';
import { namePropProblem, problemsOf, wholeNumberPropProblem } from './private/concrete';
import { refuseInvalid } from './private/invalid';
import type { TieringPolicy } from './tiering-policy';

export const INVENTORY_SCHEDULES = ['Daily', 'Weekly'] as const;
export const INVENTORY_FORMATS = ['Parquet', 'Csv'] as const;

/** How a lake is listed; all of it has a default. */
export interface InventoryOptions {
  /**
   * Container for the lists, made for them in the same account.
   *
   * Replacement: the old container is deleted with the lists in it.
   *
   * @default 'inventory'
   */
  readonly inventoryContainerName?: string | undefined;
  /**
   * Weekly lists are made on Sundays, UTC. Azure bills by the million files listed.
   *
   * @default 'Weekly'
   */
  readonly schedule?: (typeof INVENTORY_SCHEDULES)[number] | undefined;
  /** @default 'Parquet' */
  readonly format?: (typeof INVENTORY_FORMATS)[number] | undefined;
  /**
   * Whether deleted files that are still recoverable are listed.
   *
   * @default false
   */
  readonly includeDeleted?: boolean | undefined;
  /**
   * Days for which lists are kept, 1 to 99999; needs a tiering policy on the account, which deletes them.
   *
   * @default - they are kept until somebody deletes them
   */
  readonly keepDays?: number | undefined;
}

export interface InventoryPolicyProps extends InventoryOptions {
  /** Replacement: the policy belongs to the storage account of this lake. */
  readonly lake: ILakeStorage;
  /**
   * The policy that deletes old lists.
   *
   * @default - none
   */
  readonly tiering?: TieringPolicy | undefined;
}

/**
 * Has Azure write a list of all files of a lake with their tiers, ages and sizes: the way to audit lakes that are too
 * large to be listed file by file.
 *
 * The first list may take two days. A list is complete once its `…-manifest.checksum` is there. Azure keeps one such
 * policy per account, and writes through the firewall as a trusted service.
 *
 * On major 4 of the azurerm provider the stack then asks for 4.56 or later: 4.55, for which cdktf was built, makes
 * the policy and fails.
 *
 * @see https://learn.microsoft.com/azure/storage/blobs/blob-inventory
 */
export class InventoryPolicy extends Construct {
  readonly inventoryContainerName: string;
  readonly #lake: ILakeStorage;

  constructor(scope: Construct, id: string, props: InventoryPolicyProps) {
    super(scope, id);
    const { lake, tiering, keepDays } = props;
    this.#lake = lake;
    this.inventoryContainerName = props.inventoryContainerName ?? 'inventory';
    refuseInvalid(this, 'InventoryPolicyInvalid', [
      ...inventoryProblems(props),
      ...this.#lakeProblems(props),
    ]);
    const container = new StorageContainer(this, 'Container', {
      name: this.inventoryContainerName,
      storageAccountId: lake.storageAccountId,
    });
    if (azurermMajor(this) === 4)
      TerraformStack.of(this).addOverride(
        'terraform.required_providers.azurerm.version',
        FIRST_FOUR_THAT_WORKS,
      );
    new StorageBlobInventoryPolicy(this, 'Resource', {
      storageAccountId: lake.storageAccountId,
      rules: [
        {
          name: RULE_NAME,
          storageContainerName: container.name,
          format: props.format ?? 'Parquet',
          schedule: props.schedule ?? 'Weekly',
          scope: 'Blob',
          schemaFields: [
            ...FIELDS,
            ...(lake.lastAccessTracking ? ['LastAccessTime'] : []),
            ...(props.includeDeleted === true ? DELETED_FIELDS : []),
          ],
          filter: {
            blobTypes: ['blockBlob'],
            prefixMatch: [`${lake.containerName}/`],
            ...(props.includeDeleted === true ? { includeDeleted: true } : {}),
          },
        },
      ],
      dependsOn: [...lake.dependables],
    });
    if (tiering !== undefined && keepDays !== undefined) {
      tiering.addCleanup({
        name: 'OldInventories',
        containerName: this.inventoryContainerName,
        deleteAfterDays: keepDays,
      });
    }
  }

  #lakeProblems({ lake, tiering, keepDays }: InventoryPolicyProps): string[] {
    const other = POLICIES.othersOf(this).find(
      (policy) => policy.#lake.storageAccountName === lake.storageAccountName,
    );
    return problemsOf(
      lake.firewall?.trustedServices === false
        ? `the firewall of ${lake.node.path} lets no trusted service through, as which Azure writes the lists; leave ` +
            "'network.trustedServices' out"
        : undefined,
      other === undefined
        ? undefined
        : `the storage account of ${lake.node.path} has an inventory policy already, ${other.node.path}, and Azure ` +
            'keeps one per account',
      this.inventoryContainerName === lake.containerName
        ? `'inventoryContainerName' must be another container than that of the lake, got '${lake.containerName}'`
        : undefined,
      keepDays !== undefined && tiering === undefined
        ? "'keepDays' must go with 'tiering': the tiering policy of the account deletes old lists"
        : undefined,
    );
  }
}

const POLICIES = new ApplicationKin<InventoryPolicy>();

/** @see https://github.com/hashicorp/terraform-provider-azurerm/pull/31313 */
const FIRST_FOUR_THAT_WORKS = '>= 4.56.0, < 5.0.0';

const RULE_NAME = 'dicomlake';

/** What Azure can list of a file in an account with hierarchical namespace, as far as an audit needs it. */
const FIELDS = [
  'Name',
  'Creation-Time',
  'Last-Modified',
  'Content-Length',
  'BlobType',
  'AccessTier',
  'AccessTierChangeTime',
  'ArchiveStatus',
  'Expiry-Time',
  'ETag',
  'hdi_isfolder',
];

const DELETED_FIELDS = ['DeletionId', 'Deleted', 'DeletedTime', 'RemainingRetentionDays'];

/** Everything that is wrong with how a lake is to be listed. */
export function inventoryProblems(options: InventoryOptions): string[] {
  const { schedule, format } = options;
  return problemsOf(
    namePropProblem('inventoryContainerName', 'container', options.inventoryContainerName),
    schedule === undefined || INVENTORY_SCHEDULES.includes(schedule)
      ? undefined
      : `'schedule' must be one of ${INVENTORY_SCHEDULES.join(', ')}, got '${schedule as string}'`,
    format === undefined || INVENTORY_FORMATS.includes(format)
      ? undefined
      : `'format' must be one of ${INVENTORY_FORMATS.join(', ')}, got '${format as string}'`,
    wholeNumberPropProblem('keepDays', options.keepDays, 1, 99_999),
  );
}
