import { type Clock, type Progress, SystemClock } from '../verify';
import type { CommandContext, Terminal } from './command-context';
import { printable, secondsBetween, TaskList } from './task-list';

/** Shows whoever waits what is going on. */
export interface ProgressDisplay {
  readonly tell: (event: Progress) => void;
  /** Nothing is drawn after this; what stands on the terminal stays. */
  end(): void;
}

/**
 * A task list that is drawn again and again where somebody watches, plain lines where a log is written, nothing where
 * it is to be quiet. All of it goes to standard error.
 */
export function showProgress(
  context: CommandContext,
  quiet: boolean,
  clock: Clock = new SystemClock(),
): ProgressDisplay {
  if (quiet) return { tell: () => undefined, end: () => undefined };
  const { terminal, environment } = context;
  const isLog = isSet(environment['CI']) || environment['TERM'] === 'dumb';
  const plain = new PlainLines(context.err, clock);
  return terminal === undefined || isLog ? plain : new LiveList(context, terminal, clock, plain);
}

/** As CI systems and what reads this variable do: anything but nothing, 0 and false. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}

/** Says the same thing once only: probes repeat themselves while they wait. */
class PlainLines implements ProgressDisplay {
  private readonly titles = new Map<string, string>();
  private readonly starts = new Map<string, number>();
  private readonly last = new Map<string, string>();

  public constructor(
    private readonly err: (text: string) => void,
    private readonly clock: Clock,
  ) {}

  public readonly tell = (event: Progress): void => {
    if (event.kind === 'planned') {
      for (const { id, title } of event.probes) this.titles.set(id, title);
      return;
    }
    const id = event.probe ?? '';
    const title = this.titles.get(id) ?? id;
    switch (event.kind) {
      case 'started':
        this.starts.set(id, this.clock.now());
        break;
      case 'message':
        this.say(id, event.probe === undefined ? event.message : `${title}: ${event.message}`);
        break;
      case 'ended': {
        const now = this.clock.now();
        const time = secondsBetween(this.starts.get(id) ?? now, now);
        this.say(id, `${event.state === 'had' ? 'done' : 'failed'}: ${title} (${time})`);
      }
    }
  };

  public end(): void {
    // Lines stand where they were written.
  }

  private say(id: string, text: string): void {
    const gist = text.replace(/\d+/g, '#');
    if (gist !== this.last.get(id)) this.err(`  ${printable(text)}\n`);
    this.last.set(id, gist);
  }
}

const TICK_MS = 1_000;

/**
 * Draws over what it drew before. The cursor is never hidden and every drawing ends with the terminal as it was before,
 * so that nothing has to be put back, however the process ends.
 *
 * @see https://www.ecma-international.org/publications-and-standards/standards/ecma-48/
 */
class LiveList implements ProgressDisplay {
  private readonly list = new TaskList();
  private readonly ended = new AbortController();
  private drawn: readonly string[] = [];

  public constructor(
    private readonly context: CommandContext,
    private readonly terminal: Terminal,
    private readonly clock: Clock,
    private readonly plain: PlainLines,
  ) {
    // Others write to the terminal once the run is interrupted: no more drawing over what they say.
    context.signal.addEventListener('abort', () => this.end(), { once: true });
    void this.tick();
  }

  public readonly tell = (event: Progress): void => {
    if (this.ended.signal.aborted) {
      if (event.kind === 'message' && event.probe === undefined) this.plain.tell(event);
      return;
    }
    this.list.take(event, this.clock.now());
    this.redraw();
  };

  public end(): void {
    if (this.ended.signal.aborted) return;
    this.ended.abort();
    this.draw(this.list.lines(this.clock.now(), this.terminal.color));
  }

  private async tick(): Promise<void> {
    try {
      for (;;) {
        await this.clock.sleep(TICK_MS, this.ended.signal);
        this.redraw();
      }
    } catch (error) {
      if (!this.ended.signal.aborted) throw error;
    }
  }

  private redraw(): void {
    const { rows, color } = this.terminal;
    this.draw(this.list.linesWithin(Math.max(1, rows - 1), this.clock.now(), color));
  }

  private draw(lines: readonly string[]): void {
    if (lines.length === this.drawn.length && lines.every((line, index) => line === this.drawn[index]))
      return;
    const back = this.drawn.length === 0 ? '' : `\r${ESCAPE}[${this.drawn.length}A${ESCAPE}[J`;
    this.drawn = lines;
    // Lines that are too long are cut by the terminal, which knows how wide its characters are, instead of wrapped.
    this.context.err(`${back}${ESCAPE}[?7l${lines.map((line) => `${line}\n`).join('')}${ESCAPE}[?7h`);
  }
}

const ESCAPE = '\u001b';
