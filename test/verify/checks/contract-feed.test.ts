import { changeFeedInOrder } from '../../../verify/checks/contract/change-feed-in-order';
import type { Verdict } from '../../../verify/model';
import type { ChangeFeedStory, ToldChange } from '../../../verify/evidence/change-feed';
import { done, refused } from '../../support/verify-evidence';

type Moment = ChangeFeedStory['instances'][number]['moments'][number];

const START = Date.UTC(2026, 0, 31);

/** Entries like `create current`, one a second, with ascending sequences. */
function told(...entries: readonly string[]): readonly ToldChange[] {
  return entries.map((entry, at) => {
    const [action = '', state = ''] = entry.split(' ');
    return { sequence: 7 + at, action, state, timestamp: new Date(START + at * 1000).toISOString() };
  });
}

function moment(after: Moment['after'], entries: readonly ToldChange[], latestSequence = 99): Moment {
  return { after, feed: done({ entries, latestSequence }) };
}

function judge(moments: readonly Moment[], partition = 'Microsoft.Default'): Verdict {
  const instances = [{ label: 'synthetic', partition, moments }];
  return changeFeedInOrder.judge({ 'contract.change-feed': { instances } });
}

function findingOf(moments: readonly Moment[], partition?: string): readonly string[] {
  const verdict = judge(moments, partition);
  if (verdict.outcome !== 'fail') return [verdict.outcome];
  return (verdict.findings ?? []).map(({ expected, actual }) => `${expected} | ${actual}`);
}

const STORY: readonly Moment[] = [
  moment('store', told('create current')),
  moment('deletion', told('create deleted', 'delete deleted')),
  moment('second store', told('create replaced', 'delete replaced', 'create current')),
  moment('second deletion', told('create deleted', 'delete deleted', 'create deleted', 'delete deleted')),
];

test('passes the documented story', () => {
  expect(judge(STORY)).toEqual({ outcome: 'pass', detail: 'read 4 times' });
});

test('does not mind updates of the service, nor a deletion that a new life does not replace', () => {
  expect(findingOf([moment('store', told('create current', 'update current'))])).toEqual(['pass']);
  expect(
    findingOf([moment('second store', told('create replaced', 'delete deleted', 'create current'))]),
  ).toEqual(['pass']);
});

test('does not apply where nothing was stored', () => {
  expect(judge([])).toEqual({ outcome: 'not-applicable', reason: 'the instance was not stored' });
});

test.each<readonly [name: string, moment: Moment, finding: string]>([
  ['no entry', moment('store', []), 'create (current) | no entry'],
  [
    'an entry of a deletion that is missing',
    moment('deletion', told('create deleted')),
    'create (deleted), delete (deleted) | create (deleted)',
  ],
  [
    'an entry that still counts as current',
    moment('deletion', told('create current', 'delete deleted')),
    'create (deleted), delete (deleted) | create (current), delete (deleted)',
  ],
  [
    'a first life that is current beside the second',
    moment('second store', told('create current', 'delete deleted', 'create current')),
    'create (replaced), delete (deleted or replaced), create (current) | create (current), delete (deleted), create (current)',
  ],
  [
    'sequences that stand still',
    moment(
      'deletion',
      told('create deleted', 'delete deleted').map((entry) => ({ ...entry, sequence: 7 })),
    ),
    'ascending sequences | 7, 7',
  ],
  [
    'a sequence that is no number',
    moment(
      'store',
      told('create current').map((entry) => ({ ...entry, sequence: NaN })),
    ),
    'ascending sequences | NaN',
  ],
  [
    'times that go back',
    moment(
      'deletion',
      told('create deleted', 'delete deleted').map((entry, at) => ({
        ...entry,
        timestamp: `2026-01-0${2 - at}T00:00:00Z`,
      })),
    ),
    'ascending times | 2026-01-02T00:00:00Z, 2026-01-01T00:00:00Z',
  ],
  [
    'another partition',
    moment(
      'store',
      told('create current').map((entry) => ({ ...entry, partition: 'ward-7' })),
    ),
    'partition Microsoft.Default | ward-7',
  ],
  [
    'a newest entry that is older',
    moment('store', told('create current'), 6),
    '/changefeed/latest tells of 7 or later | 6',
  ],
  [
    'no newest entry',
    { after: 'store', feed: done({ entries: told('create current') }) },
    '/changefeed/latest tells of 7 or later | nothing',
  ],
  ['a refusal', { after: 'store', feed: refused('GET /changefeed', 500) }, 'GET /changefeed succeeds | 500'],
])('fails for %s', (_name, one, finding) => {
  expect(findingOf([one])).toContain(finding);
});

test('entries that name no partition are of the default one', () => {
  expect(findingOf([moment('store', told('create current'))], 'ward-7')).toEqual(['partition ward-7 | none']);
});
