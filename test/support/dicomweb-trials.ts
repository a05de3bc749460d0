import type {
  DeletionTrials,
  DicomWebContract,
  PartitionIsolation,
  PartitionTrials,
  RetrievalTrials,
  SearchTrial,
  SearchTrials,
  StoreAnswer,
  StoreTrials,
} from '../../verify/evidence/dicomweb-trials';
import type { Step } from '../../verify/evidence/step';

function done<T>(value: T): Step<T> {
  return { state: 'done', value };
}

/** Trials in the only partition there is. */
export function triedIn<T>(contract: DicomWebContract, trials: T): PartitionTrials<T> {
  return { contract, partitions: [{ place: '', trials: done(trials) }] };
}

/** Where nothing could be stored to try it with. */
export function notTried<T>(contract: DicomWebContract, reason: string): PartitionTrials<T> {
  return { contract, partitions: [{ place: '', trials: { state: 'skipped', reason } }] };
}

/** The answer to a store of everything that is named, but for the changes. */
export function storeAnswer(names: readonly string[], changes: Partial<StoreAnswer> = {}): StoreAnswer {
  return { status: 200, stored: names, failed: [], kept: names, ...changes };
}

export const REFUSED_AGAIN = {
  status: 409,
  stored: [],
  failed: [{ instance: 'first', reason: '45070' }],
  kept: ['first'],
  replaced: false,
};

/** What a healthy service makes of stores, but for the changes. */
export function storeTrials(changes: Partial<StoreTrials> = {}): StoreTrials {
  return {
    singlePart: done(storeAnswer(['single'])),
    multipart: done(storeAnswer(['second', 'third'])),
    duplicate: done(REFUSED_AGAIN),
    partial: done(storeAnswer(['good'], { status: 202, failed: [{ instance: 'broken', reason: '43264' }] })),
    wrongMediaType: done({ status: 415 }),
    ...changes,
  };
}

/** A search that finds what it has to, but for the changes. */
function searchTrial(changes: Partial<SearchTrial> = {}): SearchTrial {
  return {
    level: 'study',
    rule: 'PatientID',
    about: 'matching',
    expected: ['one'],
    answer: done({ found: ['one'], others: 0, missing: [] }),
    ...changes,
  };
}

export function searchTrials(changed: readonly Partial<SearchTrial>[] = []): SearchTrials {
  const usual = [{}, { about: 'results', rule: 'includefield by tag' } as const];
  return { searches: [...usual, ...changed].map(searchTrial) };
}

/** What a healthy service gives back, but for the changes. */
export function retrievalTrials(changes: Partial<RetrievalTrials> = {}): RetrievalTrials {
  const all = (expected: number): Step<{ expected: number; equal: number; others: number }> =>
    done({ expected, equal: expected, others: 0 });
  return {
    files: [{ what: 'the study', answer: all(3) }],
    metadata: [{ what: 'the study', answer: all(3) }],
    caching: [{ what: 'the study', answer: done({ hasEtag: true, repeated: 304 }) }],
    changed: done({ repeated: 200, instances: 4, expected: 4 }),
    frames: [{ what: 'all frames', answer: all(2) }],
    absentFrame: done({ status: 404 }),
    rendered: [{ mediaType: 'image/png', answer: done({ mediaType: 'image/png' }) }],
    unacceptable: done({ status: 406 }),
    ...changes,
  };
}

/** A deletion that deletes what it should, but for the changes. */
export function deletion(
  changes: { retrieveStatus?: number; found?: number; lost?: readonly string[]; againStatus?: number } = {},
): DeletionTrials['deletions'][number] {
  return {
    level: 'series',
    answer: done({ retrieveStatus: 404, found: 0, lost: [], againStatus: 404, ...changes }),
  };
}

export function deletionTrials(deletions: DeletionTrials['deletions'] = [deletion()]): DeletionTrials {
  return { deletions };
}

export type OtherPartition = Extract<
  PartitionIsolation['trials'],
  { state: 'done' }
>['value']['others'][number];

/** A partition that shows nothing of the first one, but for the changes. */
export function otherPartition(changes: Partial<OtherPartition> = {}): OtherPartition {
  return {
    partition: 'ward-2',
    before: done({ status: 404, found: 0 }),
    store: done({}),
    holds: done('its own'),
    kept: done(true),
    ...changes,
  };
}

export function isolationIn(others: readonly OtherPartition[]): PartitionIsolation {
  return { partitions: others.length + 1, trials: done({ first: 'ward-1', others }) };
}
