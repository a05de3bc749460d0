import type { DicomWebContract, SearchTrial } from '../evidence/dicomweb-trials';
import type { SearchSamples } from '../sample/search-samples';

/** A search and what it has to find. Studies go by `one` and `two`, series and instances by their modality. */
export interface SearchRule extends Pick<SearchTrial, 'level' | 'rule' | 'about' | 'expected'> {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Tags that every result must have. @default - none */
  readonly tags?: readonly string[];
  /** Which contract demands it. @default - both */
  readonly only?: DicomWebContract;
}

/**
 * The rules that a contract has for searches: those of the DICOM service, or those that every server must know.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/dicom/dicom-services-conformance-statement-v2#search-qido-rs
 * @see https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_8.3.4.html
 */
export function searchRules(samples: SearchSamples, contract: DicomWebContract): readonly SearchRule[] {
  const all = [
    ...studyRules(samples),
    ...studyDateRules(samples),
    ...studyNameRules(samples),
    ...studyResultRules(samples),
    ...seriesRules(samples),
    ...instanceRules(samples),
  ];
  return all.filter(({ only }) => only === undefined || only === contract);
}

type Terse = readonly [
  rule: string,
  query: Readonly<Record<string, string>>,
  expected: SearchRule['expected'],
  rest?: Pick<SearchRule, 'tags' | 'only'> & { readonly path?: string },
];

function rulesOf(
  level: SearchRule['level'],
  about: SearchRule['about'],
  rows: readonly Terse[],
): readonly SearchRule[] {
  return rows.map(([rule, query, expected, { path = PATHS[level], ...rest } = {}]) => ({
    level,
    about,
    rule,
    query,
    expected,
    path,
    ...rest,
  }));
}

const PATHS = { study: '/studies', series: '/series', instance: '/instances' } as const;
const BOTH = ['one', 'two'];
const AZURE = { only: 'azure' } as const;
const STANDARD = { only: 'standard' } as const;

function studyRules({ accession, one, two }: SearchSamples): readonly SearchRule[] {
  const own = { AccessionNumber: accession };
  return rulesOf('study', 'matching', [
    ['StudyInstanceUID', { StudyInstanceUID: one.uid }, ['one']],
    ['StudyInstanceUID that is nowhere', { StudyInstanceUID: one.uid.slice(0, -1) }, []],
    ['StudyInstanceUID, list', { StudyInstanceUID: `${one.uid},${two.uid}` }, BOTH, STANDARD],
    ['AccessionNumber', own, BOTH],
    ['AccessionNumber by its tag', { '00080050': accession }, BOTH],
    ['AccessionNumber, beginning only', { AccessionNumber: accession.slice(0, -1) }, []],
    ['AccessionNumber, in other case', { AccessionNumber: accession.toLowerCase() }, BOTH, AZURE],
    ['PatientID', { PatientID: one.patientId }, ['one']],
    ['PatientID, in other case', { PatientID: one.patientId.toUpperCase() }, ['one'], AZURE],
    ['PatientID, wildcard', { PatientID: `PID*${one.patientId.slice(6)}` }, BOTH, STANDARD],
    ['PatientID of one, AccessionNumber of both', { ...own, PatientID: two.patientId }, ['two']],
    [
      'StudyInstanceUID of one, PatientID of the other',
      { StudyInstanceUID: one.uid, PatientID: two.patientId },
      [],
    ],
    ['StudyDescription', { ...own, StudyDescription: 'Verify-One' }, ['one'], AZURE],
    ['StudyDescription, in other case', { ...own, StudyDescription: 'VERIFY-TWO' }, ['two'], AZURE],
    ['StudyDescription of none', { ...own, StudyDescription: 'Verify' }, [], AZURE],
    ['ModalitiesInStudy, the only one', { ...own, ModalitiesInStudy: 'US' }, ['two']],
    ['ModalitiesInStudy, one of two', { ...own, ModalitiesInStudy: 'MR' }, ['one']],
    ['ModalitiesInStudy of none', { ...own, ModalitiesInStudy: 'XA' }, []],
  ]);
}

