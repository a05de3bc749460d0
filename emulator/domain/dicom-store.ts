import type { DicomApiVersion } from './dicom-api-version';
import { printTag, TAG, textOf, type DicomDataset } from './dicom-dataset';
import { TRANSFER_SYNTAX, type DicomFile } from './dicom-file';
import { locateFrames } from './dicom-frames';
import type { DicomInstance, InstanceIdentifiers } from './dicom-index';
import { readMetadata, type InvalidAttribute } from './dicom-json';
import { SEARCHED_TAGS } from './dicom-search';
import { isUid } from './dicom-value-rule';

/** Why an instance was not stored (FailureReason). */
export const FAILURE = {
  processing: 272,
  validation: 43264,
  otherStudy: 43265,
  alreadyExists: 45070,
  beingStored: 45071,
} as const;

/** What is odd about an instance that was stored (WarningReason). */
const WARNING = { validation: 1, implicitVr: 45063 } as const;

export interface StoreFailure {
  readonly outcome: 'failed';
  readonly reason: number;
  readonly sopClassUid?: string;
  readonly sopInstanceUid?: string;
  readonly problems: readonly string[];
}

export interface StoreSuccess {
  readonly outcome: 'stored';
  readonly instance: DicomInstance;
  readonly sopClassUid: string;
  readonly warning?: number;
  readonly problems: readonly string[];
  /** Whether an attribute that can be searched for has more values than the one that is searched. */
  readonly severalValuesIndexed: boolean;
}

export type StoreOutcome = StoreSuccess | StoreFailure;

/** An instance that may be stored. */
export interface StorableInstance
  extends InstanceIdentifiers, Pick<DicomInstance, 'transferSyntaxUid' | 'frames'> {
  readonly metadata: DicomDataset;
  readonly sopClassUid: string;
  readonly warning?: number;
  readonly problems: readonly string[];
  readonly severalValuesIndexed: boolean;
}

const UID_TAGS = [TAG.studyInstanceUid, TAG.seriesInstanceUid, TAG.sopInstanceUid, TAG.sopClassUid];

/** How an instance is to be judged and stored. */
export interface StoreOptions {
  readonly version: DicomApiVersion;
  /** Study that the instance must belong to. @default - any */
  readonly study?: string;
  /** Whether it takes the place of the one that is there. */
  readonly replace: boolean;
}

/**
 * Judges what a client wants to store.
 *
 * @param file undefined where it could not be read
 */
export function examine(
  file: DicomFile | undefined,
  { version, study: studyInUrl }: Pick<StoreOptions, 'version' | 'study'>,
): { readonly storable: StorableInstance } | { readonly failure: StoreFailure } {
  if (file === undefined) return { failure: failure({}, FAILURE.processing, []) };
  const { dataset, invalid } = readMetadata(file.dataSet);
  const broken = problemsOfRequired(dataset, invalid, version);
  if (broken.length > 0) return { failure: failure(dataset, FAILURE.validation, broken) };
  const study = textOf(dataset, TAG.studyInstanceUid) ?? '';
  if (studyInUrl !== undefined && study !== studyInUrl) {
    const problem = comment(TAG.studyInstanceUid, `The instance does not belong to the study ${studyInUrl}.`);
    return { failure: failure(dataset, FAILURE.otherStudy, [problem]) };
  }
  return {
    storable: storableInstance(file, dataset, study, version === 1 ? [] : warnings(dataset, invalid)),
  };
}

export function failure(dataset: DicomDataset, reason: number, problems: readonly string[]): StoreFailure {
  const sopClassUid = textOf(dataset, TAG.sopClassUid);
  const sopInstanceUid = textOf(dataset, TAG.sopInstanceUid);
  return {
    outcome: 'failed',
    reason,
    ...(sopClassUid === undefined ? {} : { sopClassUid }),
    ...(sopInstanceUid === undefined ? {} : { sopInstanceUid }),
    problems,
  };
}

/**
 * The identifiers need a value. PatientID needs one in version 1; in version 2 it must be there, but may be empty.
 * In version 1 whatever can be searched for must be valid as well.
 */
function problemsOfRequired(
  dataset: DicomDataset,
  invalid: readonly InvalidAttribute[],
  version: DicomApiVersion,
): readonly string[] {
  const required = [...UID_TAGS, TAG.patientId];
  const validated: readonly string[] = version === 1 ? [...required, ...SEARCHED_TAGS] : required;
  const broken = invalid.filter(({ tag }) => dataset[tag] === undefined && validated.includes(tag));
  const absent = required.filter(
    (tag) =>
      !broken.some((attribute) => attribute.tag === tag) &&
      (tag === TAG.patientId
        ? (version === 1 ? textOf(dataset, tag) : dataset[tag]) === undefined
        : !isUid(textOf(dataset, tag) ?? '')),
  );
  return [...broken.map(({ tag, problem }) => comment(tag, problem)), ...absent.map(missingComment)];
}

function warnings(dataset: DicomDataset, invalid: readonly InvalidAttribute[]): readonly string[] {
  return [
    ...invalid.map(({ tag, problem }) => comment(tag, problem)),
    ...(textOf(dataset, TAG.patientId) === undefined ? [missingComment(TAG.patientId)] : []),
  ];
}

function storableInstance(
  { transferSyntaxUid, dataSet }: DicomFile,
  metadata: DicomDataset,
  study: string,
  problems: readonly string[],
): StorableInstance {
  const warning =
    transferSyntaxUid === TRANSFER_SYNTAX.implicitLittleEndian
      ? WARNING.implicitVr
      : problems.length > 0
        ? WARNING.validation
        : undefined;
  return {
    study,
    series: textOf(metadata, TAG.seriesInstanceUid) ?? '',
    instance: textOf(metadata, TAG.sopInstanceUid) ?? '',
    sopClassUid: textOf(metadata, TAG.sopClassUid) ?? '',
    transferSyntaxUid,
    metadata,
    frames: locateFrames(dataSet, metadata),
    problems,
    ...(warning === undefined ? {} : { warning }),
    severalValuesIndexed: SEARCHED_TAGS.some((tag) => (metadata[tag]?.Value?.length ?? 0) > 1),
  };
}

function missingComment(tag: string): string {
  return comment(tag, `The required tag '${printTag(tag)}' is missing.`);
}

function comment(tag: string, message: string): string {
  return `DICOM100: ${printTag(tag)} - ${message}`;
}
