import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Answer, LiveNames } from './experiment';

type Entry =
  | { readonly kind: 'run'; readonly names: LiveNames; readonly startedAt: string }
  /** Before the group is made. */
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'group-gone'; readonly name: string }
  | { readonly kind: 'answer'; readonly experiment: string; readonly answer: Answer; readonly at: string }
  | { readonly kind: 'failure'; readonly experiment: string; readonly why: string; readonly at: string };

/** What a run has made and found, on disk before it is made: a killed run can be cleaned up, or gone on with. */
export class LiveJournal {
  readonly #file: string;
  readonly #entries: Entry[];

  private constructor(file: string, entries: Entry[]) {
    this.#file = file;
    this.#entries = entries;
  }

  /** @returns undefined where the folder holds no run */
  static open(folder: string): LiveJournal | undefined {
    const file = path.join(folder, 'journal.jsonl');
    if (!existsSync(file)) return undefined;
    const written = readFileSync(file);
    // A run that was killed may have left half a line; what it says was not begun.
    const whole = written.subarray(0, written.lastIndexOf('\n') + 1);
    if (whole.length < written.length) truncateSync(file, whole.length);
    const lines = whole.toString('utf8').split('\n').slice(0, -1);
    const entries = lines.map((line) => JSON.parse(line) as Entry);
    return entries.length === 0 ? undefined : new LiveJournal(file, entries);
  }

  static begin(folder: string, names: LiveNames, startedAt: string): LiveJournal {
    mkdirSync(folder, { recursive: true });
    const journal = new LiveJournal(path.join(folder, 'journal.jsonl'), []);
    journal.add({ kind: 'run', names, startedAt });
    return journal;
  }

  add(entry: Entry): void {
    const file = openSync(this.#file, 'a', 0o600);
    try {
      writeSync(file, `${JSON.stringify(entry)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    this.#entries.push(entry);
  }

  get run(): { readonly names: LiveNames; readonly startedAt: string } {
    const [run] = this.#entries;
    if (run?.kind !== 'run') throw new Error(`${this.#file} does not begin with a run: it is no journal`);
    return run;
  }

  /** Groups that may exist. */
  get groups(): readonly string[] {
    const names = this.#entries.flatMap((entry) => (entry.kind === 'group' ? [entry.name] : []));
    const gone = this.#entries.flatMap((entry) => (entry.kind === 'group-gone' ? [entry.name] : []));
    return [...new Set(names)].filter((name) => !gone.includes(name));
  }

  /** Whether anything was cleaned up: what was answered stays, but nothing can be gone on with. */
  get isOver(): boolean {
    return this.#entries.some(({ kind }) => kind === 'group-gone');
  }

  /** By experiment; the last counts. */
  get answers(): ReadonlyMap<string, Answer> {
    return new Map(
      this.#entries.flatMap((entry) =>
        entry.kind === 'answer' ? [[entry.experiment, entry.answer] as const] : [],
      ),
    );
  }

  /** Why experiments that have no answer have none. */
  get failures(): ReadonlyMap<string, string> {
    const { answers } = this;
    return new Map(
      this.#entries.flatMap((entry) =>
        entry.kind === 'failure' && !answers.has(entry.experiment)
          ? [[entry.experiment, entry.why] as const]
          : [],
      ),
    );
  }
}