function studyDateRules({ accession }: SearchSamples): readonly SearchRule[] {
  const dates = (attribute: string, value: string): Readonly<Record<string, string>> => ({
    AccessionNumber: accession,
    [attribute]: value,
  });
  return rulesOf('study', 'matching', [
    ['StudyDate', dates('StudyDate', '20000115'), ['one']],
    ['StudyDate of none', dates('StudyDate', '20000116'), []],
    ['StudyDate, range with both ends', dates('StudyDate', '20000115-20000220'), BOTH],
    ['StudyDate, range around one', dates('StudyDate', '20000101-20000219'), ['one']],
    ['StudyDate, range between', dates('StudyDate', '20000116-20000219'), []],
    ['StudyDate, range without an end', dates('StudyDate', '20000116-'), ['two']],
    ['StudyDate, range without a beginning', dates('StudyDate', '-20000115'), ['one']],
    ['StudyDate, range without either', dates('StudyDate', '-'), 400, AZURE],
    ['PatientBirthDate', dates('PatientBirthDate', '19700315'), ['two'], AZURE],
    ['PatientBirthDate, range', dates('PatientBirthDate', '19500601-19500630'), ['one'], AZURE],
    ['PatientBirthDate, range without an end', dates('PatientBirthDate', '19500602-'), ['two'], AZURE],
    ['PatientBirthDate, range without a beginning', dates('PatientBirthDate', '-19700314'), ['one'], AZURE],
  ]);
}

function studyNameRules({ accession }: SearchSamples): readonly SearchRule[] {
  const patient = (value: string, fuzzy?: string): Readonly<Record<string, string>> => ({
    AccessionNumber: accession,
    PatientName: value,
    ...(fuzzy === undefined ? {} : { fuzzymatching: fuzzy }),
  });
  const referrer = (value: string, fuzzy?: string): Readonly<Record<string, string>> => ({
    AccessionNumber: accession,
    ReferringPhysicianName: value,
    ...(fuzzy === undefined ? {} : { fuzzymatching: fuzzy }),
  });
  return rulesOf('study', 'matching', [
    ['PatientName', patient('Harbour^Max'), ['two']],
    ['PatientName, in other case', patient('HARBOUR^MAX'), ['two'], AZURE],
    ['PatientName, without its accent', patient('Lakewood^Zoe'), ['one'], AZURE],
    ['PatientName, one part of it', patient('Harbour'), []],
    ['PatientName, fuzzy: beginning of a part', patient('lake', 'true'), ['one'], AZURE],
    ['PatientName, fuzzy: beginnings of both parts', patient('ma harb', 'true'), ['two'], AZURE],
    ['PatientName, fuzzy: middle of a part', patient('akewood', 'true'), [], AZURE],
    ['PatientName, not fuzzy: beginning of a part', patient('lake', 'false'), [], AZURE],
    ['ReferringPhysicianName', referrer('Referrer^Prima'), ['one']],
    ['ReferringPhysicianName, fuzzy: beginning of a part', referrer('sec', 'true'), ['two'], AZURE],
    ['ReferringPhysicianName, fuzzy: middle of a part', referrer('ecunda', 'true'), [], AZURE],
  ]);
}

const DEFAULT_STUDY_TAGS = [
  ...['00080020', '00080050', '00080090', '00100010', '00100020', '00100030', '0020000D'],
];

function studyResultRules({ accession }: SearchSamples): readonly SearchRule[] {
  const own = { AccessionNumber: accession };
  return rulesOf('study', 'results', [
    ['attributes that come unasked', own, BOTH, { tags: DEFAULT_STUDY_TAGS }],
    ['includefield by keyword', { ...own, includefield: 'StudyTime' }, BOTH, { tags: ['00080030'] }],
    ['includefield by tag', { ...own, includefield: '00200010' }, BOTH, { tags: ['00200010'] }],
    [
      'includefield of several',
      { ...own, includefield: 'PatientSex,StudyID' },
      BOTH,
      { tags: ['00100040', '00200010'] },
    ],
    [
      'includefield=all',
      { ...own, includefield: 'all' },
      BOTH,
      { tags: [...DEFAULT_STUDY_TAGS, '00080030'] },
    ],
    [
      'includefield of a count',
      { ...own, includefield: 'NumberOfStudyRelatedInstances' },
      BOTH,
      { tags: ['00201208'] },
    ],
    ['offset past the end', { ...own, offset: '2' }, []],
    ['limit above the highest', { ...own, limit: '201' }, 400, AZURE],
  ]);
}

