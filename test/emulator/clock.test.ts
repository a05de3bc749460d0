import { ShiftedClock } from '../../emulator';
import { temporaryFolder } from '../support/cli';
import { startTestEmulator } from '../support/emulator';

const START = Date.UTC(2026, 0, 1);

function clockAt(shifts: number[] = []): ShiftedClock {
  return new ShiftedClock(0, (shift) => shifts.push(shift), { now: () => START });
}

test('a jump makes it the later time at once; what fell due happens once each, in order, one after the other', async () => {
  const clock = clockAt();
  const happened: string[] = [];
  const note = (name: string) => async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    happened.push(`${name} at ${clock.now() - START}`);
  };
  clock.after(20, note('second'));
  clock.after(10, note('first'));
  clock.after(101, note('later'));
  const cancel = clock.after(15, note('cancelled'));
  cancel();
  await clock.jump(100);
  expect(happened).toEqual(['first at 100', 'second at 100']);
  await clock.jump(1);
  expect(happened).toEqual(['first at 100', 'second at 100', 'later at 101']);
});

test('what comes again and again happens once in a jump, not for every time it was due', async () => {
  const clock = clockAt();
  let count = 0;
  const again = (): void => {
    count += 1;
    clock.after(10, again);
  };
  clock.after(10, again);
  await clock.jump(1_000_000);
  expect(count).toBe(1);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('a jump by %d is refused', async (milliseconds) => {
  const shifts: number[] = [];
  await expect(clockAt(shifts).jump(milliseconds)).rejects.toThrow(RangeError);
  expect(shifts).toEqual([]);
});

test('an emulator with a state folder goes on from the time that its clock was moved to', async () => {
  using folder = temporaryFolder();
  const jump = async (
    emulator: Awaited<ReturnType<typeof startTestEmulator>>,
    hours: number,
  ): Promise<number> => {
    const { endpoint, token } = emulator.ready.admin;
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const answer = await fetch(`${endpoint}/clock/jump`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ hours }),
    });
    return ((await answer.json()) as { readonly milliseconds: number }).milliseconds;
  };
  const before = await startTestEmulator({ stateFolder: folder.path });
  const moved = await jump(before, 24 * 120);
  await before.close();
  await using after = await startTestEmulator({ stateFolder: folder.path });
  const later = await jump(after, 0);
  expect(later).toBeGreaterThanOrEqual(moved);
  expect(later - moved).toBeLessThan(3_600_000);
});
