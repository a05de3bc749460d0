import { hideSecrets } from './hide-secrets';
import { isAnyResourceId, isResourceId } from './resource-id';
import { nameProblem, type NameKind } from './resource-name';

/** Judges one value of parsed JSON: adds what is wrong with it to `problems`. */
export type Field = (value: unknown, path: string, problems: string[]) => void;

export type Fields = Readonly<Record<string, Field>>;

export function object(fields: Fields): Field {
  return (value, path, problems) => {
    if (!isRecord(value)) {
      problems.push(`${path} must be an object, got ${describe(value)}`);
      return;
    }
    const prefix = path === '' ? '' : `${path}.`;
    for (const [name, field] of Object.entries(fields)) field(value[name], prefix + name, problems);
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(fields, name)) {
        problems.push(
          `${prefix}${name} is not a field of the manifest; known here: ${Object.keys(fields).join(', ')}`,
        );
      }
    }
  };
}

export function objects(fields: Fields): Field {
  const item = object(fields);
  return (value, path, problems) => {
    if (!Array.isArray(value)) {
      problems.push(`${path} must be a list, got ${describe(value)}`);
      return;
    }
    value.forEach((one: unknown, index) => item(one, `${path}[${index}]`, problems));
  };
}

export function absolutePath(value: unknown, path: string, problems: string[]): void {
  if (typeof value !== 'string' || !/^(\/[^/?#]+)+$/.test(value)) {
    problems.push(`${path} must be a path that starts with a slash, got ${describe(value)}`);
  }
}

export function named(kind: NameKind): Field {
  return (value, path, problems) => {
    const problem =
      typeof value === 'string' ? nameProblem(kind, value) : `must be a string, got ${describe(value)}`;
    if (problem !== undefined) problems.push(`${path} ${problem}`);
  };
}

export function resourceId(type: string): Field {
  return (value, path, problems) => {
    if (typeof value !== 'string' || !isResourceId(type, value)) {
      problems.push(`${path} must be the resource id of a ${type}, got ${describe(value)}`);
    }
  };
}

export function httpsUrl(value: unknown, path: string, problems: string[]): void {
  if (typeof value !== 'string' || !/^https:\/\/[^/?#\s]+(\/[^?#\s]*)?$/.test(value)) {
    problems.push(`${path} must be an https URL without query, got ${describe(value)}`);
  }
}

export function optional(field: Field): Field {
  return (value, path, problems) => {
    if (value !== undefined) field(value, path, problems);
  };
}

export function oneOf(values: readonly string[]): Field {
  return (value, path, problems) => {
    if (typeof value !== 'string' || !values.includes(value)) {
      problems.push(`${path} must be one of ${values.join(', ')}, got ${describe(value)}`);
    }
  };
}

export function text(value: unknown, path: string, problems: string[]): void {
  if (typeof value !== 'string' || value === '') {
    problems.push(`${path} must be a text that is not empty, got ${describe(value)}`);
  }
}

/** Of a resource of whatever type. */
export function anyResourceId(value: unknown, path: string, problems: string[]): void {
  if (typeof value !== 'string' || !isAnyResourceId(value)) {
    problems.push(`${path} must be the resource id of one Azure resource, got ${describe(value)}`);
  }
}

export function boolean(value: unknown, path: string, problems: string[]): void {
  if (typeof value !== 'boolean') problems.push(`${path} must be true or false, got ${describe(value)}`);
}

export function wholeNumber(minimum: number, maximum: number): Field {
  return (value, path, problems) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > maximum) {
      problems.push(`${path} must be a whole number from ${minimum} to ${maximum}, got ${describe(value)}`);
    }
  };
}

export function list(noun: string, accepts: (item: string) => boolean, minimumLength: number): Field {
  return (value, path, problems) => {
    if (!Array.isArray(value) || value.length < minimumLength) {
      const size = minimumLength > 0 ? `a list of at least ${minimumLength}` : 'a list';
      problems.push(`${path} must be ${size}, got ${describe(value)}`);
      return;
    }
    value.forEach((item: unknown, index) => {
      if (typeof item !== 'string' || !accepts(item)) {
        problems.push(`${path}[${index}] must be ${noun}, got ${describe(item)}`);
      }
    });
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = hideSecrets(JSON.stringify(value));
  return json.length > 80 ? `${json.slice(0, 77)}...` : json;
}