function seriesRules({ accession, one }: SearchSamples): readonly SearchRule[] {
  const own = { AccessionNumber: accession };
  const inStudy = { path: `/studies/${one.uid}/series` };
  const ct = one.instances[0]?.seriesInstanceUid ?? '';
  return [
    ...rulesOf('series', 'matching', [
      ['AccessionNumber', own, ['CT', 'MR', 'US']],
      ['SeriesInstanceUID', { SeriesInstanceUID: ct }, ['CT']],
      ['SeriesInstanceUID that is nowhere', { SeriesInstanceUID: ct.slice(0, -1) }, []],
      ['Modality', { ...own, Modality: 'MR' }, ['MR']],
      ['Modality, in other case', { ...own, Modality: 'us' }, ['US'], AZURE],
      ['Modality of none', { ...own, Modality: 'XA' }, []],
      ['ManufacturerModelName', { ...own, ManufacturerModelName: 'Model-C' }, ['CT'], AZURE],
      ['ManufacturerModelName, beginning only', { ...own, ManufacturerModelName: 'Model' }, [], AZURE],
      [
        'PerformedProcedureStepStartDate',
        { ...own, PerformedProcedureStepStartDate: '20000117' },
        ['MR'],
        AZURE,
      ],
      ['StudyDate, range', { ...own, StudyDate: '20000101-20000131' }, ['CT', 'MR']],
      ['PatientName, fuzzy', { ...own, PatientName: 'harb', fuzzymatching: 'true' }, ['US'], AZURE],
      ['in a study', {}, ['CT', 'MR'], inStudy],
      ['in a study, Modality', { Modality: 'CT' }, ['CT'], inStudy],
      ['in a study, Modality of another one', { Modality: 'US' }, [], inStudy],
    ]),
    ...rulesOf('series', 'results', [
      ['attributes that come unasked', own, ['CT', 'MR', 'US'], { tags: ['00080060', '0020000E'] }],
      [
        'includefield by keyword',
        { ...own, includefield: 'SeriesNumber' },
        ['CT', 'MR', 'US'],
        { tags: ['00200011'] },
      ],
    ]),
  ];
}

function instanceRules({ accession, one }: SearchSamples): readonly SearchRule[] {
  const own = { AccessionNumber: accession };
  const [first, , mr] = one.instances;
  const inStudy = { path: `/studies/${one.uid}/instances` };
  const inSeries = { path: `/studies/${one.uid}/series/${first?.seriesInstanceUid ?? ''}/instances` };
  const sop = first?.sopInstanceUid ?? '';
  const all = ['CT-1', 'CT-2', 'MR-1', 'US-1'];
  return [
    ...rulesOf('instance', 'matching', [
      ['AccessionNumber', own, all],
      ['SOPInstanceUID', { SOPInstanceUID: sop }, ['CT-1']],
      ['SOPInstanceUID that is nowhere', { SOPInstanceUID: sop.slice(0, -1) }, []],
      ['Modality', { ...own, Modality: 'CT' }, ['CT-1', 'CT-2']],
      ['SeriesInstanceUID', { SeriesInstanceUID: mr?.seriesInstanceUid ?? '' }, ['MR-1']],
      ['StudyDate, range without an end', { ...own, StudyDate: '20000116-' }, ['US-1']],
      ['in a study', {}, ['CT-1', 'CT-2', 'MR-1'], inStudy],
      ['in a study, Modality', { Modality: 'MR' }, ['MR-1'], inStudy],
      ['in a series', {}, ['CT-1', 'CT-2'], inSeries],
      ['in a series, SOPInstanceUID', { SOPInstanceUID: sop }, ['CT-1'], inSeries],
      [
        'in a series, SOPInstanceUID of another one',
        { SOPInstanceUID: mr?.sopInstanceUid ?? '' },
        [],
        inSeries,
      ],
    ]),
    ...rulesOf('instance', 'results', [
      ['attributes that come unasked', own, all, { tags: ['00080018'] }],
      ['includefield by keyword', { ...own, includefield: 'Rows' }, all, { tags: ['00280010'] }],
    ]),
  ];
}
