import { deletedAtEveryLevel } from '../../../verify/checks/dicomweb/deleted-at-every-level';
import { duplicateRefused } from '../../../verify/checks/dicomweb/duplicate-refused';
import { framesByNumber } from '../../../verify/checks/dicomweb/frames-by-number';
import { mediaTypesNegotiated } from '../../../verify/checks/dicomweb/media-types-negotiated';
import { metadataCached } from '../../../verify/checks/dicomweb/metadata-cached';
import { metadataComplete } from '../../../verify/checks/dicomweb/metadata-complete';
import { multipartStored } from '../../../verify/checks/dicomweb/multipart-stored';
import { partialStoreReported } from '../../../verify/checks/dicomweb/partial-store-reported';
import { partitionsIsolated } from '../../../verify/checks/dicomweb/partitions-isolated';
import { rendered } from '../../../verify/checks/dicomweb/rendered';
import { searchMatches } from '../../../verify/checks/dicomweb/search-matches';
import { searchResultsAsAsked } from '../../../verify/checks/dicomweb/search-results-as-asked';
import { seriesAndStudyRetrieved } from '../../../verify/checks/dicomweb/series-and-study-retrieved';
import { singlePartStored } from '../../../verify/checks/dicomweb/single-part-stored';
import type {
  DicomWebContract,
  PartitionTrials,
  RetrievalTrials,
  SearchTrial,
  StoreTrials,
} from '../../../verify/evidence/dicomweb-trials';
import type { Check, EvidenceId, Verdict } from '../../../verify/model';
import {
  deletion,
  deletionTrials,
  isolationIn,
  notTried,
  otherPartition,
  REFUSED_AGAIN,
  retrievalTrials,
  searchTrials,
  storeAnswer,
  storeTrials,
  triedIn,
} from '../../support/dicomweb-trials';
import { done, refused, unreadable } from '../../support/verify-evidence';

const STORE = 'STOW-RS POST /studies';
const NOT_STORED = 'the instance was not stored';
const NA: Partial<Verdict> = { outcome: 'not-applicable' };

type Changes<T> = readonly [
  name: string,
  contract: DicomWebContract,
  changes: Partial<T>,
  verdict: Partial<Verdict>,
];

function judgeWith(check: Check, evidence: Partial<Record<EvidenceId, unknown>>): Verdict {
  return check.judge(evidence as Parameters<Check['judge']>[0]);
}

function finding(expected: string, actual: string): Partial<Verdict> {
  return { outcome: 'fail', findings: [expect.objectContaining({ expected, actual })] as never };
}

test.each([
  singlePartStored,
  multipartStored,
  duplicateRefused,
  partialStoreReported,
  searchMatches,
  searchResultsAsAsked,
  seriesAndStudyRetrieved,
  metadataComplete,
  metadataCached,
  framesByNumber,
  rendered,
  mediaTypesNegotiated,
  deletedAtEveryLevel,
])('$id does not apply where nothing could be stored to try it with', (check) => {
  const evidence = Object.fromEntries(
    [...check.needs].map((id) => [id, notTried('azure', NOT_STORED)]),
  ) as Partial<Record<EvidenceId, PartitionTrials<never>>>;
  expect(judgeWith(check, evidence)).toEqual({ outcome: 'not-applicable', reason: NOT_STORED });
});

