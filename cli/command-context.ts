import type { RunIdentity } from '../verify';

/** What a command may know of the process it runs in. */
export interface CommandContext {
  /** Writes to standard output: results, and nothing but results. */
  readonly out: (text: string) => void;
  /** Writes to standard error: progress and problems. */
  readonly err: (text: string) => void;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The Node executable, for commands that run others. */
  readonly nodePath: string;
  /** Such as `20.9.0`. */
  readonly nodeVersion: string;
  /** Whether standard output and standard error take colours. */
  readonly color: boolean;
  /** What standard error is; undefined where that is a file or a pipe. */
  readonly terminal?: Terminal;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** The process of this command, for others to see whether it is alive. */
  readonly identity: RunIdentity;
}

/** A terminal that somebody may be looking at. */
export interface Terminal {
  /** Lines that are seen at once, as of now. */
  readonly rows: number;
  readonly color: boolean;
}

/** What a command ends with; the process exits with it. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** The command was used wrongly or its input cannot be read: exit code 2, all problems listed. */
export class UsageError extends Error {
  public override readonly name = 'UsageError';

  public constructor(
    message: string,
    public readonly problems: readonly string[] = [],
  ) {
    super(message);
  }
}
