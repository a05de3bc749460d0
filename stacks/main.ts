import { synthesizeSettings } from './synthesize-settings';

const problems = synthesizeSettings(process.env['DICOM_LAKE_SETTINGS'] ?? 'dicom-lake.yaml', process.env);
if (problems.length > 0) {
  process.stderr.write(`The settings of the deployment are wrong:\n- ${problems.join('\n- ')}\n`);
  process.exitCode = 2;
}