describe('of stores', () => {
  const cases: readonly (readonly [Check, readonly Changes<StoreTrials>[]])[] = [
    [
      singlePartStored,
      [
        ['a stored one', 'azure', {}, { outcome: 'pass', detail: '1 request' }],
        [
          'a stored one with a warning',
          'azure',
          { singlePart: done(storeAnswer(['single'], { status: 202 })) },
          { outcome: 'pass' },
        ],
        [
          'one that is refused',
          'azure',
          { singlePart: refused(STORE, 415) },
          finding(`${STORE} succeeds`, '415'),
        ],
        ['one that is not offered elsewhere', 'standard', { singlePart: refused(STORE, 415) }, NA],
        [
          'one that is not there afterwards',
          'azure',
          { singlePart: done(storeAnswer(['single'], { kept: [] })) },
          finding('200, stored and there afterwards: single', '200, stored single, there afterwards: none'),
        ],
      ],
    ],
    [
      multipartStored,
      [
        ['both stored', 'azure', {}, { outcome: 'pass' }],
        [
          'both there, one of them named as failed',
          'azure',
          { multipart: done(storeAnswer(['second', 'third'], { failed: [{ instance: 'third' }] })) },
          { outcome: 'fail' },
        ],
        [
          'both there, one of them not named',
          'azure',
          { multipart: done(storeAnswer(['second', 'third'], { stored: ['second'] })) },
          { outcome: 'fail' },
        ],
        [
          'one of two',
          'standard',
          { multipart: done(storeAnswer(['second'])) },
          finding(
            '200, stored and there afterwards: second, third',
            '200, stored second, there afterwards: second',
          ),
        ],
      ],
    ],
    [
      duplicateRefused,
      [
        ['a refusal with 45070', 'azure', {}, { outcome: 'pass' }],
        [
          'another reason',
          'azure',
          { duplicate: done({ ...REFUSED_AGAIN, failed: [{ instance: 'first', reason: '272' }] }) },
          finding(
            '409 with FailureReason 45070, and the first one still there',
            '409, failed first (272), there afterwards: first',
          ),
        ],
        [
          'another reason elsewhere',
          'standard',
          { duplicate: done({ ...REFUSED_AGAIN, failed: [{ instance: 'first', reason: '272' }] }) },
          { outcome: 'pass' },
        ],
        [
          'one that is taken',
          'azure',
          { duplicate: done({ ...storeAnswer(['first']), replaced: true }) },
          { outcome: 'fail' },
        ],
        [
          'one that is refused and replaced',
          'azure',
          { duplicate: done({ ...REFUSED_AGAIN, replaced: true }) },
          { outcome: 'fail' },
        ],
        [
          'one that is taken elsewhere',
          'standard',
          { duplicate: done({ ...storeAnswer(['first']), replaced: false }) },
          {
            outcome: 'not-applicable',
            reason:
              'the server takes an instance again and keeps the first one; the standard leaves that to it',
          },
        ],
      ],
    ],
    [
      partialStoreReported,
      [
        ['a good and a broken one', 'azure', {}, { outcome: 'pass' }],
        ['a good one only', 'standard', { partial: done(storeAnswer(['good'])) }, { outcome: 'fail' }],
        [
          'the right names with 200',
          'azure',
          { partial: done(storeAnswer(['good'], { failed: [{ instance: 'broken' }] })) },
          { outcome: 'fail' },
        ],
        [
          'nothing but failures',
          'azure',
          {
            partial: done({
              status: 409,
              stored: [],
              failed: [{ instance: 'good' }, { instance: 'broken' }],
              kept: [],
            }),
          },
          finding(
            '202, stored good, failed broken, there afterwards: good',
            '409, failed good, broken, there afterwards: none',
          ),
        ],
        [
          'a broken one that was stored',
          'azure',
          { partial: done(storeAnswer(['good', 'broken'])) },
          { outcome: 'fail' },
        ],
      ],
    ],
  ];
  test.each(cases.flatMap(([check, rows]) => rows.map((row) => [check.id, ...row, check] as const)))(
    '%s judges %s (%s)',
    (_id, _name, contract, changes, verdict, check) => {
      const evidence = { 'dicomweb.store-answers': triedIn(contract, storeTrials(changes)) };
      expect(judgeWith(check, evidence)).toMatchObject(verdict);
    },
  );
});

describe('of searches', () => {
  const rows: readonly (readonly [string, Partial<SearchTrial>, Partial<Verdict>])[] = [
    ['what it has to', {}, { outcome: 'pass', detail: '2 searches' }],
    [
      'what it has to, and more of others',
      { answer: done({ found: ['one'], others: 1, missing: [] }) },
      finding('one', 'one, 1 more'),
    ],
    ['too little', { answer: done({ found: [], others: 0, missing: [] }) }, finding('one', 'none')],
    [
      'something else as well',
      { answer: done({ found: ['one', 'two'], others: 3, missing: [] }) },
      finding('one', 'one, two, 3 more'),
    ],
    [
      'one thing twice',
      { answer: done({ found: ['one', 'one'], others: 0, missing: [] }) },
      finding('one', 'one, one'),
    ],
    [
      'results without an attribute',
      { answer: done({ found: ['one'], others: 0, missing: ['00080030'] }) },
      finding('every attribute that was asked for', 'without 00080030'),
    ],
    [
      'a refusal',
      { answer: refused('QIDO-RS GET /studies', 400) },
      finding('QIDO-RS GET /studies succeeds', '400'),
    ],
    ['nonsense', { answer: unreadable('QIDO-RS GET /studies', 'it is no JSON') }, { outcome: 'fail' }],
    [
      'the refusal it has to',
      { expected: 400, answer: refused('QIDO-RS GET /studies', 400) },
      { outcome: 'pass' },
    ],
    ['another refusal', { expected: 400, answer: refused('QIDO-RS GET /studies', 500) }, { outcome: 'fail' }],
    [
      'results where it has to refuse',
      { expected: 400 },
      finding('it is refused with 400', 'it was answered'),
    ],
  ];
  test.each(rows)('search-matches judges a search that finds %s', (_name, changes, verdict) => {
    const evidence = { 'dicomweb.search-matching': triedIn('azure', searchTrials([changes])) };
    expect(judgeWith(searchMatches, evidence)).toMatchObject(verdict);
  });

  test('each check sees what it is about, and says at which level and in which partition', () => {
    const wrong = done({ found: [], others: 0, missing: [] });
    const trials = triedIn('azure', searchTrials([{ about: 'results', level: 'series', answer: wrong }]));
    const evidence = {
      'dicomweb.search-matching': {
        ...trials,
        partitions: trials.partitions.map((one) => ({ ...one, place: ' in ward-7' })),
      },
    };
    expect(judgeWith(searchMatches, evidence).outcome).toBe('pass');
    expect(judgeWith(searchResultsAsAsked, evidence)).toMatchObject({
      outcome: 'fail',
      findings: [{ subject: 'series level in ward-7: PatientID' }],
    });
  });
});

