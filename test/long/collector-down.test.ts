import { SystemClock } from '../../verify';
import { OpenTelemetry } from '../../verify/watch/open-telemetry/open-telemetry';
import { AUTHORIZATION, JSON_SETTINGS, startTelemetryBench, until } from '../support/telemetry-bench';
import { usedHeap } from '../support/used-heap';

jest.setTimeout(60_000);

const clock = new SystemClock();
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

describe('a collector that', () => {
  test.each([
    ['refuses', 401, 'HTTP 401'],
    ['is overloaded', 503, 'no answer in time'],
    ['hangs', 'hangs', 'no answer in time'],
  ] as const)('%s neither stops nor slows the runs, and is told of once', async (_what, manner, problem) => {
    await using setUp = await startTelemetryBench();
    const { receiver, telemetry, notices, watchRuns } = setUp;
    await watchRuns([() => undefined], { only: ['tiers'] });
    receiver.manner = manner;
    const [began, known] = [clock.now(), receiver.requests.length];
    const runs = await watchRuns(
      Array.from({ length: 20 }, () => () => undefined),
      { only: ['tiers'] },
    );
    expect(runs.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 20 }, () => 'pass'));
    const took = clock.now() - began;
    expect(took).toBeLessThan(5_000);
    // One of each signal is under way until its time is out, however many runs there are.
    if (manner === 'hangs') expect(receiver.requests.length - known).toBeLessThanOrEqual(4 + took / 125);
    await until(() => notices.length >= 2);
    expect([...notices].sort()).toEqual([
      `telemetry: metrics do not get through (${problem}); the checks go on without`,
      `telemetry: traces do not get through (${problem}); the checks go on without`,
    ]);
    expect(notices.join()).not.toContain(AUTHORIZATION);

    receiver.manner = 'takes';
    await watchRuns([() => undefined], { only: ['tiers'] });
    await until(() => notices.length >= 4);
    expect(notices.slice(2).sort()).toEqual([
      'telemetry: metrics get through again',
      'telemetry: traces get through again',
    ]);
    await telemetry.close();
  });

  test('hangs takes no memory with every run', async () => {
    await using setUp = await startTelemetryBench();
    const [run] = await setUp.watchRuns([() => undefined], { only: ['tiers'] });
    if (run === undefined) throw new Error('there was no run');
    setUp.receiver.manner = 'hangs';
    const heaps: number[] = [];
    for (let number = 1; number <= 5_000; number += 1) {
      setUp.telemetry.record({ ...run, number });
      if (number % 100 === 0) await clock.sleep(1);
      if (number % 1_000 === 0) heaps.push(usedHeap());
    }
    // What is under way comes and goes; what every run left behind would show in each thousand of them.
    const growths = heaps.slice(2).map((heap, index) => (heap - (heaps[index + 1] ?? 0)) / 1_000);
    expect(Math.min(...growths)).toBeLessThan(200);
  });

  test('hangs holds the end up for a few seconds at most', async () => {
    await using setUp = await startTelemetryBench();
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '7000';
    setUp.receiver.manner = 'hangs';
    const slow = new OpenTelemetry({
      settings: JSON_SETTINGS,
      version: '0.0.0',
      serviceUrl: 'https://dicom.example.org',
      notice: () => undefined,
    });
    slow.record({ number: 1, startedAt: 0, durationMs: 1, outcome: 'error', error: new Error('none') });
    const began = clock.now();
    await slow.close();
    expect(clock.now() - began).toBeLessThan(6_000);
  });
});
