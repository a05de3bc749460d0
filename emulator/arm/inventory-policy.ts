import { fieldKey, INVENTORY_FIELDS } from '../domain/inventory-field';
import { isSpelled } from '../domain/inventory-rule';
import { type Body, type Problem, properties, record, shown } from './resource-type';

const MAXIMUM_RULES = 100;
const MAXIMUM_PREFIXES = 10;
/** Names become part of a path. */
const RULE_NAME = /^[0-9A-Za-z][-_0-9A-Za-z]{0,255}$/;

const CHOICES = {
  format: ['Csv', 'Parquet'],
  schedule: ['Daily', 'Weekly'],
  objectType: ['Blob', 'Container'],
} as const;

/** Fields that a list has to show because of a filter, and cannot show without it. */
const FIELDS_OF_FILTERS = {
  Blob: {
    includeDeleted: ['DeletionId', 'Deleted', 'DeletedTime', 'RemainingRetentionDays'],
    includeSnapshots: ['Snapshot'],
  },
  Container: { includeDeleted: ['Deleted', 'Version', 'DeletedTime', 'RemainingRetentionDays'] },
} as const;

/**
 * What is wrong with an inventory policy, rule by rule.
 *
 * @param hasContainer whether the account has a container of that name
 * @see https://learn.microsoft.com/azure/storage/blobs/blob-inventory
 */
export function inventoryProblems(body: Body, hasContainer: (name: string) => boolean): readonly Problem[] {
  return problemTexts(body, hasContainer).map((message) => ({ code: 'InvalidInventoryPolicy', message }));
}

function problemTexts(body: Body, hasContainer: (name: string) => boolean): readonly string[] {
  const { rules } = record(properties(body)['policy']);
  if (!Array.isArray(rules) || rules.length === 0 || rules.length > MAXIMUM_RULES) {
    const got = Array.isArray(rules) ? String(rules.length) : shown(rules);
    return [`properties.policy.rules must be a list of 1 to ${MAXIMUM_RULES} rules, got ${got}.`];
  }
  const names = rules.map((rule) => record(rule)['name']);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [
    ...rules
      .map(record)
      .flatMap((rule) =>
        ruleProblems(rule, hasContainer).map((problem) => `Rule ${shown(rule['name'])}: ${problem}.`),
      ),
    ...[...repeated].map((name) => `Rule names must be unique, got ${shown(name)} more than once.`),
  ];
}

function ruleProblems(
  { name, destination, definition }: Body,
  hasContainer: (name: string) => boolean,
): readonly string[] {
  const problems: string[] = [];
  if (typeof name !== 'string' || !RULE_NAME.test(name)) {
    problems.push(`name must be 1 to 256 letters, digits, dashes or underscores, got ${shown(name)}`);
  }
  if (typeof destination !== 'string' || !hasContainer(destination)) {
    problems.push(`the destination container ${shown(destination)} does not exist`);
  }
  return [...problems, ...definitionProblems(record(definition))];
}

function definitionProblems(definition: Body): readonly string[] {
  const problems = Object.entries(CHOICES)
    .filter(([name, allowed]) => !allowed.some((choice) => isWord(definition[name], choice)))
    .map(
      ([name, allowed]) =>
        `definition.${name} must be one of ${allowed.join(', ')}, got ${shown(definition[name])}`,
    );
  if (problems.length > 0) return problems;
  const objectType = isWord(definition['objectType'], 'Blob') ? 'Blob' : 'Container';
  const filters = record(definition['filters']);
  return [
    ...filterProblems(filters, objectType),
    ...fieldProblems(definition['schemaFields'], objectType, filters),
  ];
}

function filterProblems(filters: Body, objectType: 'Blob' | 'Container'): readonly string[] {
  const problems: string[] = [];
  const types = filters['blobTypes'];
  if (objectType === 'Blob') {
    const isList = Array.isArray(types) && types.length > 0;
    if (!isList || !types.every((type) => ['blockBlob', 'appendBlob'].some((one) => isWord(type, one)))) {
      problems.push(
        'definition.filters.blobTypes must be a list of blockBlob and appendBlob in an account with a hierarchical ' +
          `namespace, got ${shown(types)}`,
      );
    }
  }
  for (const name of ['prefixMatch', 'excludePrefix']) {
    const prefixes = filters[name];
    if (prefixes === undefined) continue;
    const isList = Array.isArray(prefixes) && prefixes.every((prefix) => typeof prefix === 'string');
    if (!isList || prefixes.length > MAXIMUM_PREFIXES) {
      const got = isList ? String(prefixes.length) : shown(prefixes);
      problems.push(
        `definition.filters.${name} must be a list of at most ${MAXIMUM_PREFIXES} prefixes, got ${got}`,
      );
    }
  }
  if (filters['includeBlobVersions'] === true) {
    problems.push('definition.filters.includeBlobVersions is not supported with a hierarchical namespace');
  }
  return problems;
}

function fieldProblems(fields: unknown, objectType: 'Blob' | 'Container', filters: Body): readonly string[] {
  if (!Array.isArray(fields) || !fields.every((field) => typeof field === 'string')) {
    return [`definition.schemaFields must be a list of fields, got ${shown(fields)}`];
  }
  const keys = fields.map(fieldKey);
  const has = (field: string): boolean => keys.includes(fieldKey(field));
  const known = INVENTORY_FIELDS[objectType].map(fieldKey);
  const unknown = fields.filter((field) => !known.includes(fieldKey(field)));
  const repeated = fields.filter((field, index) => keys.indexOf(fieldKey(field)) !== index);
  return [
    ...(has('Name') ? [] : ['definition.schemaFields must have Name']),
    ...unknown.map(
      (field) =>
        `definition.schemaFields has '${field}', which is no field of a list of ${objectType.toLowerCase()}s in an ` +
        `account with a hierarchical namespace; there are ${INVENTORY_FIELDS[objectType].join(', ')}`,
    ),
    ...repeated.map((field) => `definition.schemaFields has '${field}' more than once`),
    ...Object.entries<readonly string[]>(FIELDS_OF_FILTERS[objectType]).flatMap(([filter, needed]) => {
      const isOn = filters[filter] === true;
      return needed
        .filter((field) => has(field) !== isOn)
        .map(
          (field) =>
            `definition.schemaFields must ${isOn ? '' : 'not '}have ${field}, since filters.${filter} is ${isOn ? '' : 'not '}true`,
        );
    }),
  ];
}

function isWord(value: unknown, word: string): boolean {
  return typeof value === 'string' && isSpelled(value, word);
}
