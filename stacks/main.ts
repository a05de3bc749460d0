import { readFileSync } from 'node:fs';
import { App } from 'cdktf';
import { addDeployments } from './deployment';
import { readSettings } from './settings-file';

const file = process.env['DICOM_LAKE_SETTINGS'] ?? 'dicom-lake.yaml';
const problems = synthesize(file);
if (problems.length > 0) {
  process.stderr.write(`The settings of the deployment are wrong:\n- ${problems.join('\n- ')}\n`);
  process.exitCode = 2;
}

function synthesize(settingsFile: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(settingsFile, 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    return [`${settingsFile}: ${reason}; write one, or name another in DICOM_LAKE_SETTINGS`];
  }
  const result = readSettings(text, settingsFile, process.env);
  if (!result.ok) return result.problems;
  const app = new App();
  const refusals = addDeployments(app, result.deployments);
  if (refusals.length === 0) app.synth();
  return refusals;
}
