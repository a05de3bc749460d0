import { type DicomJson, firstText } from '../clients/dicom-json';
import type { SearchTrial, SearchTrials } from '../evidence/dicomweb-trials';
import type { Step } from '../evidence/step';
import type { Probe } from '../probe';
import { type SearchSamples, searchSamples } from '../sample/search-samples';
import type { DicomWebLane } from './dicomweb-lane';
import { withOwnStudy } from './own-study';
import { allOf, inEachPartition, type PartitionTrial, storeFirst } from './partition-trials';
import { type SearchRule, searchRules } from './search-rules';
import { step } from './step';

/** Searches for two studies of its own by every documented rule. */
export const dicomWebSearchMatching: Probe<'dicomweb.search-matching'> = {
  id: 'dicomweb.search-matching',
  title: 'searches by every documented rule',
  effect: 'write',
  pace: 'quick',
  target: 'any',
  gather: (context) =>
    inEachPartition(context, 'search-one', (trial) =>
      withOwnStudy(context, trial.lane, `search-two/${trial.lane.partition}`, (two) =>
        trySearches(trial, searchSamples([trial.studyInstanceUid, two])),
      ),
    ),
};

async function trySearches(
  { context, lane, contract }: PartitionTrial,
  samples: SearchSamples,
): Promise<Step<SearchTrials>> {
  const ready = await storeFirst(context, lane, [...samples.one.instances, ...samples.two.instances]);
  if (ready.state === 'skipped') return ready;
  const rules = searchRules(samples, contract);
  const levels = ['study', 'series', 'instance'] as const;
  const search = askingOnce(lane);
  const searches = await allOf(
    levels.map(async (level) => {
      const trials: SearchTrial[] = [];
      for (const rule of rules.filter((one) => one.level === level))
        trials.push(await trySearch(search, samples, rule));
      return [...trials, await tryPages(lane, samples, level)];
    }),
  );
  return { state: 'done', value: { searches: searches.flat() } };
}

type Search = (path: string, query: string) => Promise<readonly DicomJson[]>;

/** Several rules are about one search. */
function askingOnce({ qido }: DicomWebLane): Search {
  const answers = new Map<string, Promise<readonly DicomJson[]>>();
  return (path, query) => {
    const key = `${path}?${query}`;
    const answer = answers.get(key) ?? qido.search(path, query);
    answers.set(key, answer);
    return answer;
  };
}

async function trySearch(search: Search, samples: SearchSamples, one: SearchRule): Promise<SearchTrial> {
  const { level, rule, about, expected, path, query, tags = [] } = one;
  const answer = await step(async () => {
    const results = await search(path, queryText(query));
    const names = namesIn(samples, level, results);
    return {
      ...names,
      missing: tags.filter((tag) => results.some((result) => result[tag] === undefined)),
    };
  });
  return { level, rule, about, expected, answer };
}

/** Page by page of one result each; what is on two pages is found twice. */
async function tryPages(
  lane: DicomWebLane,
  samples: SearchSamples,
  level: SearchTrial['level'],
): Promise<SearchTrial> {
  const expected = [...namesOf(samples, level).values()].sort();
  const answer = await step(async () => {
    const pages: (readonly DicomJson[])[] = [];
    for (const offset of expected.keys()) {
      const page = { AccessionNumber: samples.accession, limit: '1', offset: String(offset) };
      pages.push(await lane.qido.search(PATHS[level], queryText(page)));
    }
    return { ...namesIn(samples, level, pages.flat()), missing: [] };
  });
  return { level, rule: 'pages by limit and offset', about: 'results', expected, answer };
}

const PATHS = { study: '/studies', series: '/series', instance: '/instances' } as const;
const UIDS = { study: '0020000D', series: '0020000E', instance: '00080018' } as const;

function queryText(query: Readonly<Record<string, string>>): string {
  return new URLSearchParams(query).toString();
}

function namesIn(
  samples: SearchSamples,
  level: SearchTrial['level'],
  results: readonly DicomJson[],
): { readonly found: readonly string[]; readonly others: number } {
  const names = namesOf(samples, level);
  const found = results.flatMap((result) => names.get(firstText(result, UIDS[level]) ?? '') ?? []);
  return { found: found.sort(), others: results.length - found.length };
}

/** The names of studies, series or instances by their UIDs. */
function namesOf({ one, two }: SearchSamples, level: SearchTrial['level']): ReadonlyMap<string, string> {
  if (level === 'study')
    return new Map([
      [one.uid, 'one'],
      [two.uid, 'two'],
    ]);
  return new Map(
    [...one.instances, ...two.instances].map(({ label, seriesInstanceUid, sopInstanceUid }) =>
      level === 'series' ? [seriesInstanceUid, label.split('-')[0] ?? label] : [sopInstanceUid, label],
    ),
  );
}
