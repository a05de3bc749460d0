/** Major version of the DICOM service's API. Where version 1 refuses a value, version 2 warns and stores. */
export type DicomApiVersion = 1 | 2;
