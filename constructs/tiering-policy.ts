import {
  StorageManagementPolicy,
  type StorageManagementPolicyRule,
  type StorageManagementPolicyRuleActionsBaseBlob,
} from '@cdktf/provider-azurerm/lib/storage-management-policy';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { partitionPath, servicePath, type IntendedTierRule } from '../contract';
import type { IDicomService } from './dicom-service';
import type { ILakeStorage } from './lake-storage';
import { ApplicationKin } from './private/application-kin';
import { namePropProblem, problemsOf, wholeNumberPropProblem } from './private/concrete';
import { refuseInvalid } from './private/invalid';
import { tierRuleProblems, type TierRule, type TierRuleSetting } from './tier-rule';

export interface TieringPolicyProps {
  /** Replacement: the policy belongs to the storage account of this service's lake. */
  readonly dicomService: IDicomService;
  /** At least one; at most 100 in the whole policy. */
  readonly rules: readonly TierRule[];
}

/** When files beside those of the lake are deleted. */
export interface CleanupRule {
  /** 1 to 256 letters or digits, unique in the policy. */
  readonly name: string;
  /** A container of the account that no DICOM service writes to. */
  readonly containerName: string;
  /** Days after which a file is deleted, 1 to 99999. */
  readonly deleteAfterDays: number;
}

/**
 * Moves the files of DICOM services to cheaper tiers as they age.
 *
 * Azure keeps one such policy per storage account, so this one has to hold all rules of the account. A new or
 * changed policy may take a day to start, and its first run may take days.
 *
 * @see https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-configure
 */
export class TieringPolicy extends Construct {
  readonly lake: ILakeStorage;
  readonly #resource: StorageManagementPolicy;
  readonly #rules: IntendedTierRule[] = [];

  constructor(scope: Construct, id: string, props: TieringPolicyProps) {
    super(scope, id);
    this.lake = props.dicomService.lake;
    this.#refuseSecondPolicy();
    this.#resource = new StorageManagementPolicy(this, 'Resource', {
      storageAccountId: this.lake.storageAccountId,
    });
    this.addRules(props.dicomService, props.rules);
  }

  /** All rules of the policy so far, those for other files than images among them. */
  get rules(): readonly IntendedTierRule[] {
    return [...this.#rules];
  }

  /** Adds rules, at least one, for another service in the same lake or for the same one. */
  addRules(dicomService: IDicomService, rules: readonly TierRule[]): void {
    const { lastAccessTracking } = this.lake;
    const { dataPartitionsEnabled, lake } = dicomService;
    refuseInvalid(this, 'TieringPolicyInvalid', [
      ...(lake === this.lake ? [] : [otherLakeProblem(dicomService, this.lake)]),
      ...tieringProblems(
        rules,
        { lastAccessTracking, dataPartitionsEnabled },
        this.#rules.map(({ name }) => name),
      ),
    ]);
    this.#add(rules.map((rule) => intendedRule(dicomService, rule)));
  }

  /**
   * Deletes files of another container of the account once they have reached an age; here, since Azure keeps one
   * policy per account. The container of the lake is refused: images are deleted through DICOMweb.
   */
  addCleanup({ name, containerName, deleteAfterDays }: CleanupRule): void {
    refuseInvalid(
      this,
      'CleanupRuleInvalid',
      problemsOf(
        namePropProblem('name', 'lifecycleRule', name),
        this.#rules.some((rule) => rule.name === name)
          ? `each rule must have a name of its own, got '${name}' more than once`
          : undefined,
        namePropProblem('containerName', 'container', containerName),
        containerName === this.lake.containerName
          ? `'containerName' must be another container than that of the lake, got '${containerName}'`
          : undefined,
        wholeNumberPropProblem('deleteAfterDays', deleteAfterDays, 1, 99_999),
      ),
    );
    this.#add([
      {
        name,
        prefixes: [`${containerName}/`],
        basis: 'creation',
        deleteAfterDays,
        returnToHotOnAccess: false,
      },
    ]);
  }

  #add(rules: readonly IntendedTierRule[]): void {
    this.#rules.push(...rules);
    this.#resource.putRule(this.#rules.map(providerRule));
  }

  #refuseSecondPolicy(): void {
    const other = POLICIES.othersOf(this).find((policy) => isSameAccount(policy.lake, this.lake));
    if (other === undefined) return;
    refuseInvalid(this, 'TieringPolicySecond', [
      `the storage account of ${this.lake.node.path} has a policy already, ${other.node.path}, and Azure keeps ` +
        'one per account; add the rules to that one with addRules()',
    ]);
  }
}

