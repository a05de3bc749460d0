/** A value that was given to `jsonencode`, with its references as template strings, and where the call ends. */
export interface JsonExpression {
  readonly value: unknown;
  /** Index of the character after the closing parenthesis. */
  readonly end: number;
}

const CALL = 'jsonencode(';

/**
 * Reads a call of `jsonencode` as cdktf writes it: objects, lists, texts, numbers, true, false, null and references.
 *
 * @returns undefined where there is no such call at this place
 * @throws Error where what is in it is something else
 */
export function readJsonExpression(text: string, at: number): JsonExpression | undefined {
  if (!text.startsWith(CALL, at)) return undefined;
  const reader = new HclReader(text, at + CALL.length);
  const value = reader.value();
  return { value, end: reader.past(')') };
}

/** Punctuation, texts, and everything else up to the next punctuation. */
const TOKEN = /\s*([{}()[\],=]|"(?:[^"\\]|\\.)*"|[\w.-]+(?:\[\d+\][\w.-]*)*)/y;

class HclReader {
  public constructor(
    private readonly text: string,
    private at: number,
  ) {}

  public value(): unknown {
    const token = this.next();
    if (token === '{') return this.object();
    if (token === '[') return this.list();
    // A text may hold references; as a template string it is resolved like any other.
    if (/^["\d-]/.test(token) || ['true', 'false', 'null'].includes(token))
      return JSON.parse(token) as unknown;
    if (!/^[a-z]/.test(token)) throw new Error(`'${token}' in '${this.text}' is no value`);
    return `\${${token}}`;
  }

  /** @returns the index after it */
  public past(punctuation: string): number {
    const token = this.next();
    if (token === punctuation) return this.at;
    throw new Error(`'${punctuation}' is missing before '${token}' in '${this.text}'`);
  }

  private object(): Readonly<Record<string, unknown>> {
    const entries: [string, unknown][] = [];
    while (!this.ends('}')) {
      const key = this.next();
      if (!key.startsWith('"')) throw new Error(`'${key}' in '${this.text}' is no key of an object`);
      this.past('=');
      entries.push([JSON.parse(key) as string, this.value()]);
    }
    return Object.fromEntries(entries);
  }

  private list(): readonly unknown[] {
    const items: unknown[] = [];
    while (!this.ends(']')) items.push(this.value());
    return items;
  }

  /** Passes over the comma before the next item, or the bracket at the end. */
  private ends(bracket: string): boolean {
    const before = this.at;
    const token = this.next();
    if (token === bracket) return true;
    if (token !== ',') this.at = before;
    return false;
  }

  private next(): string {
    TOKEN.lastIndex = this.at;
    const [, token] = TOKEN.exec(this.text) ?? [];
    if (token === undefined)
      throw new Error(`'${this.text.slice(this.at, this.at + 20)}' in '${this.text}' is not understood`);
    this.at = TOKEN.lastIndex;
    return token;
  }
}
