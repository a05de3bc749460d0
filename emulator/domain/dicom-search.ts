import type { DicomApiVersion } from './dicom-api-version';
import { TAG, textOf, type DicomDataset, type DicomElement } from './dicom-dataset';
import {
  metadataOf,
  type DicomIndex,
  type DicomInstance,
  type IndexedSeries,
  type IndexedStudy,
} from './dicom-index';

export type SearchLevel = 'study' | 'series' | 'instance';

/** What a value of an attribute is compared with. */
export type SearchMatch =
  | { readonly kind: 'exact'; readonly value: string }
  /** Both ends inclusive. */
  | { readonly kind: 'range'; readonly from?: string; readonly to?: string }
  /** Every word must be the beginning of a word of the name. */
  | { readonly kind: 'fuzzy'; readonly words: readonly string[] };

export interface DicomSearch {
  readonly version: DicomApiVersion;
  readonly level: SearchLevel;
  /** Restricts the search to one study, or to one series of it. */
  readonly study?: string;
  readonly series?: string;
  readonly matches: ReadonlyMap<string, SearchMatch>;
  readonly include: 'all' | readonly string[];
  readonly offset: number;
  readonly limit: number;
}

interface SearchAttribute {
  readonly level: SearchLevel;
  readonly type: 'text' | 'name' | 'date' | 'uid';
}

/**
 * The only attributes that can be searched for.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/dicom/dicom-services-conformance-statement-v2
 */
const SEARCH_ATTRIBUTES: Readonly<Record<string, SearchAttribute>> = {
  [TAG.studyInstanceUid]: { level: 'study', type: 'uid' },
  '00100010': { level: 'study', type: 'name' },
  [TAG.patientId]: { level: 'study', type: 'text' },
  '00100030': { level: 'study', type: 'date' },
  '00080050': { level: 'study', type: 'text' },
  '00080090': { level: 'study', type: 'name' },
  '00080020': { level: 'study', type: 'date' },
  '00081030': { level: 'study', type: 'text' },
  [TAG.modalitiesInStudy]: { level: 'study', type: 'text' },
  [TAG.seriesInstanceUid]: { level: 'series', type: 'uid' },
  [TAG.modality]: { level: 'series', type: 'text' },
  '00400244': { level: 'series', type: 'date' },
  '00081090': { level: 'series', type: 'text' },
  [TAG.sopInstanceUid]: { level: 'instance', type: 'uid' },
};

/** Attributes that every result has, as far as the instance has them. */
const DEFAULT_TAGS: Readonly<Record<SearchLevel, readonly string[]>> = {
  study: ['00080020', '00080050', '00080090', '00081030', '00100010', '00100020', '00100030', '0020000D'],
  series: ['00080060', '00081090', '0020000E', '00400244'],
  instance: ['00080018'],
};

/** What version 1 returned in their place. */
const VERSION_1_DEFAULT_TAGS: Readonly<Record<SearchLevel, readonly string[]>> = {
  study: [
    ...['00080005', '00080020', '00080030', '00080050', '00080056', '00080090', '00080201'],
    ...['00100010', '00100020', '00100030', '00100040', '00200010', '0020000D'],
  ],
  series: [
    ...['00080005', '00080060', '00080201', '0008103E', '0020000E', '00400244', '00400245', '00400275'],
  ],
  instance: [
    ...['00080005', '00080016', '00080018', '00080056', '00080201', '00200013', '00280008', '00280010'],
    ...['00280011', '00280100'],
  ],
};

/** What `includefield=all` adds. */
const FURTHER_TAGS: Readonly<Record<SearchLevel, readonly string[]>> = {
  study: [
    ...['00080005', '00080030', '00080201', '00100040', '00101010', '00101020', '00101030', '00200010'],
    ...[TAG.modalitiesInStudy, TAG.numberOfStudyRelatedInstances],
  ],
  series: ['00080021', '00080031', '0008103E', '00180015', '00200011', TAG.numberOfSeriesRelatedInstances],
  instance: ['00080016', '00200013', '00280008', '00280010', '00280011', '00280100'],
};

/** Attributes of which the service keeps one value for searching. */
export const SEARCHED_TAGS: readonly string[] = Object.keys(SEARCH_ATTRIBUTES).filter(
  (tag) => tag !== TAG.modalitiesInStudy,
);

const LEVELS: readonly SearchLevel[] = ['study', 'series', 'instance'];

interface Match {
  readonly study: IndexedStudy;
  readonly series?: IndexedSeries;
  readonly instance?: DicomInstance;
}

/** The attribute as a search at these levels knows it; undefined where it cannot be searched for. */
export function searchAttribute(tag: string, levels: readonly SearchLevel[]): SearchAttribute | undefined {
  const attribute = SEARCH_ATTRIBUTES[tag];
  return attribute !== undefined && levels.includes(attribute.level) ? attribute : undefined;
}

/** The levels whose attributes a search can ask for and gets: those between what is given and what is looked for. */
export function searchLevels({
  level,
  study,
  series,
}: Pick<DicomSearch, 'level' | 'study' | 'series'>): readonly SearchLevel[] {
  const given = [study, series].filter((uid) => uid !== undefined).length;
  return LEVELS.slice(given, LEVELS.indexOf(level) + 1);
}

/** One data set for each match, newest first. */
export function searchIndex(index: DicomIndex, search: DicomSearch): readonly DicomDataset[] {
  return findMatches(index, search)
    .sort((a, b) => (isNewer(a, b) ? -1 : 1))
    .slice(search.offset, search.offset + search.limit)
    .map((match) => describe(match, search));
}