describe('of retrieves', () => {
  const short = done({ expected: 3, equal: 2, others: 1 });
  const cases: readonly (readonly [Check, readonly Changes<RetrievalTrials>[]])[] = [
    [
      seriesAndStudyRetrieved,
      [
        ['all files', 'azure', {}, { outcome: 'pass' }],
        [
          'some files',
          'standard',
          { files: [{ what: 'the study', answer: short }] },
          finding('3 equal files', '2 of them, and 1 more'),
        ],
      ],
    ],
    [
      seriesAndStudyRetrieved,
      [
        [
          'too few files',
          'azure',
          { files: [{ what: 'a', answer: done({ expected: 3, equal: 2, others: 0 }) }] },
          finding('3 equal files', '2 of them'),
        ],
        [
          'too many files',
          'azure',
          { files: [{ what: 'a', answer: done({ expected: 3, equal: 3, others: 1 }) }] },
          finding('3 equal files', '3 of them, and 1 more'),
        ],
      ],
    ],
    [
      metadataComplete,
      [
        ['all data sets', 'azure', {}, { outcome: 'pass' }],
        [
          'some data sets',
          'azure',
          { metadata: [{ what: 'the study', answer: short }] },
          { outcome: 'fail' },
        ],
      ],
    ],
    [
      metadataCached,
      [
        ['304, then 200', 'azure', {}, { outcome: 'pass', detail: '2 requests' }],
        [
          'no ETag',
          'azure',
          { caching: [{ what: 'the study', answer: done({ hasEtag: false }) }] },
          finding('an ETag, and 304 to whoever has it', 'no ETag'),
        ],
        [
          'no ETag elsewhere',
          'standard',
          {
            caching: [{ what: 'the study', answer: done({ hasEtag: false }) }],
            changed: { state: 'skipped', reason: 'no ETag' },
          },
          NA,
        ],
        [
          '304 after a change',
          'standard',
          { changed: done({ repeated: 304, instances: 0, expected: 4 }) },
          finding('200 with 4 instances', '304'),
        ],
        [
          '200 with what was there before',
          'azure',
          { changed: done({ repeated: 200, instances: 3, expected: 4 }) },
          finding('200 with 4 instances', '200 with 3 instances'),
        ],
        [
          '200 without a change',
          'azure',
          { caching: [{ what: 'the study', answer: done({ hasEtag: true, repeated: 200 }) }] },
          { outcome: 'fail' },
        ],
      ],
    ],
    [
      framesByNumber,
      [
        ['the right ones', 'azure', {}, { outcome: 'pass' }],
        ['others', 'azure', { frames: [{ what: 'all frames', answer: short }] }, { outcome: 'fail' }],
        [
          '200 for one that there is not',
          'azure',
          { absentFrame: done({ status: 200 }) },
          finding('404', '200'),
        ],
        [
          '400 for one that there is not',
          'azure',
          { absentFrame: done({ status: 400 }) },
          finding('404', '400'),
        ],
        [
          '400 for one that there is not, elsewhere',
          'standard',
          { absentFrame: done({ status: 400 }) },
          { outcome: 'pass' },
        ],
      ],
    ],
    [
      rendered,
      [
        ['a whole image', 'azure', {}, { outcome: 'pass' }],
        [
          'an image that was cut short',
          'azure',
          {
            rendered: [
              { mediaType: 'image/png', answer: done({ mediaType: 'image/png', problem: 'it is cut' }) },
            ],
          },
          finding('a whole image of the size of the instance, as image/png', 'it is cut'),
        ],
        [
          'another media type',
          'azure',
          { rendered: [{ mediaType: 'image/png', answer: done({ mediaType: 'text/html' }) }] },
          { outcome: 'fail' },
        ],
        [
          'a refusal as not acceptable',
          'azure',
          { rendered: [{ mediaType: 'image/png', answer: refused('r', 406) }] },
          NA,
        ],
        [
          'a failure',
          'standard',
          { rendered: [{ mediaType: 'image/png', answer: refused('r', 500) }] },
          { outcome: 'fail' },
        ],
      ],
    ],
    [
      mediaTypesNegotiated,
      [
        ['406 and 415', 'azure', {}, { outcome: 'pass' }],
        ['200', 'azure', { unacceptable: done({ status: 200 }) }, finding('406', '200')],
        ['400 elsewhere', 'standard', { unacceptable: done({ status: 400 }) }, { outcome: 'warn' }],
      ],
    ],
  ];
  test.each(cases.flatMap(([check, rows]) => rows.map((row) => [check.id, ...row, check] as const)))(
    '%s judges %s (%s)',
    (_id, _name, contract, changes, verdict, check) => {
      const evidence = {
        'dicomweb.store-answers': triedIn(contract, storeTrials()),
        'dicomweb.retrieval': triedIn(contract, retrievalTrials(changes)),
      };
      expect(judgeWith(check, evidence)).toMatchObject(verdict);
    },
  );
});

