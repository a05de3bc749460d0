import { TaskList } from '../../cli/task-list';
import type { Progress } from '../../verify';

const PLANNED: Progress = {
  kind: 'planned',
  probes: [
    { id: 'dicomweb.round-trip', title: 'the round trip' },
    { id: 'lake.health-file', title: 'the health file' },
    { id: 'lake.tier-census', title: 'the tiers' },
    { id: 'arm.blob-service', title: 'the blob service' },
  ],
};
const MESSAGE = { kind: 'message', probe: 'dicomweb.round-trip', message: 'file 1 of 2' } as const;
const EVENTS: readonly (readonly [at: number, event: Progress])[] = [
  [0, PLANNED],
  [1_000, { kind: 'started', probe: 'dicomweb.round-trip' }],
  [1_000, { kind: 'started', probe: 'lake.tier-census' }],
  [1_000, { kind: 'started', probe: 'arm.blob-service' }],
  [2_000, MESSAGE],
  [3_000, { kind: 'ended', probe: 'lake.tier-census', state: 'had' }],
  [4_000, { kind: 'message', probe: 'arm.blob-service', message: 'no rights' }],
  [4_000, { kind: 'ended', probe: 'arm.blob-service', state: 'failed' }],
];

function listAfter(events: readonly (readonly [number, Progress])[]): TaskList {
  const list = new TaskList();
  for (const [at, event] of events) list.take(event, at);
  return list;
}

describe('the task list', () => {
  test('has a line for each task: how it stands, how long it took so far, and what it said last', () => {
    expect(listAfter(EVENTS).lines(13_900, false)).toEqual([
      '  running   12 s  the round trip: file 1 of 2',
      '  waiting         the health file',
      '  done       2 s  the tiers',
      '  failed     3 s  the blob service: no rights',
    ]);
  });

  test('tells what the run itself is busy with', () => {
    const list = listAfter([...EVENTS, [9_000, { kind: 'message', message: 'deleting what was sent' }]]);
    expect(list.lines(9_000, false).at(-1)).toBe('  deleting what was sent');
  });

  test('keeps to the room there is: what runs goes first, then what failed, and all are counted', () => {
    const list = listAfter(EVENTS);
    expect(list.linesWithin(4, 13_900, false)).toHaveLength(4);
    expect(list.linesWithin(3, 13_900, false)).toEqual([
      '  running   12 s  the round trip: file 1 of 2',
      '  failed     3 s  the blob service: no rights',
      '  in all: 1 waiting, 1 running, 1 done, 1 failed',
    ]);
    expect(list.linesWithin(1, 13_900, false)).toEqual(['  in all: 1 waiting, 1 running, 1 done, 1 failed']);
  });

  test('lets nothing of a message steer the terminal', () => {
    const list = listAfter([...EVENTS, [9_000, { ...MESSAGE, message: 'a\u001b[2Jb\nc\u009bd' }]]);
    expect(list.lines(9_000, false)[0]).toBe('  running    8 s  the round trip: a [2Jb c d');
  });

  test('is the same with colours, but for the colours', () => {
    const list = listAfter(EVENTS);
    const colored = list.lines(13_900, true).join('\n');
    expect(colored).toContain('\u001b[32mdone');
    expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(list.lines(13_900, false).join('\n'));
  });
});
