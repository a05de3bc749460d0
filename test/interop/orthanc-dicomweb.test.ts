import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withoutCharacterSet } from '../support/dcmjs-metadata';
import { withoutLeftOut, type Json } from '../support/dcmtk';
import { syntheticDataset, SYNTAX, writeDicomFile, type SyntheticDataset } from '../support/dicom-file';
import { multipartOf } from '../support/dicom-http';
import { STANDARD_TEXTS, type StandardText } from '../support/standard-texts';
import {
  JSON_ACCEPT,
  ORIGINAL_FILES,
  startDicomService,
  type TestDicomService,
} from '../support/dicom-service';
import { askOrthanc, whyNoOrthanc, type OrthancRequest } from '../support/orthanc';

/** DICOMweb of the emulator beside that of a server that nobody here wrote: same files, same questions. */
const missing = whyNoOrthanc();
if (missing !== undefined && process.env['REQUIRE_PEERS'] === '1')
  throw new Error(`Orthanc was demanded, but ${missing}`);

/** Attributes of real files in which the metadata differs. */
const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  // Not a number: the service leaves it out, Orthanc leaves out the value only.
  'badVR.dcm': ['00280008'],
};

/** What the service does not take, and Orthanc does. */
const REFUSED = [
  // Has no PatientID.
  'ExplVR_BigEnd.dcm',
  // Its pixel data is cut off.
  'MR_truncated.dcm',
];

const PREAMBLE_BYTES = 128;
const MODALITY = '00080060';
const MODALITIES = '00080061';
const STUDY = '0020000D';
const SERIES = '0020000E';
const INSTANCE = '00080018';
const LEVELS = [
  {
    uid: STUDY,
    noun: 'studies',
    attributes: [
      STUDY,
      '00080020',
      '00080050',
      '00080061',
      '00080090',
      '00081030',
      '00100010',
      '00100020',
      '00100030',
    ],
  },
  { uid: SERIES, noun: 'series', attributes: [SERIES, '00080060', '00081090', '00400244'] },
  { uid: INSTANCE, noun: 'instances', attributes: [INSTANCE] },
] as const;
const DATES: readonly string[] = ['00080020', '00100030', '00400244'];

const folder = process.env['TEST_DICOM_FOLDER'] ?? '';
const real = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.dcm'))
      .map((name) => ({ name, file: readFileSync(path.join(folder, name)) }))
  : [];

/** Two series of one study, so that there is more than one of each in a search. */
const SYNTHETIC = [
  synthetic('one', 'ct'),
  synthetic('two', 'ct', { '7FE00010': undefined }, SYNTAX.deflated),
  synthetic('three', 'mr', {
    '00080060': { vr: 'CS', value: 'MR' },
    '00400244': { vr: 'DA', value: '20260201' },
  }),
];

function synthetic(
  name: string,
  series: string,
  changes: SyntheticDataset = {},
  transferSyntaxUid: string = SYNTAX.explicit,
): { readonly name: string; readonly file: Buffer } {
  const dataset = syntheticDataset({ study: 'orthanc', series, instance: name }, changes);
  return { name, file: writeDicomFile(dataset, { transferSyntaxUid }) };
}

/** It does not know Latin 9 nor supplementary kanji, does not switch from katakana, nor between sets of single bytes. */
function isReadByOrthanc({ terms }: StandardText): boolean {
  return !terms.some((term) => /^ISO_IR (?:13|203)$|^ISO 2022 IR (?:13|100|159)$/.test(term));
}

/**
 * Text in every place where the standard lets it stand. They are no part of the searches: in their results, Orthanc
 * writes Latin 1. Orthanc takes a backslash for a border in LT and UT, too.
 */
