import { DEFAULT_PARTITION, isPartitionName, MINIMUM_STAY_DAYS, nameProblem } from '../contract';
import { whenConcrete, wholeNumberProblem } from './private/concrete';

/** What the days of a rule are counted from. */
export const TIER_BASES = ['lastAccess', 'lastModification', 'creation'] as const;

export type TierBasis = (typeof TIER_BASES)[number];

/**
 * When files move to a cheaper tier. There is no archive here: the DICOM service answers 424 for an archived file.
 * There is no deletion either: images are deleted through DICOMweb, so that index and files agree.
 *
 * What it costs: every move is an operation for each file, and reading from cool or cold is billed by the gigabyte.
 * Files smaller than 128 KiB are billed as 128 KiB in cool and cold, in accounts made since July 2026 now and in all
 * others from July 2027: single slices of CT and MR are often that small, and hot is then the cheaper tier.
 *
 * @see https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview
 */
export interface TierRule {
  /** 1 to 256 letters or digits, unique in the policy. */
  readonly name: string;
  /**
   * What the days are counted from. Files never read since tracking began count from the day it began. The service
   * does not change a file after it has written it, so modification and creation differ only for restored files.
   */
  readonly basis: TierBasis;
  /**
   * Days after which a file moves to cool, 0 to 99999. Early deletion is billed up to 30 days in cool.
   *
   * @default - files are not moved to cool
   */
  readonly coolAfterDays?: number | undefined;
  /**
   * Days after which a file moves to cold, 0 to 99999 and at least 30 more than `coolAfterDays`. Early deletion is
   * billed up to 90 days in cold. No rule brings a file back from cold.
   *
   * @default - files are not moved to cold
   */
  readonly coldAfterDays?: number | undefined;
  /**
   * Moves a file from cool back to hot when it is read, at most once in 30 days. Needs `basis: 'lastAccess'` and
   * `coolAfterDays`; cold files stay cold.
   *
   * @default false
   */
  readonly returnToHotOnAccess?: boolean | undefined;
  /**
   * The data partitions that the rule is for, 1 to 10.
   *
   * @default - all partitions of the service
   */
  readonly partitions?: readonly string[] | undefined;
}

/** What a rule is judged against. */
export interface TierRuleSetting {
  readonly lastAccessTracking: boolean;
  readonly dataPartitionsEnabled: boolean;
}

/** What is wrong with one prop of a rule. */
export interface TierRuleProblem {
  readonly prop: keyof TierRule;
  /** A sentence without its subject: what the prop must be, and what it was. */
  readonly sentence: string;
}

/** Everything that is wrong with one rule. */
export function tierRuleProblems(rule: TierRule, setting: TierRuleSetting): TierRuleProblem[] {
  const { name, coolAfterDays, coldAfterDays } = rule;
  const found: readonly (readonly [keyof TierRule, string | undefined])[] = [
    ['name', whenConcrete(name, (known) => nameProblem('lifecycleRule', known))],
    ['basis', basisProblem(rule, setting)],
    ['coolAfterDays', whenConcrete(coolAfterDays, daysProblem)],
    ['coldAfterDays', whenConcrete(coldAfterDays, daysProblem)],
    ['coolAfterDays', tierProblem(rule)],
    ['coldAfterDays', stayProblem(rule)],
    ['returnToHotOnAccess', returnProblem(rule)],
    ...partitionsProblems(rule, setting).map((sentence) => ['partitions', sentence] as const),
  ];
  return found.flatMap(([prop, sentence]) => (sentence === undefined ? [] : [{ prop, sentence }]));
}

const MOST_DAYS = 99_999;

function daysProblem(days: number): string | undefined {
  return wholeNumberProblem(days, 0, MOST_DAYS);
}

function tierProblem({ coolAfterDays, coldAfterDays }: TierRule): string | undefined {
  if (coolAfterDays !== undefined || coldAfterDays !== undefined) return undefined;
  return 'must be given, or coldAfterDays, or both; got neither';
}

function basisProblem({ basis }: TierRule, { lastAccessTracking }: TierRuleSetting): string | undefined {
  if (!TIER_BASES.includes(basis)) {
    return `must be one of ${TIER_BASES.join(', ')}, got '${basis as string}'`;
  }
  if (basis !== 'lastAccess' || lastAccessTracking) return undefined;
  return (
    "must be lastModification or creation while the lake does not track last access, got 'lastAccess'; " +
    'or set lastAccessTracking: true on the lake'
  );
}

function stayProblem({ coolAfterDays, coldAfterDays }: TierRule): string | undefined {
  return whenConcrete(coolAfterDays, (cool) =>
    whenConcrete(coldAfterDays, (cold) => {
      const earliest = cool + MINIMUM_STAY_DAYS.Cool;
      if (cold >= earliest) return undefined;
      return (
        `must be at least ${earliest}, which is ${MINIMUM_STAY_DAYS.Cool} days after ` +
        `coolAfterDays (leaving cool earlier is billed as early deletion), got ${cold}`
      );
    }),
  );
}

function returnProblem({ returnToHotOnAccess, basis, coolAfterDays }: TierRule): string | undefined {
  if (returnToHotOnAccess !== true || (basis === 'lastAccess' && coolAfterDays !== undefined)) {
    return undefined;
  }
  const got = coolAfterDays === undefined ? 'no coolAfterDays' : `basis '${basis}'`;
  return `must go with basis 'lastAccess' and coolAfterDays, got ${got}`;
}

/** The most prefixes that Azure takes in one rule. */
const MOST_PARTITIONS = 10;

function partitionsProblems(
  { partitions }: TierRule,
  { dataPartitionsEnabled }: TierRuleSetting,
): readonly (string | undefined)[] {
  if (partitions === undefined) return [];
  if (partitions.length === 0 || partitions.length > MOST_PARTITIONS) {
    return [
      `must name 1 to ${MOST_PARTITIONS} partitions, or be left out for all of them, got ${partitions.length}`,
    ];
  }
  return partitions.map((partition) =>
    whenConcrete(partition, (name) => {
      if (!isPartitionName(name)) {
        return `must hold names of 1 to 64 letters, digits, underscores, dots or dashes, got '${name}'`;
      }
      if (dataPartitionsEnabled || name === DEFAULT_PARTITION) return undefined;
      return `must be left out or hold ${DEFAULT_PARTITION} while data partitions are off, got '${name}'`;
    }),
  );
}
