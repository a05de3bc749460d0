import { createColors } from 'picocolors';
import type { Progress } from '../verify';

interface Task {
  readonly title: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly startedAt: number;
  /** Set once it has ended. */
  readonly endedAt?: number;
  readonly message?: string;
}

/** What is going on in a run, from what was told of it. */
export class TaskList {
  private readonly tasks = new Map<string, Task>();
  /** What the run itself is busy with, beside its tasks. */
  private notice: string | undefined;

  /** @param now milliseconds since the epoch, as everywhere here */
  public take(event: Progress, now: number): void {
    if (event.kind === 'planned') {
      for (const { id, title } of event.probes)
        this.tasks.set(id, { title, state: 'waiting', startedAt: now });
      return;
    }
    if (event.probe === undefined) {
      this.notice = event.message;
      return;
    }
    const task = this.tasks.get(event.probe) ?? { title: event.probe, state: 'running', startedAt: now };
    this.tasks.set(event.probe, changed(task, event, now));
  }

  /** One line for each task. */
  public lines(now: number, color: boolean): readonly string[] {
    return [...this.tasks.values()].map((task) => lineOf(task, now, color)).concat(this.noticeLines());
  }

  /** The same in no more lines than there is room for: what runs and what failed go first, the rest is counted. */
  public linesWithin(room: number, now: number, color: boolean): readonly string[] {
    const all = this.lines(now, color);
    if (all.length <= room) return all;
    const shown = [...this.tasks.values()]
      .filter(({ state }) => state === 'running' || state === 'failed')
      .sort((one, other) => Number(other.state === 'running') - Number(one.state === 'running'))
      .slice(0, Math.max(0, room - 1 - this.noticeLines().length));
    const count = (state: Task['state']): number =>
      [...this.tasks.values()].filter((task) => task.state === state).length;
    const counts = (['waiting', 'running', 'done', 'failed'] as const).map(
      (state) => `${count(state)} ${state}`,
    );
    return [
      ...shown.map((task) => lineOf(task, now, color)),
      `  in all: ${counts.join(', ')}`,
      ...this.noticeLines(),
    ].slice(-room);
  }

  private noticeLines(): readonly string[] {
    return this.notice === undefined ? [] : [`  ${printable(this.notice)}`];
  }
}

function changed(task: Task, event: Exclude<Progress, { readonly kind: 'planned' }>, now: number): Task {
  switch (event.kind) {
    case 'started':
      return { ...task, state: 'running', startedAt: now };
    case 'message':
      return { ...task, message: event.message };
    case 'ended':
      return { ...task, state: event.state === 'had' ? 'done' : 'failed', endedAt: now };
  }
}

function lineOf({ title, state, startedAt, endedAt, message }: Task, now: number, color: boolean): string {
  const paint = createColors(color);
  const paints = { waiting: paint.dim, running: paint.cyan, done: paint.green, failed: paint.yellow };
  const time = state === 'waiting' ? '' : secondsBetween(startedAt, endedAt ?? now);
  const told = state === 'done' || message === undefined ? '' : `: ${printable(message)}`;
  return `  ${paints[state](state.padEnd(7))} ${time.padStart(6)}  ${printable(title)}${told}`;
}

export function secondsBetween(start: number, end: number): string {
  return `${Math.max(0, Math.floor((end - start) / 1000))} s`;
}

/** Messages name files and repeat what services say: nothing in them may steer a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
