import { DICOM_LAKE_PROFILES } from '../../constructs';
import { profileStack } from './profile-stack';
import { onlyResource, resourcesOf, type Synthesized } from './synth';

interface NetworkRules {
  readonly default_action: string;
  readonly bypass: readonly string[];
  readonly private_link_access?: readonly { readonly endpoint_resource_id: string }[];
}

/** What the network of a deployment is made of, each with what a synthesized stack says of it. */
const SETTINGS: Readonly<Record<string, (stack: Synthesized) => string>> = {
  'the service answers on the internet': (stack) =>
    yesOrNo(onlyResource(stack, 'azurerm_healthcare_dicom_service')['public_network_access_enabled']),
  'the lake has a public endpoint': (stack) =>
    yesOrNo(onlyResource(stack, 'azurerm_storage_account')['public_network_access_enabled']),
  'firewall of the lake, by default': (stack) => `\`${rulesOf(stack).default_action}\``,
  'trusted services of Azure pass': (stack) => {
    const { default_action: action, bypass } = rulesOf(stack);
    return action === 'Allow' ? 'everybody does' : yesOrNo(bypass.includes('AzureServices'));
  },
  'the workspace passes as a resource instance': (stack) => {
    const { default_action: action, private_link_access: instances = [] } = rulesOf(stack);
    if (action === 'Allow') return 'everybody does';
    return yesOrNo(
      instances.some(({ endpoint_resource_id: id }) => id.includes('azurerm_healthcare_workspace')),
    );
  },
  'private endpoints': (stack) => {
    const endpoints = resourcesOf(stack, 'azurerm_private_endpoint').map(
      ({ private_service_connection: to }) =>
        (to as { readonly subresource_names: readonly string[] }).subresource_names.join(', '),
    );
    return endpoints.length === 0 ? 'none' : endpoints.map((part) => `\`${part}\``).join(', ');
  },
  'logs and alerts': (stack) =>
    resourcesOf(stack, 'azurerm_monitor_diagnostic_setting').length > 0 ? 'yes' : 'no',
};

/** What each profile sets, as it is synthesized without further props than it needs. */
export function profilesMarkdown(): string {
  const stacks = DICOM_LAKE_PROFILES.map(profileStack);
  const rows = Object.entries(SETTINGS).map(
    ([setting, of]) => `| ${[setting, ...stacks.map((stack) => of(stack))].join(' | ')} |\n`,
  );
  const head = ['', ...DICOM_LAKE_PROFILES.map((profile) => `\`${profile}\``)];
  return `| ${head.join(' | ')} |\n|${' --- |'.repeat(head.length)}\n${rows.join('')}`;
}

function rulesOf(stack: Synthesized): NetworkRules {
  return onlyResource(stack, 'azurerm_storage_account')['network_rules'] as NetworkRules;
}

function yesOrNo(value: unknown): string {
  return value === true ? 'yes' : 'no';
}
