import { readFileSync } from 'node:fs';
import { App } from 'cdktf';
import { addDeployments } from './deployment';
import { readSettings, type Environment } from './settings-file';

/**
 * Synthesizes one stack of each deployment of a settings file into `cdktf.out`; nothing is written where there is a
 * problem.
 *
 * @param settingsFile YAML, such as `dicom-lake.yaml`
 * @param environment ARM_TENANT_ID and ARM_SUBSCRIPTION_ID stand in where the file does not say
 * @returns every problem of the file and of its deployments, with its place; none where all was synthesized
 */
export function synthesizeSettings(settingsFile: string, environment: Environment = {}): readonly string[] {
  let text: string;
  try {
    text = readFileSync(settingsFile, 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    return [`${settingsFile}: ${reason}; write one, or name another in DICOM_LAKE_SETTINGS`];
  }
  const result = readSettings(text, settingsFile, environment);
  if (!result.ok) return result.problems;
  const app = new App();
  const refusals = addDeployments(app, result.deployments);
  if (refusals.length === 0) app.synth();
  return refusals;
}
