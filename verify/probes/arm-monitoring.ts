import type { IntendedDiagnosticSetting } from '../../contract';
import { objectIn, objectsIn, textIn } from '../clients/arm-body';
import { type ArmReader, absentAsUndefined } from '../clients/arm-reader';
import type { MonitoringResources } from '../evidence/monitoring-resources';
import type { Probe } from '../probe';

/** Version of the diagnostic settings. */
export const SETTINGS_API = '2021-05-01-preview';
/** By the type of alert rule, in lower case. */
const ALERT_APIS: Readonly<Record<string, string>> = {
  activitylogalerts: '2020-10-01',
  metricalerts: '2018-03-01',
  scheduledqueryrules: '2023-03-15-preview',
};

/** What watches over the deployment. */
export const armMonitoring: Probe<'arm.monitoring'> = {
  id: 'arm.monitoring',
  title: 'diagnostic settings and alert rules',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, signal }) => {
    const { arm } = target.azure;
    const { diagnosticSettings = [], alertIds = [] } = target.manifest.intended ?? {};
    const [settings, alerts] = await Promise.all([
      Promise.all(diagnosticSettings.map((setting) => readSetting(arm, setting, signal))),
      Promise.all(alertIds.map((id) => readAlert(arm, id, signal))),
    ]);
    return { diagnosticSettings: settings, alerts };
  },
};

async function readSetting(
  arm: ArmReader,
  { targetResourceId, name, categories }: IntendedDiagnosticSetting,
  signal: AbortSignal,
): Promise<MonitoringResources['diagnosticSettings'][number]> {
  const id = `${targetResourceId}/providers/Microsoft.Insights/diagnosticSettings/${name}`;
  const body = await absentAsUndefined(arm.get(id, SETTINGS_API, signal));
  const common = { targetResourceId, name, intendedCategories: categories };
  if (body === undefined) return common;
  const properties = objectIn(body, 'properties');
  const enabled = [...objectsIn(properties, 'logs'), ...objectsIn(properties, 'metrics')].filter(
    (one) => one['enabled'] === true,
  );
  const destinations = [
    'workspaceId',
    'storageAccountId',
    'eventHubAuthorizationRuleId',
    'marketplacePartnerId',
  ].filter((field) => (textIn(properties, field) ?? '') !== '');
  return {
    ...common,
    found: {
      categories: enabled.flatMap((one) => textIn(one, 'category') ?? textIn(one, 'categoryGroup') ?? []),
      hasDestination: destinations.length > 0,
    },
  };
}

async function readAlert(
  arm: ArmReader,
  id: string,
  signal: AbortSignal,
): Promise<MonitoringResources['alerts'][number]> {
  const type = id.split('/').at(-2)?.toLowerCase() ?? '';
  const body = await absentAsUndefined(arm.get(id, ALERT_APIS[type] ?? '2020-10-01', signal));
  if (body === undefined) return { id };
  return { id, found: { enabled: objectIn(body, 'properties')['enabled'] !== false } };
}
