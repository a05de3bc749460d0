import { DicomLake } from '../../constructs';
import { emptyStack, RESOURCE_GROUP } from './stack';
import { resourcesOf, synth, type Resource, type Synthesized } from './synth';

const PREFIX = 'demohealth-images-';

/** The alert rules of a deployment with monitoring, as they are synthesized. */
export function alertsMarkdown(): string {
  const stack = standardLake();
  const rows = [
    ...resourcesOf(stack, 'azurerm_monitor_activity_log_alert').map((alert) => [
      ...nameAndDescription(alert),
      'as Azure tells it',
      'not set',
    ]),
    ...resourcesOf(stack, 'azurerm_monitor_scheduled_query_rules_alert_v2').map((alert) => [
      ...nameAndDescription(alert),
      `every ${minutes(alert['evaluation_frequency'])} minutes, over ${minutes(alert['window_duration'])}`,
      String(alert['severity']),
    ]),
  ];
  const lines = rows.map((row) => `| ${row.join(' | ')} |\n`);
  return `| alert | when | looks | severity |\n| --- | --- | --- | --- |\n${lines.join('')}`;
}

function standardLake(): Synthesized {
  const stack = emptyStack();
  new DicomLake(stack, 'DicomLake', {
    resourceGroup: RESOURCE_GROUP,
    workspaceName: 'demohealth',
    dicomServiceName: 'images',
    storageAccountName: 'demolake',
  });
  return synth(stack);
}

function nameAndDescription({ name, description }: Resource): [string, string] {
  return [`\`${String(name).replace(PREFIX, '')}\``, String(description)];
}

function minutes(duration: unknown): string {
  return String(duration).replace(/^PT(\d+)M$/, '$1');
}
