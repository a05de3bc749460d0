import { nameProblem } from '../../contract';
import { type Body, type Problem, properties, record, shown } from './resource-type';

const MAXIMUM_RULES = 100;
const MAXIMUM_PREFIXES = 10;
const LAST_ACCESS = 'daysAfterLastAccessTimeGreaterThan';
const CREATION = 'daysAfterCreationGreaterThan';
const TIER_CHANGE = 'daysAfterLastTierChangeGreaterThan';
/** An action has one of these; a wait after the last change of tier may come on top. */
const CONDITIONS = ['daysAfterModificationGreaterThan', CREATION, LAST_ACCESS];

/**
 * What is wrong with a lifecycle policy, rule by rule.
 *
 * @param tracksLastAccess whether the blob service records when a file was last read
 * @see https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure
 */
export function policyProblems(body: Body, tracksLastAccess: boolean): readonly Problem[] {
  return problemTexts(body, tracksLastAccess).map((message) => ({ code: 'InvalidRequestContent', message }));
}

function problemTexts(body: Body, tracksLastAccess: boolean): readonly string[] {
  const rules = record(properties(body)['policy'])['rules'];
  if (!Array.isArray(rules) || rules.length > MAXIMUM_RULES) {
    const got = Array.isArray(rules) ? String(rules.length) : shown(rules);
    return [`properties.policy.rules must be a list of at most ${MAXIMUM_RULES} rules, got ${got}.`];
  }
  const names = rules.map((rule) => record(rule)['name']);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [
    ...rules.flatMap((rule, index) =>
      ruleProblems(record(rule), tracksLastAccess).map((problem) => `Rule ${index + 1}: ${problem}.`),
    ),
    ...[...repeated].map((name) => `Rule names must be unique, got ${shown(name)} more than once.`),
  ];
}

function ruleProblems(rule: Body, tracksLastAccess: boolean): readonly string[] {
  const definition = record(rule['definition']);
  const filters = record(definition['filters']);
  const groups = Object.entries(record(definition['actions']));
  const actions = groups.flatMap(([group, one]) =>
    Object.entries(record(one))
      .filter(([, when]) => isObject(when))
      .map(([action, when]) => ({ group, action, when: record(when) })),
  );
  const problems: string[] = [];
  const name = nameProblem('lifecycleRule', typeof rule['name'] === 'string' ? rule['name'] : '');
  if (name !== undefined) problems.push(`name ${name}`);
  if (rule['type'] !== 'Lifecycle') problems.push(`type must be Lifecycle, got ${shown(rule['type'])}`);
  const types = filters['blobTypes'];
  if (!isListOfStrings(types) || types.length === 0) {
    problems.push(`filters.blobTypes must be a list of at least 1, got ${shown(types)}`);
  }
  const prefixes = filters['prefixMatch'];
  if (prefixes !== undefined && !isListOfStrings(prefixes)) {
    problems.push(`filters.prefixMatch must be a list of prefixes, got ${shown(prefixes)}`);
  } else if (prefixes !== undefined && prefixes.length > MAXIMUM_PREFIXES) {
    problems.push(
      `filters.prefixMatch must hold at most ${MAXIMUM_PREFIXES} prefixes, got ${prefixes.length}`,
    );
  }
  if (filters['blobIndexMatch'] !== undefined) {
    problems.push('filters.blobIndexMatch is not supported on accounts with a hierarchical namespace');
  }
  for (const [action, when] of groups.flatMap(([, one]) => Object.entries(record(one)))) {
    if (/^(tierTo|delete)/.test(action) && !isObject(when)) {
      problems.push(`${action} must be an object, got ${shown(when)}`);
    }
  }
  if (actions.length === 0) problems.push('at least one action is needed, got none');
  return [
    ...problems,
    ...actions.flatMap((action) => actionProblems(action, tracksLastAccess)),
    ...returnProblems(record(record(definition['actions'])['baseBlob'])),
  ];
}

/** What is cooled for another reason than that nobody reads it does not come back when somebody does. */
function returnProblems({ enableAutoTierToHotFromCool, tierToCool }: Body): readonly string[] {
  return enableAutoTierToHotFromCool !== true || record(tierToCool)[LAST_ACCESS] !== undefined
    ? []
    : [`enableAutoTierToHotFromCool needs tierToCool.${LAST_ACCESS}`];
}

interface Action {
  readonly group: string;
  readonly action: string;
  readonly when: Body;
}

function actionProblems({ group, action, when }: Action, tracksLastAccess: boolean): readonly string[] {
  const given = CONDITIONS.filter((condition) => typeof when[condition] !== 'undefined');
  const problems: string[] = [];
  if (given.length !== 1) {
    problems.push(`${action} must have exactly one condition, got ${given.join(', ') || 'none'}`);
  }
  if (group !== 'baseBlob' && given.some((condition) => condition !== CREATION)) {
    problems.push(`${action} of a ${group} must go by ${CREATION}, got ${given.join(', ')}`);
  }
  if (when[TIER_CHANGE] !== undefined && action !== 'tierToArchive') {
    problems.push(`${action}.${TIER_CHANGE} is for tierToArchive alone`);
  }
  for (const condition of given) {
    if (typeof when[condition] !== 'number') {
      problems.push(`${action}.${condition} must be a number of days, got ${shown(when[condition])}`);
    }
  }
  if (given.includes(LAST_ACCESS) && !tracksLastAccess) {
    problems.push(
      `${action}.${LAST_ACCESS} needs lastAccessTimeTrackingPolicy.enable on the blob service of the account`,
    );
  }
  return problems;
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
