export * from './constructs';
export { DicomLakeStack, type DicomLakeStackProps, type RemoteState } from './stacks/dicom-lake-stack';
export type { Environment } from './stacks/settings-file';
export { synthesizeSettings } from './stacks/synthesize-settings';
