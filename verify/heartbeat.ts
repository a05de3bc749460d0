import { SystemClock } from './clock';
import type { Journal } from './sample/journal';
import { HEARTBEAT_MS } from './sample/run-owner';

/** The clock of the machine, which also tells the times of files; the clock of a run may be another. */
const MACHINE = new SystemClock();

export function machineTime(): number {
  return MACHINE.now();
}

/** Lets a journal tell other runs that this one lives, until it is stopped. */
export function startHeartbeat(journal: Journal): { readonly stop: () => void } {
  const end = new AbortController();
  const beatOnAndOn = async (): Promise<never> => {
    for (;;) {
      await MACHINE.sleep(HEARTBEAT_MS, end.signal);
      journal.beat(MACHINE.now());
    }
  };
  beatOnAndOn().catch(() => undefined);
  return { stop: () => end.abort() };
}
