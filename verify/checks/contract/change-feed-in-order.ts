import { DEFAULT_PARTITION } from '../../../contract';
import { defineCheck, type Finding, type Verdict } from '../../model';
import type { ChangeFeedStory, ToldChange } from '../../evidence/change-feed';
import { complaintOf } from '../dicomweb/reading';

type Instance = ChangeFeedStory['instances'][number];
type Moment = Instance['moments'][number];

/** What the entries of an instance say after each thing that was done to it, oldest first. */
const EXPECTED: Readonly<Record<Moment['after'], readonly (readonly [action: string, states: string[]])[]>> =
  {
    store: [['create', ['current']]],
    deletion: [
      ['create', ['deleted']],
      ['delete', ['deleted']],
    ],
    'second store': [
      ['create', ['replaced']],
      // Whether a new life replaces a deletion is not documented.
      ['delete', ['deleted', 'replaced']],
      ['create', ['current']],
    ],
    'second deletion': [
      ['create', ['deleted', 'replaced']],
      ['delete', ['deleted', 'replaced']],
      ['create', ['deleted']],
      ['delete', ['deleted']],
    ],
  };

export const changeFeedInOrder = defineCheck({
  id: 'contract/change-feed-in-order',
  title: 'the change feed tells what becomes of an image, in order',
  failureTitle: 'the change feed does not tell what becomes of an image, or not in order',
  why: 'whoever follows the feed misses images, or keeps those of deleted patients, where it is out of order',
  severity: 'major',
  target: 'deployment',
  needs: ['contract.change-feed'],
  judge: ({ 'contract.change-feed': { instances } }): Verdict => {
    if (instances.every(({ moments }) => moments.length === 0))
      return { outcome: 'not-applicable', reason: 'the instance was not stored' };
    const findings = instances.flatMap((instance) =>
      instance.moments.flatMap((moment) => findingsOf(instance, moment)),
    );
    if (findings.length === 0) {
      const told = instances.flatMap(({ moments }) => moments).length;
      return { outcome: 'pass', detail: `read ${told} times` };
    }
    return {
      outcome: 'fail',
      reason: 'the entries of an instance are not those of what was done to it',
      remedy:
        'whoever follows the feed reads it again from before the gap; if it stays so, open a support request',
      findings,
    };
  },
});

function findingsOf({ label, partition }: Instance, { after, feed }: Moment): readonly Finding[] {
  const subject = `${label} after its ${after}`;
  if (feed.state === 'skipped') return [];
  if (feed.state !== 'done') return [complaintOf({ label: subject }, feed).finding];
  const { entries, latestSequence } = feed.value;
  const wanted = EXPECTED[after];
  // The service may update an instance of its own accord.
  const told = entries.filter(({ action }) => action !== 'update');
  const isTold =
    told.length === wanted.length &&
    wanted.every(([action, states], at) => told[at]?.action === action && states.includes(told[at].state));
  const newest = Math.max(...entries.map(({ sequence }) => sequence));
  return [
    ...(isTold ? [] : [{ subject, expected: inWords(wanted), actual: inWords(told.map(wordsOf)) }]),
    ...(isAscending(
      entries.map(({ sequence }) => sequence),
      true,
    )
      ? []
      : [{ subject, expected: 'ascending sequences', actual: listed(entries, ({ sequence }) => sequence) }]),
    ...(isAscending(
      entries.map(({ timestamp }) => Date.parse(timestamp)),
      false,
    )
      ? []
      : [{ subject, expected: 'ascending times', actual: listed(entries, ({ timestamp }) => timestamp) }]),
    ...entries
      .filter((entry) => (entry.partition ?? DEFAULT_PARTITION) !== partition)
      .map((entry) => ({ subject, expected: `partition ${partition}`, actual: entry.partition ?? 'none' })),
    ...(entries.length === 0 || (latestSequence !== undefined && latestSequence >= newest)
      ? []
      : [
          {
            subject,
            expected: `/changefeed/latest tells of ${newest} or later`,
            actual: latestSequence === undefined ? 'nothing' : String(latestSequence),
          },
        ]),
  ];
}

/** A number that cannot be read is in no order. */
function isAscending(numbers: readonly number[], strictly: boolean): boolean {
  return numbers.every((number, at) => {
    const before = numbers[at - 1];
    if (Number.isNaN(number)) return false;
    return before === undefined || (strictly ? number > before : number >= before);
  });
}

function wordsOf({ action, state }: ToldChange): readonly [string, readonly string[]] {
  return [action, [state]];
}

function inWords(entries: readonly (readonly [string, readonly string[]])[]): string {
  return entries.map(([action, states]) => `${action} (${states.join(' or ')})`).join(', ') || 'no entry';
}

function listed(entries: readonly ToldChange[], read: (entry: ToldChange) => string | number): string {
  return entries.map(read).join(', ');
}
