import { textOf, type DicomDataset } from './dicom-dataset';
import { definitionOfKeyword } from './dicom-dictionary';
import { fold } from './dicom-search';

/** Tags on the way to an attribute: its own, or that of a sequence and then its own. */
export type AttributePath = readonly string[];

export interface WorkitemSearch {
  readonly matches: readonly { readonly path: AttributePath; readonly value: string }[];
  readonly include: 'all' | readonly string[];
  readonly offset: number;
  readonly limit: number;
}

/**
 * The only attributes by which work items are found.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/dicom/dicom-services-conformance-statement-v2#search-workitems
 */
export const WORKITEM_SEARCH_ATTRIBUTES: readonly string[] = [
  'PatientName',
  'PatientID',
  'ReferencedRequestSequence.AccessionNumber',
  'ReferencedRequestSequence.RequestedProcedureID',
  'ScheduledProcedureStepStartDateTime',
  'ScheduledStationNameCodeSequence.CodeValue',
  'ScheduledStationClassCodeSequence.CodeValue',
  'ScheduledStationGeographicLocationCodeSequence.CodeValue',
  'ProcedureStepState',
  'StudyInstanceUID',
];

/** Attributes that every result has, as far as the work item has them. */
const DEFAULT_ATTRIBUTES = [
  'SpecificCharacterSet',
  'SOPClassUID',
  'SOPInstanceUID',
  'ScheduledProcedureStepPriority',
  'ProcedureStepLabel',
  'WorklistLabel',
  'ScheduledProcessingParametersSequence',
  'ScheduledStationNameCodeSequence',
  'ScheduledStationClassCodeSequence',
  'ScheduledStationGeographicLocationCodeSequence',
  'ScheduledHumanPerformersSequence',
  'ScheduledProcedureStepStartDateTime',
  'ScheduledWorkitemCodeSequence',
  'InputReadinessState',
  'InputInformationSequence',
  'StudyInstanceUID',
  'PatientName',
  'PatientID',
  'IssuerOfPatientID',
  'IssuerOfPatientIDQualifiersSequence',
  'OtherPatientIDsSequence',
  'PatientBirthDate',
  'PatientSex',
  'AdmissionID',
  'IssuerOfAdmissionIDSequence',
  'AdmittingDiagnosesDescription',
  'AdmittingDiagnosesCodeSequence',
  'ReferencedRequestSequence',
  'MedicalAlerts',
  'PregnancyStatus',
  'SpecialNeeds',
  'ProcedureStepState',
  'ProcedureStepProgressInformationSequence',
];
const DEFAULT_TAGS = DEFAULT_ATTRIBUTES.flatMap((keyword) => definitionOfKeyword(keyword)?.tag ?? []);

/** The work items that have all the values, each with the attributes that were asked for. */
export function searchWorklist(
  workitems: readonly DicomDataset[],
  { matches, include, offset, limit }: WorkitemSearch,
): readonly DicomDataset[] {
  return workitems
    .filter((workitem) => matches.every(({ path, value }) => hasValue(workitem, path, value)))
    .slice(offset, offset + limit)
    .map((workitem) => (include === 'all' ? workitem : pick(workitem, [...DEFAULT_TAGS, ...include])));
}

function hasValue(dataset: DicomDataset, [tag = '', ...inside]: AttributePath, value: string): boolean {
  if (inside.length === 0) return fold(textOf(dataset, tag) ?? '', tag) === fold(value, tag);
  return (dataset[tag]?.Value ?? []).some((item) => hasValue(item as DicomDataset, inside, value));
}

function pick(dataset: DicomDataset, tags: readonly string[]): DicomDataset {
  return Object.fromEntries(Object.entries(dataset).filter(([tag]) => tags.includes(tag)));
}
