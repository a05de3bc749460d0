/** An entry that the change feed of the DICOM service owes. */
export interface Event {
  readonly action: 'Create' | 'Update' | 'Delete';
  readonly name: string;
}

/** What a request makes of the world, as far as it gets. */
export interface Outcome {
  /** New digests by name; undefined where the thing is gone. */
  readonly changes: ReadonlyMap<string, string | undefined>;
  readonly events?: readonly Event[];
}

const NOTHING: Outcome = { changes: new Map() };

/**
 * What the emulator has acknowledged to one client, who sends one request at a time. The request that was under way
 * when the emulator died may have had any of its outcomes; all others have had theirs.
 */
export class Ledger {
  private readonly known = new Map<string, string>();
  private readonly history: Event[] = [];
  private open: readonly Outcome[] = [NOTHING];

  /** Digests of everything that is there, by name. */
  public get world(): ReadonlyMap<string, string> {
    return this.known;
  }

  public get events(): readonly Event[] {
    return this.history;
  }

  /** Everything that may be there. */
  public possibleNames(): ReadonlySet<string> {
    return new Set([...this.known.keys(), ...this.open.flatMap(({ changes }) => [...changes.keys()])]);
  }

  /**
   * Runs a request.
   *
   * @param outcomes all that may come of it beside nothing, in the order in which it gets there; the last one counts
   * once the request has been acknowledged
   */
  public async request<Result>(outcomes: readonly Outcome[], send: () => Promise<Result>): Promise<Result> {
    this.open = [NOTHING, ...outcomes];
    const result = await send();
    this.take(outcomes.at(-1) ?? NOTHING);
    return result;
  }

  /**
   * Compares what is found with what was acknowledged, and goes on from there.
   *
   * @returns what is wrong; nothing where the world is as one of the outcomes left it
   */
  public settle(found: ReadonlyMap<string, string>): readonly string[] {
    const worlds = this.open.map((outcome) => ({ outcome, world: after(this.known, outcome) }));
    const match = worlds.find(({ world }) => differences(world, found).length === 0);
    if (match !== undefined) {
      this.take(match.outcome);
      return [];
    }
    const [closest = []] = worlds
      .map(({ world }) => differences(world, found))
      .sort((a, b) => a.length - b.length);
    this.take(NOTHING);
    return closest;
  }

  private take(outcome: Outcome): void {
    for (const [name, digest] of outcome.changes) {
      if (digest === undefined) this.known.delete(name);
      else this.known.set(name, digest);
    }
    this.history.push(...(outcome.events ?? []));
    this.open = [NOTHING];
  }
}

function after(world: ReadonlyMap<string, string>, { changes }: Outcome): ReadonlyMap<string, string> {
  const next = new Map<string, string | undefined>([...world, ...changes]);
  return new Map([...next].filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function differences(
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): readonly string[] {
  return [...new Set([...expected.keys(), ...found.keys()])]
    .filter((name) => expected.get(name) !== found.get(name))
    .map(
      (name) =>
        `${name}: acknowledged ${expected.get(name) ?? 'gone'}, found ${found.get(name) ?? 'nothing'}`,
    );
}
