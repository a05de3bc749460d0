import { isPartitionName, NAME_RULES, nameProblem, type NameKind } from '../contract';

/** Variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads variables that share a prefix and collects what is wrong with them. An empty variable counts as not set. A
 * wrong value is returned as if it were not set, so ask `finish()` before using anything that was read.
 */
export class EnvironmentReader {
  readonly #environment: Environment;
  readonly #prefix: string;
  readonly #known = new Set<string>();
  readonly #problems: string[] = [];

  constructor(environment: Environment, prefix: string) {
    this.#environment = environment;
    this.#prefix = prefix;
  }

  /** Whether the variable is set, rightly or wrongly. */
  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  /** Reports a variable. @param sentence what it must be and what was found, without a subject */
  refuse(name: string, sentence: string): void {
    this.#problems.push(`${this.#prefix}${name} ${sentence}`);
  }

  /** A name that must be set. @param fallback variable, with its own prefix, that counts where this one is not set */
  name(name: string, kind: NameKind, fallback?: string): string {
    const value = this.#get(name) ?? (fallback === undefined ? undefined : this.#environment[fallback]);
    if (value === undefined || value === '') {
      const other = fallback === undefined ? '' : `, or ${fallback},`;
      this.refuse(name + other, `must be set to ${NAME_RULES[kind].allowed}`);
      return '';
    }
    const problem = nameProblem(kind, value);
    if (problem !== undefined)
      this.refuse(this.has(name) ? name : `${name} (from ${fallback ?? ''})`, problem);
    return value;
  }

  optionalName(name: string, kind: NameKind): string | undefined {
    return this.has(name) ? this.name(name, kind) : undefined;
  }

  location(name: string): string {
    const value = this.#get(name);
    const form = 'an Azure region as `az account list-locations` names it, such as westeurope';
    if (value === undefined) this.refuse(name, `must be set to ${form}`);
    else if (!/^[a-z0-9]+$/.test(value)) this.refuse(name, `must be ${form}, got '${value}'`);
    return value ?? '';
  }

  oneOf<const T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.#get(name);
    const found = allowed.find((candidate) => candidate === value);
    if (value !== undefined && found === undefined) {
      this.refuse(name, `must be one of ${allowed.join(', ')}, got '${value}'`);
    }
    return found;
  }

  yesOrNo(name: string): boolean | undefined {
    const value = this.oneOf(name, ['true', 'false']);
    return value === undefined ? undefined : value === 'true';
  }

  wholeNumber(name: string, minimum: number, maximum: number): number | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    const number = /^[0-9]{1,9}$/.test(value) ? Number(value) : undefined;
    if (number !== undefined && number >= minimum && number <= maximum) return number;
    this.refuse(name, `must be a whole number from ${minimum} to ${maximum}, got '${value}'`);
    return undefined;
  }

  /** Partition names with commas between them. */
  partitions(name: string): readonly string[] | undefined {
    const names = this.#get(name)
      ?.split(',')
      .map((partition) => partition.trim());
    for (const wrong of names?.filter((partition) => !isPartitionName(partition)) ?? []) {
      this.refuse(
        name,
        `must be names of 1 to 64 letters, digits, underscores, dots or dashes with commas between them, got '${wrong}'`,
      );
    }
    return names;
  }

  /** Every problem, those of variables with the prefix that nobody asked for included. */
  finish(): readonly string[] {
    const known = [...this.#known].sort();
    const unknown = Object.keys(this.#environment).filter(
      (variable) => variable.startsWith(this.#prefix) && !this.#known.has(variable),
    );
    return [
      ...this.#problems,
      ...unknown.map((variable) => `${variable} is not a setting; known are ${known.join(', ')}`),
    ];
  }

  #get(name: string): string | undefined {
    const variable = this.#prefix + name;
    this.#known.add(variable);
    const value = this.#environment[variable];
    return value === '' ? undefined : value;
  }
}
