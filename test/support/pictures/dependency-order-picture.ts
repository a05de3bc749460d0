import { Testing } from 'cdktf';
import { standardStack } from '../../../bench/synthesis/standard-stack';
import { box, drawn, type Picture } from './drawing';
import { stackGraph, type StackNode } from './stack-graph';

/** What the resources of a type are called. */
const WORDS: Readonly<Record<string, string>> = {
  azurerm_healthcare_dicom_service: 'DICOM service',
  azurerm_healthcare_workspace: 'Workspace',
  azurerm_log_analytics_workspace: 'Log workspace',
  azurerm_management_lock: 'Delete lock',
  azurerm_monitor_action_group: 'Action group',
  azurerm_monitor_activity_log_alert: 'Alert',
  azurerm_monitor_diagnostic_setting: 'Diagnostic setting',
  azurerm_monitor_scheduled_query_rules_alert_v2: 'Alert',
  azurerm_resource_group: 'Resource group',
  azurerm_role_assignment: 'Role',
  azurerm_storage_account: 'Storage account',
  azurerm_storage_blob_inventory_policy: 'Inventory rule',
  azurerm_storage_container: 'Container',
  azurerm_storage_management_policy: 'Lifecycle rules',
  azurerm_user_assigned_identity: 'Identity',
};

const PARTS: readonly (readonly [RegExp, string])[] = [
  [/_role_assignment$/, 'access'],
  [/_(identity)$/, 'access'],
  [/_healthcare_/, 'service'],
  [/_storage_/, 'lake'],
  [/_(monitor|log_analytics)_/, 'monitoring'],
  [/./, 'group'],
];

/** Resources that are drawn as one: of one kind, and created in the same step. */
interface Fold {
  readonly id: string;
  readonly members: readonly StackNode[];
}

/** The resources of the standard profile in the order in which Terraform can create them. */
export async function dependencyOrderPicture(): Promise<Picture> {
  const nodes = stackGraph(standardStack(Testing.app(), 'imaging'));
  const folds = foldsOf(nodes);
  const before = beforeOf(folds);
  const service = foldOfType(folds, 'azurerm_healthcare_dicom_service');
  const grant = folds.find(({ members }) => members.some((node) => isGrantOf(node, service)));
  if (grant === undefined) throw new Error('the DICOM service waits for no role');
  // A lock waits for everything; lines would say less than its words.
  const locks = folds.filter(({ members }) => members[0]?.type === 'azurerm_management_lock');
  const lines = folds
    .filter((fold) => !locks.includes(fold))
    .flatMap(({ id }) =>
      reduced(id, before).map((from) => {
        const isGrant = from === grant.id && id === service.id;
        return `${from} -> ${id} [class="${isGrant ? 'key' : 'plain'}"${isGrant ? ', penwidth=2.6' : ''}]`;
      }),
    );
  const steps = [...new Set(nodes.map(({ step }) => step))].sort((one, other) => one - other);
  const rows = steps.map((step) => {
    const ids = folds.filter(({ members }) => members[0]?.step === step).map(({ id }) => id);
    return `{ rank=same; step${step} [label="${step}", shape=circle, class="step", width=0.36, fixedsize=true]; ${ids.join('; ')} }`;
  });
  const svg = await drawn(
    `digraph {
      rankdir=TB; nodesep=0.22; ranksep=0.36;
      ${rows.join('\n')}
      ${folds.map((fold) => boxOf(fold, fold === grant || fold === service)).join('\n')}
      ${steps.map((step) => `step${step}`).join(' -> ')} [class="axis", weight=100]
      ${lines.join('\n')}
      ${locks.map(({ id }) => `${service.id} -> ${id} [style=invis, weight=20]`).join('\n')}
    }`,
    {
      title: 'The order in which a deployment of the standard profile is created',
      description: descriptionOf(folds, steps),
    },
  );
  return { file: 'dependency-order.svg', svg };
}

function foldsOf(nodes: readonly StackNode[]): readonly Fold[] {
  const byKind = new Map<string, StackNode[]>();
  for (const node of nodes) {
    const kind = `${titleOf(node)} ${subtitleOf(node)} ${node.step}`;
    byKind.set(kind, [...(byKind.get(kind) ?? []), node]);
  }
  return [...byKind.values()].map((members, at) => ({ id: `n${at}`, members }));
}

function boxOf({ id, members }: Fold, isKey: boolean): string {
  const [first] = members;
  if (first === undefined) throw new Error('a fold has no members');
  const count = members.length > 1 ? ` × ${members.length}` : '';
  return box(id, `${titleOf(first)}${count}`, subtitleOf(first), isKey ? 'key' : partOf(first));
}

function titleOf({ type, config }: StackNode): string {
  const word = WORDS[type];
  if (word === undefined) throw new Error(`the picture has no word for ${type}: give it one in WORDS`);
  return type === 'azurerm_role_assignment' ? String(config['role_definition_name']) : word;
}

/** Whom a role is for, what is logged, which container it is. */
function subtitleOf({ type, path, config }: StackNode): string {
  const last =
    path
      .replace(/\/Resource$/, '')
      .split('/')
      .at(-1) ?? '';
  switch (type) {
    case 'azurerm_role_assignment':
      if (last.endsWith('-Identity')) return 'for the identity, on the container';
      return last.endsWith('-fabric') ? 'for analytics' : 'for the verifier';
    case 'azurerm_storage_container':
      return String(config['name']);
    case 'azurerm_monitor_diagnostic_setting':
      return last.startsWith('Blob') ? 'of the lake' : 'of the service';
    case 'azurerm_management_lock':
      return 'after everything else';
    default:
      return '';
  }
}

function partOf({ type }: StackNode): string {
  return PARTS.find(([pattern]) => pattern.test(type))?.[1] ?? 'group';
}

function isGrantOf({ type, address }: StackNode, service: Fold): boolean {
  return type === 'azurerm_role_assignment' && service.members.some(({ names }) => names.includes(address));
}

function foldOfType(folds: readonly Fold[], type: string): Fold {
  const fold = folds.find(({ members }) => members[0]?.type === type);
  if (fold === undefined) throw new Error(`the stack has no ${type}`);
  return fold;
}

/** What comes before each fold, over one step. */
function beforeOf(folds: readonly Fold[]): ReadonlyMap<string, readonly string[]> {
  const foldOf = new Map(folds.flatMap(({ id, members }) => members.map(({ address }) => [address, id])));
  return new Map(
    folds.map(({ id, members }) => [
      id,
      [...new Set(members.flatMap(({ names }) => names.map((name) => foldOf.get(name) ?? '')))],
    ]),
  );
}

/** Without what follows from the rest. */
function reduced(id: string, before: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const reaches = (from: string, to: string): boolean =>
    (before.get(from) ?? []).some((one) => one === to || reaches(one, to));
  const direct = before.get(id) ?? [];
  return direct.filter((one) => !direct.some((other) => other !== one && reaches(other, one)));
}

function descriptionOf(folds: readonly Fold[], steps: readonly number[]): string {
  return steps
    .map((step) => {
      const names = folds
        .filter(({ members }) => members[0]?.step === step)
        .map(({ members }) => {
          const [first] = members as readonly [StackNode];
          return [titleOf(first), subtitleOf(first)].filter((text) => text !== '').join(' ');
        });
      return `${step}: ${names.join(', ')}`;
    })
    .join('. ');
}
