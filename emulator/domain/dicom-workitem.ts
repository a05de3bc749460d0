import { printTag, TAG, textOf, type DicomDataset } from './dicom-dataset';
import { definitionOfKeyword } from './dicom-dictionary';

const UPS_PUSH = '1.2.840.10008.5.1.4.34.6.1';
const WORKLIST_LABEL = 'worklist';
const SCHEDULED = 'SCHEDULED';

const TRANSACTION_UID = tagOf('TransactionUID');

/** What a client has to give a value, and what must be there but may be empty. */
const NEEDS_VALUE = tagsOf([
  'SOPInstanceUID',
  'ScheduledProcedureStepPriority',
  'ProcedureStepLabel',
  'ScheduledProcedureStepStartDateTime',
  'InputReadinessState',
]);
const NEEDS_ATTRIBUTE = tagsOf([
  'TransactionUID',
  'ScheduledProcessingParametersSequence',
  'ScheduledStationNameCodeSequence',
  'ScheduledStationClassCodeSequence',
  'ScheduledStationGeographicLocationCodeSequence',
  'ScheduledWorkitemCodeSequence',
  'CommentsOnTheScheduledProcedureStep',
  'InputInformationSequence',
  'PatientName',
  'OtherPatientIDsSequence',
  'PatientBirthDate',
  'PatientSex',
  'AdmissionID',
  'IssuerOfAdmissionIDSequence',
  'AdmittingDiagnosesDescription',
  'AdmittingDiagnosesCodeSequence',
  'ReferencedRequestSequence',
  'ProcedureStepProgressInformationSequence',
  'UnifiedProcedureStepPerformedProcedureSequence',
]);

/** A work item as the service keeps it: with what the service itself decides on. */
export function scheduledWorkitem(asked: DicomDataset, now: number): DicomDataset {
  const decided: DicomDataset = {
    [TAG.sopClassUid]: { vr: 'UI', Value: [UPS_PUSH] },
    [tagOf('ScheduledProcedureStepModificationDateTime')]: { vr: 'DT', Value: [dateTime(now)] },
    [tagOf('WorklistLabel')]: { vr: 'LO', Value: [WORKLIST_LABEL] },
    [tagOf('ProcedureStepState')]: { vr: 'CS', Value: [SCHEDULED] },
  };
  return inTagOrder({ ...asked, ...decided });
}

/**
 * What is wrong with a work item that a client wants to create, or undefined. Items of its sequences are not looked at.
 *
 * @see https://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_CC.2.5.html
 */
export function workitemProblem(asked: DicomDataset): string | undefined {
  const absent = [...NEEDS_VALUE, ...NEEDS_ATTRIBUTE].find((tag) => asked[tag] === undefined);
  if (absent !== undefined) return `The required tag '${printTag(absent)}' is missing.`;
  const empty = NEEDS_VALUE.find((tag) => textOf(asked, tag) === undefined);
  if (empty !== undefined) return `The value for tag '${printTag(empty)}' is missing.`;
  if (textOf(asked, TRANSACTION_UID) !== undefined) {
    return `The attribute with tag '${printTag(TRANSACTION_UID)}' must be empty.`;
  }
  return undefined;
}

/** Whoever knows the transaction UID owns the work item; it is never told. */
export function toldWorkitem(workitem: DicomDataset): DicomDataset {
  return Object.fromEntries(Object.entries(workitem).filter(([tag]) => tag !== TRANSACTION_UID));
}

function inTagOrder(dataset: DicomDataset): DicomDataset {
  return Object.fromEntries(Object.entries(dataset).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As in `20260131101500.000000+0000`. */
function dateTime(now: number): string {
  const [seconds = '', milliseconds = ''] = new Date(now)
    .toISOString()
    .replace(/[-:TZ]/g, '')
    .split('.');
  return `${seconds}.${milliseconds}000+0000`;
}

function tagsOf(keywords: readonly string[]): readonly string[] {
  return keywords.map(tagOf);
}

function tagOf(keyword: string): string {
  const tag = definitionOfKeyword(keyword)?.tag;
  if (tag === undefined) throw new Error(`the dictionary has no attribute ${keyword}`);
  return tag;
}
