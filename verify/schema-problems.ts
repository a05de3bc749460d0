import type { z } from 'zod';

/** What is told of a file that a schema refused. */
export interface SchemaWords {
  /** The thing with fields, such as 'a waiver'. */
  readonly noun: string;
  /** Names of the fields at a place in the file. */
  readonly fieldsAt: (path: readonly PropertyKey[]) => readonly string[];
}

/** Every problem as a sentence: the place, what must be there, what is; the messages of the schema begin with 'must'. */
export function schemaProblems(
  { issues }: z.ZodError,
  value: unknown,
  { noun, fieldsAt }: SchemaWords,
): readonly string[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const known = fieldsAt(issue.path).join(', ');
      return issue.keys.map(
        (key) => `${placeOf([...issue.path, key])} is not a field of ${noun}; known here: ${known}`,
      );
    }
    const place = issue.path.length === 0 ? 'the file' : placeOf(issue.path);
    return [`${place} ${issue.message}, got ${describe(valueAt(value, issue.path))}`];
  });
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined),
    value,
  );
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `'${value}'`;
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
