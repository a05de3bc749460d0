import { App } from 'cdktf';
import { DicomLakeStack } from './dicom-lake-stack';
import { readSettings } from './settings';

const result = readSettings(process.env);
if (result.ok) {
  const app = new App();
  new DicomLakeStack(app, 'dicom-lake', result.settings);
  app.synth();
} else {
  process.stderr.write(`The settings of the deployment are wrong:\n- ${result.problems.join('\n- ')}\n`);
  process.exitCode = 2;
}
