/**
 * Hands out the arguments of one resource and remembers which ones were asked for, so that none is passed over in
 * silence.
 */
export class ArgumentReader {
  private readonly asked = new Set<string>();
  private readonly nested: ArgumentReader[] = [];

  public constructor(
    private readonly place: string,
    private readonly values: Readonly<Record<string, unknown>>,
  ) {}

  public string(name: string): string {
    return this.required(name, this.optionalString(name), 'a text');
  }

  public optionalString(name: string): string | undefined {
    return this.typed(name, 'string', 'a text') as string | undefined;
  }

  public boolean(name: string, fallback: boolean): boolean {
    return (this.typed(name, 'boolean', 'true or false') as boolean | undefined) ?? fallback;
  }

  public optionalNumber(name: string): number | undefined {
    return this.typed(name, 'number', 'a number') as number | undefined;
  }

  public strings(name: string): readonly string[] {
    const value = this.take(name) ?? [];
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
      throw new Error(`${this.place}.${name} must be a list of texts, got ${JSON.stringify(value)}`);
    }
    return value as string[];
  }

  public stringMap(name: string): Readonly<Record<string, string>> {
    return (this.take(name) ?? {}) as Record<string, string>;
  }

  /** A nested block; cdktf writes one as an object or as a list of one. */
  public block(name: string): ArgumentReader | undefined {
    return this.blocks(name)[0];
  }

  public blocks(name: string): readonly ArgumentReader[] {
    const value = this.take(name);
    if (value === undefined) return [];
    const items = (Array.isArray(value) ? value : [value]) as Record<string, unknown>[];
    const readers = items.map((item, index) => {
      const place = Array.isArray(value) ? `${this.place}.${name}[${index}]` : `${this.place}.${name}`;
      return new ArgumentReader(place, item);
    });
    this.nested.push(...readers);
    return readers;
  }

  /** Arguments that nobody asked for, with their place in the stack. */
  public unread(): readonly string[] {
    const here = Object.keys(this.values).filter(
      (name) => !this.asked.has(name) && this.values[name] !== null,
    );
    return [
      ...here.map((name) => `${this.place}.${name}`),
      ...this.nested.flatMap((reader) => reader.unread()),
    ];
  }

  private take(name: string): unknown {
    this.asked.add(name);
    return this.values[name] ?? undefined;
  }

  private typed(name: string, type: 'string' | 'boolean' | 'number', noun: string): unknown {
    const value = this.take(name);
    if (value !== undefined && typeof value !== type) {
      throw new Error(`${this.place}.${name} must be ${noun}, got ${JSON.stringify(value)}`);
    }
    return value;
  }

  private required<T>(name: string, value: T | undefined, noun: string): T {
    if (value === undefined) throw new Error(`${this.place}.${name} must be ${noun}, got nothing`);
    return value;
  }
}