describe('dicomweb/deleted-at-every-level', () => {
  test.each([
    ['what is gone', 'azure', deletion(), { outcome: 'pass' }],
    ['what is still retrieved', 'azure', deletion({ retrieveStatus: 200 }), { outcome: 'fail' }],
    ['what is still found', 'standard', deletion({ found: 1 }), { outcome: 'fail' }],
    [
      'what took something else with it',
      'standard',
      deletion({ lost: ['third'] }),
      finding(
        '404 on retrieve, nothing by search, everything else still there, 404 to a second deletion',
        '404 on retrieve, 0 by search, and gone as well: third, 404 to a second deletion',
      ),
    ],
    ['204 to a second deletion', 'azure', deletion({ againStatus: 204 }), { outcome: 'fail' }],
    ['204 to a second deletion elsewhere', 'standard', deletion({ againStatus: 204 }), { outcome: 'pass' }],
    ['a refusal', 'azure', { level: 'study', answer: refused('DELETE study', 405) }, { outcome: 'fail' }],
    ['a server without deletion', 'standard', { level: 'study', answer: refused('DELETE study', 405) }, NA],
  ] as const)('judges %s (%s)', (_name, contract, one, verdict) => {
    const evidence = { 'dicomweb.deletion': triedIn(contract, deletionTrials([one])) };
    expect(judgeWith(deletedAtEveryLevel, evidence)).toMatchObject(verdict);
  });
});

describe('dicomweb/partitions-isolated', () => {
  test.each([
    ['partitions that show nothing', otherPartition(), { outcome: 'pass', detail: '2 partitions' }],
    [
      'a partition that does not exist yet',
      otherPartition({ before: done({ status: 400, found: 0 }) }),
      { outcome: 'pass' },
    ],
    [
      'an instance that another one shows',
      otherPartition({ before: done({ status: 200, found: 1 }) }),
      finding('nothing of an instance in ward-1', '200 on retrieve, 1 by search'),
    ],
    [
      'an instance that another one finds only',
      otherPartition({ before: done({ status: 404, found: 1 }) }),
      { outcome: 'fail' },
    ],
    [
      'UIDs that are taken',
      otherPartition({ store: refused(STORE, 409, '45070') }),
      finding('the UIDs of an instance in ward-1 can be stored', '409 45070'),
    ],
    [
      'a store that the lake refuses',
      otherPartition({ store: refused(STORE, 424, 'ContainerNotFound') }),
      { outcome: 'pass' },
    ],
    ['an instance of the other one', otherPartition({ holds: done('another') }), { outcome: 'fail' }],
    ['an instance that the index lost', otherPartition({ holds: done('nothing') }), { outcome: 'pass' }],
    ['a deletion in both', otherPartition({ kept: done(false) }), { outcome: 'fail' }],
  ] as const)('judges %s', (_name, other, verdict) => {
    const evidence = { 'dicomweb.partition-isolation': isolationIn([other]) };
    expect(judgeWith(partitionsIsolated, evidence)).toMatchObject(verdict);
  });

  test('does not apply to one partition', () => {
    const reason = 'there is one partition only';
    const evidence = {
      'dicomweb.partition-isolation': { partitions: 1, trials: { state: 'skipped', reason } },
    };
    expect(judgeWith(partitionsIsolated, evidence)).toEqual({ outcome: 'not-applicable', reason });
  });
});
