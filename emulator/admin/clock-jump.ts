import type { Clock } from '../clock';
import { ServiceFault } from '../fault';

const UNITS = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000 } as const;
const MAXIMUM_MS = 36_500 * UNITS.days;

/** A clock that can be moved on. */
interface JumpingClock extends Clock {
  jump(milliseconds: number): Promise<void> | void;
}

export function clockState(clock: Clock): { readonly now: string; readonly milliseconds: number } {
  const milliseconds = clock.now();
  return { now: new Date(milliseconds).toISOString(), milliseconds };
}

/**
 * Moves the clock on by what the body says, such as `{"days": 120}`; several units add up.
 *
 * @throws ServiceFault `BodyInvalid`, or 501 where the emulator runs on a clock that nobody can move
 */
export async function jumpClock(
  clock: Clock,
  body: Readonly<Record<string, unknown>>,
): Promise<ReturnType<typeof clockState>> {
  const units = Object.entries(body);
  const problems = units.flatMap(([unit, amount]) =>
    !Object.hasOwn(UNITS, unit)
      ? [`'${unit}' is not known; known are ${Object.keys(UNITS).join(', ')}`]
      : typeof amount === 'number' && amount >= 0
        ? []
        : [`${unit} must be a number, not below 0, got ${JSON.stringify(amount)}`],
  );
  if (units.length === 0) problems.push(`give one of ${Object.keys(UNITS).join(', ')}`);
  const total = units.reduce(
    (sum, [unit, amount]) => sum + Number(amount) * (UNITS[unit as keyof typeof UNITS] as number),
    0,
  );
  if (total > MAXIMUM_MS) problems.push('a jump goes over 36500 days at most');
  if (problems.length > 0) throw new ServiceFault(400, 'BodyInvalid', `${problems.join('; ')}.`);
  if (!canJump(clock)) {
    throw new ServiceFault(
      501,
      'NotImplemented',
      'This emulator runs on a clock that cannot be moved; it was given to startEmulator by whoever started it.',
    );
  }
  await clock.jump(Math.round(total));
  return clockState(clock);
}

function canJump(clock: Clock): clock is JumpingClock {
  return 'jump' in clock && typeof clock.jump === 'function';
}
