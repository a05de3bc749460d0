/**
 * A data set in the DICOM JSON model, by tags of eight upper-case hexadecimal digits.
 *
 * @see https://dicom.nema.org/medical/dicom/current/output/chtml/part18/chapter_F.html
 */
export type DicomDataset = Readonly<Record<string, DicomElement>>;

export interface DicomElement {
  readonly vr: string;
  /** Absent where the attribute is empty. */
  readonly Value?: readonly DicomValue[];
}

export type DicomValue = string | number | null | PersonName | DicomDataset;

export interface PersonName {
  readonly Alphabetic?: string;
  readonly Ideographic?: string;
  readonly Phonetic?: string;
}

/** The attributes that the service itself reads or writes. */
export const TAG = {
  specificCharacterSet: '00080005',
  sopClassUid: '00080016',
  sopInstanceUid: '00080018',
  modality: '00080060',
  modalitiesInStudy: '00080061',
  referencedSopClassUid: '00081150',
  referencedSopInstanceUid: '00081155',
  retrieveUrl: '00081190',
  warningReason: '00081196',
  failureReason: '00081197',
  failedSopSequence: '00081198',
  referencedSopSequence: '00081199',
  errorComment: '00000902',
  patientId: '00100020',
  studyInstanceUid: '0020000D',
  seriesInstanceUid: '0020000E',
  numberOfStudyRelatedInstances: '00201208',
  numberOfSeriesRelatedInstances: '00201209',
  samplesPerPixel: '00280002',
  photometricInterpretation: '00280004',
  planarConfiguration: '00280006',
  numberOfFrames: '00280008',
  rows: '00280010',
  columns: '00280011',
  bitsAllocated: '00280100',
  bitsStored: '00280101',
  highBit: '00280102',
  pixelRepresentation: '00280103',
  pixelPaddingValue: '00280120',
  windowCenter: '00281050',
  windowWidth: '00281051',
  rescaleIntercept: '00281052',
  rescaleSlope: '00281053',
  voiLutFunction: '00281056',
  modalityLutSequence: '00283000',
  voiLutSequence: '00283010',
  failedAttributesSequence: '00741048',
  pixelData: '7FE00010',
} as const;

/** The first value as text; undefined where the attribute is absent, empty or structured. A name is its groups. */
export function textOf(dataset: DicomDataset, tag: string): string | undefined {
  const value = dataset[tag]?.Value?.[0];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return String(value);
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = value as PersonName;
  const name = [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/, '');
  return name === '' ? undefined : name;
}

/** The tag as it is written for people: `(0010,0020)`. */
export function printTag(tag: string): string {
  return `(${tag.slice(0, 4)},${tag.slice(4)})`.toLowerCase();
}
