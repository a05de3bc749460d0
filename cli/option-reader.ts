import { UsageError } from './command-context';

interface Limits {
  readonly minimum: number;
  readonly maximum: number;
}

/** Reads the values of options and keeps what is wrong with them, so that all of it is told at once. */
export class OptionReader {
  private readonly problems: string[] = [];

  /** Takes digits only: an empty text is no 0, and 1e3 is no 1000. */
  public wholeNumber(flag: string, { minimum, maximum }: Limits): (text: string) => number {
    return this.reading(flag, `a whole number from ${minimum} to ${maximum}`, Number, (text) =>
      /^\d+$/.test(text) ? isWithin(Number(text), { minimum, maximum }) : false,
    );
  }

  /** @param what such as `seconds from 0 to 10` */
  public decimal(flag: string, what: string, limits: Limits): (text: string) => number {
    return this.reading(flag, what, Number, (text) =>
      /^\d+(\.\d+)?$/.test(text) ? isWithin(Number(text), limits) : false,
    );
  }

  public text(flag: string, what: string, isRight: (text: string) => boolean): (text: string) => string {
    return this.reading(flag, what, String, isRight);
  }

  public problem(flag: string, what: string, got: string): void {
    this.problems.push(`${flag} must be ${what}, got '${got}'`);
  }

  /** @throws UsageError with everything that was wrong */
  public check(): void {
    if (this.problems.length > 0) throw new UsageError('some options cannot be used', this.problems);
  }

  private reading<Value>(
    flag: string,
    what: string,
    read: (text: string) => Value,
    isRight: (text: string) => boolean,
  ): (text: string) => Value {
    return (text) => {
      if (!isRight(text)) this.problem(flag, what, text);
      return read(text);
    };
  }
}

function isWithin(value: number, { minimum, maximum }: Limits): boolean {
  return value >= minimum && value <= maximum;
}