const TEXTS = STANDARD_TEXTS.filter(isReadByOrthanc).map(({ what, terms, bytes }) => {
  const lines = Buffer.concat([bytes, Buffer.from('\r\n'), bytes]);
  const long = bytes.includes('\\')
    ? {}
    : { '00104000': { vr: 'LT', value: lines }, '0040A160': { vr: 'UT', value: lines } };
  const dataset = syntheticDataset(
    { study: what, series: what, instance: what },
    {
      '00080005': { vr: 'CS', value: terms.join('\\') },
      '00081048': { vr: 'PN', value: Buffer.concat([bytes, Buffer.from('\\'), bytes]) },
      '00100010': { vr: 'PN', value: bytes },
      '00400275': { vr: 'SQ', value: [{ '00400007': { vr: 'LO', value: bytes } }] },
      ...long,
    },
  );
  return { name: what, file: writeDicomFile(dataset) };
});

/** A question, and what each of the two answers. */
interface Compared {
  readonly path: string;
  readonly ours: Answer;
  readonly theirs: Answer;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

interface Stored {
  readonly name: string;
  readonly metadata: Compared;
  readonly file: Compared;
}

(missing === undefined ? describe : describe.skip)(
  `the emulator and Orthanc${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let service: TestDicomService;
    let stored: readonly Stored[];
    let searches: readonly Compared[];
    let retrieves: readonly Compared[];
    const refused: string[] = [];

    beforeAll(async () => {
      service = await startDicomService();
      ({ stored, searches, retrieves } = await askBoth());
    });
    afterAll(() => service[Symbol.asyncDispose]());

    /** Some of the real files are the same instance: then the last one counts, on both sides. */
    async function store(file: Buffer): Promise<string | undefined> {
      const options = { method: 'PUT', accept: JSON_ACCEPT, ...multipartOf([file]) };
      const response = await service.send('/studies', options);
      if (response.status === 409) return undefined;
      const { '00081199': sequence } = response.json as Json;
      const [item] = sequence?.Value as readonly Json[];
      return String(item?.['00081190']?.Value?.[0]).replace(`${service.lake.serviceUrl}/v2`, '');
    }

    async function ask({ path, accept }: Question): Promise<Answer> {
      const { status, headers, body } = await service.send(path, { accept });
      return { status, contentType: headers['content-type'] ?? '', body };
    }

    /** Asks the emulator at once, and Orthanc the same in the same order. */
    async function askBoth(): Promise<{
      readonly stored: readonly Stored[];
      readonly searches: readonly Compared[];
      readonly retrieves: readonly Compared[];
    }> {
      const requests: OrthancRequest[] = [];
      const ours: (Question & Answer & { readonly at: number })[] = [];
      const put = async (question: Question): Promise<number> => {
        const { path, orthancPath = path, accept } = question;
        const at = requests.push({ path: orthancPath, headers: { Accept: accept } }) - 1;
        return ours.push({ ...question, ...(await ask(question)), at }) - 1;
      };
      const putFile = async (name: string, file: Buffer): Promise<FileQuestions | undefined> => {
        const path = await store(file);
        if (path === undefined) return undefined;
        requests.push(storeRequest(file));
        const metadata = await put({ path: `${path}/metadata`, accept: JSON_ACCEPT });
        return { name, metadata, file: await put({ path, accept: ORIGINAL_FILES }) };
      };
      const files: FileQuestions[] = [];
      for (const { name, file } of [...SYNTHETIC, ...real]) {
        const put = await putFile(name, file);
        if (put === undefined) refused.push(name);
        else files.push(put);
      }
      const datasets = files.map(({ metadata }) => onlyOne(ours[metadata] as Answer));
      const searches: number[] = [];
      for (const question of searchesFor(datasets)) searches.push(await put(question));
      const retrieves: number[] = [];
      for (const path of pathsOf(datasets)) retrieves.push(await put({ path, accept: ORIGINAL_FILES }));
      for (const { name, file } of TEXTS) files.push((await putFile(name, file)) as FileQuestions);

      const theirs = await askOrthanc(requests);
      const compared = (index: number): Compared => {
        const { path, at, ...answer } = ours[index] as Question & Answer & { readonly at: number };
        return { path, ours: answer, theirs: theirs[at] as Answer };
      };
      return {
        stored: files.map(({ name, metadata, file }) => ({
          name,
          metadata: compared(metadata),
          file: compared(file),
        })),
        searches: searches.map(compared),
        retrieves: retrieves.map(compared),
      };
    }

    test('are given the same files, but for those that the service refuses', () => {
      expect(refused).toEqual(real.map(({ name }) => name).filter((name) => REFUSED.includes(name)));
      expect(stored).toHaveLength(SYNTHETIC.length + real.length - refused.length + TEXTS.length);
    });

    test('return the same metadata, but for what the service leaves out', () => {
      const different = stored.map(
        ({ name, metadata: { ours, theirs } }) =>
          [
            name,
            differentTags(withoutCharacterSet(onlyOne(ours)) as Json, withoutLeftOut(onlyOne(theirs))),
          ] as const,
      );
      const differences = Object.fromEntries(different.filter(([, tags]) => tags.length > 0));
      expect(differences).toEqual(real.length === 0 ? {} : DIFFERENCES);
    });

    test('return the same files, from their 129th byte on', () => {
      for (const { file } of stored) {
        expect(filesIn(file.ours)).toHaveLength(1);
        expect(filesIn(file.ours)).toEqual(filesIn(file.theirs));
      }
    });

    test('return the same files of studies and series', () => {
      for (const { path, ours, theirs } of retrieves)
        expect({ path, files: filesIn(ours) }).toEqual({ path, files: filesIn(theirs) });
      expect(Math.max(...retrieves.map(({ ours }) => filesIn(ours).length))).toBe(SYNTHETIC.length);
    });

    test('find the same', () => {
      const differences = searches.flatMap(({ path, ours, theirs }) => {
        const [found, expected] = [uidsIn(path, ours), uidsIn(path, theirs)];
        return isDeepStrictEqual(found, expected) ? [] : [{ path, found, expected }];
      });
      expect(differences).toEqual([]);
      const sizes = searches.map(({ path, ours }) => uidsIn(path, ours).length);
      expect(Math.min(...sizes)).toBe(0);
      expect(Math.max(...sizes)).toBeGreaterThanOrEqual(3);
    });

    test('tell the same of what they find', () => {
      const differences = searches.flatMap(({ path, ours, theirs }) => {
        const known = new Map(resultsIn(theirs).map((result) => [uidOfResult(path, result), result]));
        return resultsIn(ours).flatMap((result) => {
          const other = known.get(uidOfResult(path, result)) ?? {};
          const common = Object.keys(result).filter((tag) => other[tag] !== undefined);
          return common
            .filter((tag) => !isDeepStrictEqual(result[tag], other[tag]))
            .map((tag) => ({ path, tag, ours: result[tag], theirs: other[tag] }));
        });
      });
      expect(differences).toEqual([]);
    });
  },
);

/** Numbers of the questions that are asked of a file. */
interface FileQuestions {
  readonly name: string;
  readonly metadata: number;
  readonly file: number;
}

interface Question {
  /** Below the version of the service, or the root of Orthanc's DICOMweb. */
  readonly path: string;
  /** Where Orthanc has to be asked otherwise. */
  readonly orthancPath?: string;
  readonly accept: string;
}

function storeRequest(file: Buffer): OrthancRequest {
  const { headers, body } = multipartOf([file]);
  return { method: 'POST', path: '/studies', headers: { ...headers, Accept: JSON_ACCEPT }, body };
}

/** Every value of every attribute that the service searches, at each of the levels where it does. */
function searchesFor(datasets: readonly Json[]): readonly Question[] {
  const questions = datasets.flatMap((dataset) => {
    const study = `/studies/${valueOf(dataset, STUDY)}`;
    const series = `${study}/series/${valueOf(dataset, SERIES)}`;
    return LEVELS.flatMap(({ noun }, depth) => {
      const attributesFrom = (level: number): readonly string[] =>
        LEVELS.slice(level, depth + 1)
          .flatMap(({ attributes }) => attributes)
          .filter((tag) => depth === 0 || tag !== MODALITIES);
      return [study, series]
        .slice(0, depth)
        .reduce(
          (found, place, at) => [
            ...found,
            ...questionsFor(`${place}/${noun}`, dataset, attributesFrom(at + 1)),
          ],
          questionsFor(`/${noun}`, dataset, attributesFrom(0)),
        );
    });
  });
  const nobody = LEVELS.map(({ noun }) => ({ path: `/${noun}?PatientID=NOBODY`, accept: JSON_ACCEPT }));
  return [...new Map([...questions, ...nobody].map((question) => [question.path, question])).values()];
}

/**
 * Orthanc does not decode a query: it is given a wildcard for every character that would have to be encoded. A range
 * without a beginning finds what has no value there. It knows ModalitiesInStudy in searches for studies only.
 */
function questionsFor(place: string, dataset: Json, tags: readonly string[]): readonly Question[] {
  const values = tags.flatMap((tag) => {
    const value = valueOf(dataset, tag === MODALITIES ? MODALITY : tag);
    if (value === '') return [];
    const exact = [tag, encodeURIComponent(value), value.replace(/[^A-Za-z0-9^._-]/g, '?')] as const;
    if (!DATES.includes(tag)) return [exact];
    return [
      exact,
      [tag, `${value}-`, `${value}-`] as const,
      [tag, `-${value}`, `00010101-${value}`] as const,
      [tag, `${value}-${value}`, `${value}-${value}`] as const,
    ];
  });
  return [
    { path: place, accept: JSON_ACCEPT },
    ...values.map(([tag, ours, theirs]) => ({
      path: `${place}?${tag}=${ours}`,
      orthancPath: `${place}?${tag}=${theirs}`,
      accept: JSON_ACCEPT,
    })),
  ];
}

function valueOf(dataset: Json, tag: string): string {
  const value = dataset[tag]?.Value?.[0] as string | number | { readonly Alphabetic?: string } | undefined;
  return typeof value === 'object' ? (value.Alphabetic ?? '') : String(value ?? '');
}

function pathsOf(datasets: readonly Json[]): readonly string[] {
  const paths = datasets.flatMap((dataset) => {
    const study = `/studies/${valueOf(dataset, STUDY)}`;
    return [study, `${study}/series/${valueOf(dataset, SERIES)}`];
  });
  return [...new Set(paths)];
}

function resultsIn({ status, body }: Answer): readonly Json[] {
  if (status === 204) return [];
  expect(status).toBe(200);
  return JSON.parse(body.toString('utf8')) as readonly Json[];
}

function onlyOne(answer: Answer): Json {
  const [dataset = {}, ...others] = resultsIn(answer);
  expect(others).toEqual([]);
  return dataset;
}

function uidsIn(path: string, answer: Answer): readonly string[] {
  return resultsIn(answer)
    .map((result) => uidOfResult(path, result))
    .sort();
}

function uidOfResult(path: string, result: Json): string {
  const noun = path.split('?')[0]?.split('/').at(-1);
  return valueOf(result, LEVELS.find((level) => level.noun === noun)?.uid ?? '');
}

function differentTags(ours: Json, theirs: Json): readonly string[] {
  const tags = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort();
  return tags.filter((tag) => !isDeepStrictEqual(ours[tag], theirs[tag]));
}

/** Digests of the parts of a multipart body without their preambles, in an order of their own. */
function filesIn({ status, contentType, body }: Answer): readonly string[] {
  expect(status).toBe(200);
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1] ?? '';
  const [, ...parts] = body.toString('latin1').split(`--${boundary}`);
  return parts
    .slice(0, -1)
    .map((part) => Buffer.from(part.slice(part.indexOf('\r\n\r\n') + 4, -2), 'latin1'))
    .map((file) => createHash('sha256').update(file.subarray(PREAMBLE_BYTES)).digest('hex'))
    .sort();
}
