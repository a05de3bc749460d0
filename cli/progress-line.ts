import { SystemClock, type Clock } from '../verify';
import type { CommandContext } from './command-context';

/** Between two lines of a log. */
const LOG_PERIOD_MS = 10_000;

/**
 * Says how far one long piece of work is: on a line that is written over where somebody watches, as a line every ten
 * seconds where a log is kept. On standard error.
 */
export class ProgressLine {
  private lastAt = -Infinity;
  private isDrawn = false;

  public constructor(
    private readonly context: CommandContext,
    private readonly quiet: boolean,
    private readonly clock: Clock = new SystemClock(),
  ) {}

  public readonly tell = (message: string): void => {
    if (this.quiet) return;
    if (this.context.terminal !== undefined && this.context.environment['TERM'] !== 'dumb') {
      this.isDrawn = true;
      this.context.err(`\r${ESCAPE}[K${message}`);
      return;
    }
    if (this.clock.now() - this.lastAt < LOG_PERIOD_MS) return;
    this.lastAt = this.clock.now();
    this.context.err(`  ${message}\n`);
  };

  /** Takes the line away. */
  public end(): void {
    if (this.isDrawn) this.context.err(`\r${ESCAPE}[K`);
    this.isDrawn = false;
  }
}

const ESCAPE = '\u001b';
