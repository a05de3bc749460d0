import { z } from 'zod';

/** What is wrong with one setting. */
export interface SettingProblem {
  readonly path: readonly (string | number)[];
  /** What the setting must be and what was found, without a subject. */
  readonly sentence: string;
}

type Issue = z.core.$ZodIssue;

/** What a schema found, in sentences. @param input the value that the schema judged */
export function sentencesOf(issues: readonly Issue[], schema: z.ZodType, input: unknown): SettingProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, input, path).join(', ');
      return issue.keys.map((key) => ({
        path: [...path, key],
        sentence: `is not a setting; known here: ${known}`,
      }));
    }
    return [{ path, sentence: `${expectation(issue)}, got ${describe(valueAt(input, path))}` }];
  });
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return `must be ${NOUNS[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `must be ${oneOf(issue.values)}`;
  if ('options' in issue && Array.isArray(issue.options)) return `must be ${oneOf(issue.options)}`;
  return issue.message;
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of settings',
  record: 'a group of settings',
};

function oneOf(values: readonly unknown[]): string {
  const texts = values.map(String);
  return texts.length === 1 ? (texts[0] ?? '') : `one of ${texts.join(', ')}`;
}

/** The keys that a strict object at a place of the schema knows. */
function keysAt(schema: z.ZodType, input: unknown, path: readonly (string | number)[]): readonly string[] {
  const [step, ...rest] = path;
  if (schema instanceof z.ZodOptional) return keysAt(schema.unwrap() as z.ZodType, input, path);
  if (schema instanceof z.ZodDiscriminatedUnion) return keysOfOption(schema, input, path);
  const next = valueAt(input, path.slice(0, 1));
  if (schema instanceof z.ZodArray) return keysAt(schema.element as z.ZodType, next, rest);
  if (schema instanceof z.ZodRecord) return keysAt(schema.valueType as z.ZodType, next, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  if (step === undefined) return Object.keys(schema.shape);
  return keysAt(schema.shape[step] as z.ZodType, next, rest);
}

/** The option of a union that the input chose: the only one that takes its discriminator. */
function keysOfOption(
  union: z.ZodDiscriminatedUnion,
  input: unknown,
  path: readonly (string | number)[],
): readonly string[] {
  const { discriminator } = union.def;
  const chosen = valueAt(input, [discriminator]);
  const option = (union.options as readonly z.ZodObject[]).find(
    ({ shape }) => (shape[discriminator] as z.ZodType).safeParse(chosen).success,
  );
  return option === undefined ? [] : keysAt(option, input, path);
}

function valueAt(input: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    input,
  );
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `'${value}'`;
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
