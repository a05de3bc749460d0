export * from './constructs';
export { DicomLakeStack, type DicomLakeStackProps, type RemoteState } from './stacks/dicom-lake-stack';
export { synthesizeSettings } from './stacks/synthesize-settings';