function findMatches(index: DicomIndex, search: DicomSearch): Match[] {
  const fits = (level: SearchLevel, match: Match): boolean =>
    [...search.matches].every(
      ([tag, wanted]) => SEARCH_ATTRIBUTES[tag]?.level !== level || matches(match, tag, wanted),
    );
  const studies = studiesToLookAt(index, search)
    .map((study): Match => ({ study }))
    .filter((match) => fits('study', match));
  if (search.level === 'study') return studies;
  const series = studies
    .flatMap(({ study }) => [...study.series.values()].map((row): Match => ({ study, series: row })))
    .filter((match) => search.series === undefined || match.series?.uid === search.series)
    .filter((match) => fits('series', match));
  if (search.level === 'series') return series;
  return series
    .flatMap((match) =>
      [...(match.series?.instances.values() ?? [])].map((instance): Match => ({ ...match, instance })),
    )
    .filter((match) => fits('instance', match));
}

function studiesToLookAt(index: DicomIndex, { study, matches }: DicomSearch): readonly IndexedStudy[] {
  const wanted = matches.get(TAG.studyInstanceUid);
  const uid = study ?? (wanted?.kind === 'exact' ? wanted.value : undefined);
  const patientId = matches.get(TAG.patientId);
  if (uid === undefined && patientId?.kind === 'exact') return [...index.studiesOfPatient(patientId.value)];
  if (uid === undefined) return [...index.studies()];
  const found = index.study(uid);
  return found === undefined ? [] : [found];
}

function matches(match: Match, tag: string, wanted: SearchMatch): boolean {
  if (tag === TAG.modalitiesInStudy && wanted.kind === 'exact') {
    return modalitiesOf(match.study).some((modality) => fold(modality, tag) === fold(wanted.value, tag));
  }
  const element = computed(match, tag) ?? sourceOf(match, SEARCH_ATTRIBUTES[tag]?.level)[tag];
  const value = element === undefined ? undefined : textOf({ [tag]: element }, tag);
  if (value === undefined) return false;
  switch (wanted.kind) {
    case 'exact':
      return fold(value, tag) === fold(wanted.value, tag);
    case 'range':
      return (wanted.from ?? '') <= value && value <= (wanted.to ?? value);
    case 'fuzzy': {
      const words = fold(value, tag).split(/[\s^=]+/);
      return wanted.words.every((word) => words.some((candidate) => candidate.startsWith(fold(word, tag))));
    }
  }
}

/** The service compares without regard to case, and names without regard to accents. */
export function fold(value: string, tag: string): string {
  const lower = value.toLowerCase();
  return SEARCH_ATTRIBUTES[tag]?.type === 'name' ? lower.normalize('NFD').replace(/\p{M}/gu, '') : lower;
}

function isNewer(a: Match, b: Match): boolean {
  if (a.instance !== undefined && b.instance !== undefined)
    return a.instance.watermark > b.instance.watermark;
  return (a.series ?? a.study).key > (b.series ?? b.study).key;
}

function describe(match: Match, search: DicomSearch): DicomDataset {
  const levels = searchLevels(search);
  const asked =
    search.include === 'all'
      ? levels.flatMap((level) => [...DEFAULT_TAGS[level], ...FURTHER_TAGS[level]])
      : search.include;
  const defaults = search.version === 1 ? VERSION_1_DEFAULT_TAGS : DEFAULT_TAGS;
  const tags = new Set([
    ...[...(match.series === undefined ? [] : [TAG.seriesInstanceUid]), TAG.studyInstanceUid],
    ...levels.flatMap((level) => defaults[level]),
    ...search.matches.keys(),
    ...asked,
  ]);
  let own: DicomDataset | undefined;
  const elements = [...tags].sort().flatMap((tag) => {
    const level = levelOf(tag);
    const isAbove = level === 'study' || level === 'series';
    const element =
      computed(match, tag) ?? (isAbove ? sourceOf(match, level) : (own ??= sourceOf(match, level)))[tag];
    return element === undefined ? [] : [[tag, element] as const];
  });
  return Object.fromEntries(elements);
}

function levelOf(tag: string): SearchLevel | undefined {
  return LEVELS.find((level) => DEFAULT_TAGS[level].includes(tag));
}

/** Where the value of an attribute comes from: its own level, or else the deepest one of the match. */
function sourceOf({ study, series, instance }: Match, level: SearchLevel | undefined): DicomDataset {
  if (level === 'study') return study.attributes;
  if (level === 'series' && series !== undefined) return series.attributes;
  if (instance !== undefined) return metadataOf(instance);
  return series?.attributes ?? study.attributes;
}

/** What need not be read from a dataset. */
function computed({ study, series, instance }: Match, tag: string): DicomElement | undefined {
  switch (tag) {
    case TAG.sopInstanceUid:
      return instance === undefined ? undefined : { vr: 'UI', Value: [instance.instance] };
    case TAG.modalitiesInStudy:
      return { vr: 'CS', Value: modalitiesOf(study) };
    case TAG.numberOfStudyRelatedInstances:
      return {
        vr: 'IS',
        Value: [[...study.series.values()].reduce((sum, row) => sum + row.instances.size, 0)],
      };
    case TAG.numberOfSeriesRelatedInstances:
      return series === undefined ? undefined : { vr: 'IS', Value: [series.instances.size] };
    default:
      return undefined;
  }
}

function modalitiesOf(study: IndexedStudy): readonly string[] {
  const modalities = [...study.series.values()].flatMap((row) => textOf(row.attributes, TAG.modality) ?? []);
  return [...new Set(modalities)];
}
