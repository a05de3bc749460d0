/** One thing that can be chosen about a fault. */
export type FaultParameter = IntegerParameter | TextParameter;

export interface IntegerParameter {
  readonly kind: 'integer';
  readonly meaning: string;
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface TextParameter {
  readonly kind: 'text';
  readonly meaning: string;
  readonly default: string;
  /** @default - any text */
  readonly choices?: readonly string[];
}

export type FaultParameters = Readonly<Record<string, FaultParameter>>;

export type FaultValues = Readonly<Record<string, string | number>>;

/** The values that a table of parameters stands for. */
export type ValuesOf<Parameters extends FaultParameters> = {
  readonly [Name in keyof Parameters]: Parameters[Name] extends IntegerParameter ? number : string;
};

export function integer(
  meaning: string,
  value: number,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
): IntegerParameter {
  return { kind: 'integer', meaning, default: value, minimum, maximum };
}

export function text(meaning: string, value: string, choices?: readonly string[]): TextParameter {
  return { kind: 'text', meaning, default: value, ...(choices === undefined ? {} : { choices }) };
}

/** Such as `a whole number from 0 to 10`. */
export function describeValues(parameter: FaultParameter): string {
  if (parameter.kind === 'integer') {
    return `a whole number from ${parameter.minimum} to ${parameter.maximum}`;
  }
  return parameter.choices === undefined ? 'a text' : `one of ${parameter.choices.join(', ')}`;
}

/** What was given and the defaults for the rest, or everything that is wrong with it. */
export function readValues(
  parameters: FaultParameters,
  given: Readonly<Record<string, unknown>>,
): { readonly values: FaultValues } | { readonly problems: readonly string[] } {
  const known = Object.keys(parameters);
  const problems = Object.keys(given)
    .filter((name) => !known.includes(name))
    .map(
      (name) =>
        `'${name}' is no parameter of this fault; ${known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`}`,
    );
  const values: Record<string, string | number> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = given[name] ?? parameter.default;
    const read = parameter.kind === 'integer' ? readInteger(parameter, value) : readText(parameter, value);
    if (read === undefined) {
      problems.push(`${name} must be ${describeValues(parameter)}, got ${JSON.stringify(value)}`);
    } else {
      values[name] = read;
    }
  }
  return problems.length > 0 ? { problems } : { values };
}

/** Takes digits as well, since a command line has nothing but text. */
function readInteger({ minimum, maximum }: IntegerParameter, value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  const fits = typeof number === 'number' && Number.isInteger(number);
  return fits && number >= minimum && number <= maximum ? number : undefined;
}

function readText({ choices }: TextParameter, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return choices === undefined || choices.includes(value) ? value : undefined;
}
