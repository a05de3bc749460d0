import { KqlError } from './kql-error';
import { type KqlToken, kqlTokens } from './kql-token';

/** No query that anybody would write comes near; deeper ones would overflow the stack. */
const MOST_NESTING = 100;

const END: KqlToken = { kind: 'end', text: 'the end' };

/** Goes through a query token by token. */
export class KqlReader {
  private readonly tokens: readonly KqlToken[];
  private at = 0;
  private depth = 0;

  public constructor(query: string) {
    this.tokens = kqlTokens(query);
  }

  public get next(): KqlToken {
    return this.tokens[this.at] ?? END;
  }

  /** The token after the next one. */
  public get following(): KqlToken {
    return this.tokens[this.at + 1] ?? END;
  }

  public take(): KqlToken {
    const token = this.next;
    this.at += 1;
    return token;
  }

  /** Takes a symbol or a keyword, if it is the next token. */
  public takes(...texts: readonly string[]): string | undefined {
    const { kind, text } = this.next;
    if (!['symbol', 'word'].includes(kind) || !texts.includes(text)) return undefined;
    return this.take().text;
  }

  public expect(text: string): void {
    if (this.takes(text) === undefined) throw this.unexpected(`'${text}'`);
  }

  public word(what: string): string {
    if (this.next.kind !== 'word') throw this.unexpected(what);
    return this.take().text;
  }

  public wholeNumber(what: string): number {
    const { kind, value = NaN } = this.next;
    if (kind !== 'number' || !Number.isSafeInteger(value)) throw this.unexpected(what);
    this.take();
    return value;
  }

  /** What stands between commas; at least one. */
  public list<Item>(read: () => Item): readonly Item[] {
    const items = [read()];
    while (this.takes(',') !== undefined) items.push(read());
    return items;
  }

  /** What stands in parentheses. @throws KqlError where it is nested too deep */
  public nested<Item>(read: () => Item): Item {
    this.expect('(');
    this.depth += 1;
    if (this.depth > MOST_NESTING)
      throw new KqlError('SyntaxError', `it is nested deeper than ${MOST_NESTING}`);
    const item = read();
    this.depth -= 1;
    this.expect(')');
    return item;
  }

  public unexpected(wanted: string): KqlError {
    return new KqlError('SyntaxError', `${wanted} must stand where '${this.next.text}' does`);
  }
}
