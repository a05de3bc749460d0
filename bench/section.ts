/** What a number counts. Of milliseconds and megabytes less is better, of the others more. */
export type Unit = 'ms' | 'ms/stack' | 'MB' | 'ops/s' | 'requests';

/** One way of doing something, measured side by side with the others of its table. */
export interface Row {
  readonly name: string;
  readonly unit: Unit;
  /** One number a round, in the order of the rounds. */
  readonly runs: readonly number[];
  /** Name of the row of the same table that the ratio is to, round by round. @default - there is no ratio */
  readonly base?: string;
}

export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** A drawing of what a section measured, kept beside the page. */
export interface Picture {
  /** Name of the file in docs/images. */
  readonly file: string;
  /** What is to be seen, for those who cannot. */
  readonly alt: string;
  readonly svg: string;
}

/** What a section measured: data, which the printers turn into text. */
export interface SectionResult {
  readonly tables: readonly Table[];
  /** @default - none */
  readonly pictures?: readonly Picture[];
  /** How it was measured, what the goal is, and why the project is behind where it is. */
  readonly notes: readonly string[];
  /** Versions of what it was measured beside, by name. */
  readonly peers: Readonly<Record<string, string>>;
}

/** A section that cannot be measured on this machine. */
export interface Skipped {
  readonly skipped: string;
}

export interface SectionOptions {
  /** How often everything is run, not counting the first time, which warms up. */
  readonly rounds: number;
  /** Told what is going on. */
  readonly progress: (message: string) => void;
}

/** Something to measure: `npm run bench -- {name}`. */
export interface Section {
  /** Lower-case words with hyphens. */
  readonly name: string;
  readonly title: string;
  /** The one that measures this section and nothing else. */
  readonly command: string;
  run(options: SectionOptions): Promise<SectionResult | Skipped>;
}