const POLICIES = new ApplicationKin<TieringPolicy>();

/** Everything that is wrong with rules that are to join those of a policy. */
export function tieringProblems(
  rules: readonly TierRule[],
  setting: TierRuleSetting,
  namesInUse: readonly string[] = [],
): string[] {
  const total = namesInUse.length + rules.length;
  const names = [...namesInUse, ...rules.map(({ name }) => name)];
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [
    ...(rules.length > 0 ? [] : ["'rules' must hold at least one rule, got none"]),
    ...(total <= MOST_RULES ? [] : [`a policy must have at most ${MOST_RULES} rules, got ${total}`]),
    ...rules.flatMap((rule) =>
      tierRuleProblems(rule, setting).map(
        ({ prop, sentence }) => `rule '${rule.name}': '${prop}' ${sentence}`,
      ),
    ),
    ...[...repeated].map((name) => `each rule must have a name of its own, got '${name}' more than once`),
  ];
}

const MOST_RULES = 100;

function otherLakeProblem(dicomService: IDicomService, lake: ILakeStorage): string {
  return (
    `the policy must serve services of ${lake.node.path}, got ${dicomService.node.path}, which keeps its files ` +
    `in ${dicomService.lake.node.path}; make a policy for that lake`
  );
}

export function isSameAccount(one: ILakeStorage, other: ILakeStorage): boolean {
  if (one === other) return true;
  const names = [one.storageAccountName, other.storageAccountName];
  return !names.some((name) => Token.isUnresolved(name)) && names[0] === names[1];
}

function intendedRule(
  dicomService: IDicomService,
  { name, basis, coolAfterDays, coldAfterDays, returnToHotOnAccess, partitions }: TierRule,
): IntendedTierRule {
  const folders = partitions?.map((partition) => partitionPath(dicomService, partition)) ?? [
    servicePath(dicomService),
  ];
  return {
    name,
    prefixes: folders.map((folder) => `${dicomService.lake.containerName}/${folder}/`),
    basis,
    ...(coolAfterDays === undefined ? {} : { coolAfterDays }),
    ...(coldAfterDays === undefined ? {} : { coldAfterDays }),
    returnToHotOnAccess: returnToHotOnAccess === true,
  };
}

function providerRule(rule: IntendedTierRule): StorageManagementPolicyRule {
  const { coolAfterDays, coldAfterDays, deleteAfterDays } = rule;
  return {
    name: rule.name,
    enabled: true,
    filters: { blobTypes: ['blockBlob'], prefixMatch: [...rule.prefixes] },
    actions: {
      baseBlob: {
        ...(coolAfterDays === undefined ? {} : COOL_AFTER[rule.basis](coolAfterDays)),
        ...(coldAfterDays === undefined ? {} : COLD_AFTER[rule.basis](coldAfterDays)),
        ...(deleteAfterDays === undefined ? {} : DELETE_AFTER[rule.basis](deleteAfterDays)),
        ...(rule.returnToHotOnAccess ? { autoTierToHotFromCoolEnabled: true } : {}),
      },
    },
  };
}

type DaysToAction = Readonly<
  Record<TierRule['basis'], (days: number) => StorageManagementPolicyRuleActionsBaseBlob>
>;

const COOL_AFTER: DaysToAction = {
  lastAccess: (days) => ({ tierToCoolAfterDaysSinceLastAccessTimeGreaterThan: days }),
  lastModification: (days) => ({ tierToCoolAfterDaysSinceModificationGreaterThan: days }),
  creation: (days) => ({ tierToCoolAfterDaysSinceCreationGreaterThan: days }),
};

const COLD_AFTER: DaysToAction = {
  lastAccess: (days) => ({ tierToColdAfterDaysSinceLastAccessTimeGreaterThan: days }),
  lastModification: (days) => ({ tierToColdAfterDaysSinceModificationGreaterThan: days }),
  creation: (days) => ({ tierToColdAfterDaysSinceCreationGreaterThan: days }),
};

const DELETE_AFTER: DaysToAction = {
  lastAccess: (days) => ({ deleteAfterDaysSinceLastAccessTimeGreaterThan: days }),
  lastModification: (days) => ({ deleteAfterDaysSinceModificationGreaterThan: days }),
  creation: (days) => ({ deleteAfterDaysSinceCreationGreaterThan: days }),
};
