export * from './constructs';
export {
  DicomLakeStack,
  type DicomLakeStackProps,
  type RemoteState,
  type StackParts,
} from './stacks/dicom-lake-stack';
export type { Environment } from './stacks/settings-file';
export { synthesizeSettings } from './stacks/synthesize-settings';
