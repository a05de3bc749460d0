import { Testing } from 'cdktf';
import { STANDARD } from '../../../bench/synthesis/standard-settings';
import { Grantee } from '../../../constructs';
import { DicomLakeStack } from '../../../stacks/dicom-lake-stack';
import { endpointsSubnet } from '../endpoints-subnet';
import { box, drawn, type Picture } from './drawing';
import { stackGraph, type StackNode } from './stack-graph';

interface Box {
  readonly title: string;
  readonly subtitle: string | ((members: readonly StackNode[]) => string);
  readonly colour: string;
}

/** Constructs folded to what a newcomer has to know, by their paths. */
const PARTS = {
  service: {
    title: 'DICOM service',
    subtitle: 'stores, finds and sends images,\nkeeps their index',
    colour: 'service',
    of: /^DicomLake\/(Workspace|DicomService)\/Resource$/,
  },
  identity: {
    title: 'Managed identity',
    subtitle: 'no key, no password',
    colour: 'access',
    of: /^DicomLake\/Identity\//,
  },
  container: {
    title: 'Container',
    subtitle: 'AHDS/{workspace}/dicom/{service}/\nevery image is one file',
    colour: 'lake',
    of: /^DicomLake\/Storage\/(Resource|Container)$/,
  },
  tiering: {
    title: 'Lifecycle rules',
    subtitle: 'to cool and cold, never archive',
    colour: 'lake',
    of: /^DicomLake\/Tiering\//,
  },
  inventory: {
    title: 'Inventory',
    subtitle: 'lists every file',
    colour: 'lake',
    of: /^DicomLake\/Inventory\//,
  },
  endpoints: {
    title: 'Private endpoints',
    subtitle: (members) =>
      `${count(members, 'private_endpoint')} endpoints, ${count(members, 'private_dns_zone')} DNS zones`,
    colour: 'network',
    of: /^(DicomLake\/PrivateAccess\/|Network$|Endpoints$)/,
  },
  monitoring: {
    title: 'Logs and alerts',
    subtitle: (members) => `${members.filter(({ type }) => type.includes('_alert')).length} alerts, by mail`,
    colour: 'monitoring',
    of: /^DicomLake\/Monitoring\//,
  },
  lock: {
    title: 'Delete locks',
    subtitle: 'on service and lake',
    colour: 'group',
    of: /^DicomLake\/DeleteLock\//,
  },
} as const satisfies Readonly<Record<string, Box & { readonly of: RegExp }>>;

type PartName = keyof typeof PARTS;

/** Who is given roles, by the object ids in the stack. */
const PEOPLE: Readonly<Record<string, Box & { readonly principalId: string }>> = {
  verifier: {
    title: 'dicom-lake',
    subtitle: 'verify, watch, audit',
    colour: 'people',
    principalId: STANDARD.verifierId,
  },
  analytics: {
    title: 'Analytics',
    subtitle: 'Fabric, Databricks',
    colour: 'people',
    principalId: STANDARD.fabricPrincipalId,
  },
};

/** A line between two parts. */
interface Line {
  readonly label: string;
  /** The part that is named comes first, as logs flow from it. */
  readonly isReversed?: boolean;
}

/** What it means that resources of one part name those of another; undefined where no line is drawn. */
const MEANING: Readonly<Record<string, Line | undefined>> = {
  'service>identity': { label: 'signs in with' },
  'service>container': { label: 'writes and reads' },
  'container>service': undefined, // The firewall lets the workspace through.
  'tiering>container': { label: '' },
  'inventory>container': { label: '' },
  'endpoints>service': { label: '' },
  'endpoints>container': { label: '' },
  'monitoring>service': { label: 'logs, metrics', isReversed: true },
  'monitoring>container': { label: 'logs, metrics', isReversed: true },
  'monitoring>identity': undefined, // An alert tells whose requests it is about.
  ...Object.fromEntries(Object.keys(PARTS).map((part) => [`lock>${part}`, undefined])),
};

/** A deployment with all that there is, folded, and whoever has to do with it. */
export async function architecturePicture(): Promise<Picture> {
  const nodes = stackGraph(wholeStack());
  const partOf = new Map(nodes.map((node) => [node.address, partNameOf(node)]));
  const always = new Set(stackGraph(smallestStack()).map(partNameOf));
  const names = Object.keys(PARTS) as PartName[];
  const boxes = new Map(
    names.map((name) => {
      const members = nodes.filter(({ address }) => partOf.get(address) === name);
      return [name, boxOf(name, PARTS[name], members, always.has(name))];
    }),
  );
  const rights = linesOfRights(nodes, partOf);
  const references = linesOfReferences(nodes, partOf);
  const people = Object.entries(PEOPLE).map(([id, person]) => boxOf(id, person, [], true));
  const inside = (...parts: readonly PartName[]): string => parts.map((part) => boxes.get(part)).join('\n');
  const svg = await drawn(
    `digraph {
      label="Dashed: only where it is asked for\\l"; labelloc=b; labeljust=l; fontsize=10;
      rankdir=TB; nodesep=0.3; ranksep=0.55; compound=true;
      ${box('senders', 'Scanners, PACS, viewers', 'store, search, retrieve', 'people')}
      ${people.join('\n')}
      { rank=same; senders; verifier }
      subgraph cluster_group {
        graph [labelloc=t, style=rounded, fontsize=11, margin=14]; label="Resource group";
        subgraph cluster_workspace { label="Health Data Services workspace"; ${inside('service')} }
        subgraph cluster_account { label="Storage account: the data lake"; ${inside('container', 'tiering', 'inventory')} }
        ${inside('identity', 'endpoints', 'monitoring', 'lock')}
      }
      senders -> service [class="service", penwidth=1.6, label="DICOMweb"];
      container -> lock [style=invis];
      ${[...references, ...rights].join('\n')}
    }`,
    {
      title: 'What a deployment is made of',
      description: descriptionOf(names),
    },
  );
  return { file: 'architecture.svg', svg };
}

function boxOf(
  id: string,
  { title, subtitle, colour }: Box,
  members: readonly StackNode[],
  isSolid: boolean,
) {
  const text = typeof subtitle === 'string' ? subtitle : subtitle(members);
  return box(id, title, text, isSolid ? colour : `${colour} optional`);
}

/** A part of the picture; undefined for what is drawn as a line or as the frame. */
function partNameOf({ path, type }: StackNode): PartName | undefined {
  if (type === 'azurerm_role_assignment' || type === 'azurerm_resource_group') return undefined;
  const found = (Object.keys(PARTS) as PartName[]).find((name) => PARTS[name].of.test(path));
  if (found === undefined) throw new Error(`the picture has no part for ${type} '${path}': add it to PARTS`);
  return found;
}

type PartOf = ReadonlyMap<string, PartName | undefined>;

/** Who may do what: one line for each pair, with the names of the roles. */
function linesOfRights(nodes: readonly StackNode[], partOf: PartOf): readonly string[] {
  const roles = new Map<string, Set<string>>();
  for (const { type, config, names } of nodes) {
    if (type !== 'azurerm_role_assignment') continue;
    const parts = names.map((name) => partOf.get(name));
    const person = Object.keys(PEOPLE).find((name) => PEOPLE[name]?.principalId === config['principal_id']);
    const from = person ?? 'identity';
    const to = parts.find((part) => part !== undefined && part !== from);
    if (to === undefined) throw new Error(`a role of '${from}' is on nothing that the picture shows`);
    const role = String(config['role_definition_name']);
    // To look at settings only: of no interest to a newcomer.
    if (role === 'Reader') continue;
    const line = `${from} -> ${to}`;
    roles.set(line, (roles.get(line) ?? new Set()).add(role));
  }
  return [...roles].map(([line, given]) => {
    const [from, to] = line.split(' -> ') as [string, string];
    const label = [...given].sort().join('\\n').replaceAll('Blob Data ', 'Blob\\nData ');
    // Readers of files are drawn below the lake.
    if (from === 'analytics') return `${to} -> ${from} [label="${label}", class="access", dir=back]`;
    const isKey = from === 'identity';
    return `${line} [label="${label}", class="${isKey ? 'key' : 'access'}"${isKey ? ', penwidth=2.4' : ''}]`;
  });
}

function linesOfReferences(nodes: readonly StackNode[], partOf: PartOf): readonly string[] {
  const pairs = new Set(
    nodes.flatMap(({ address, names }) =>
      names
        .map((name) => [partOf.get(address), partOf.get(name)] as const)
        .flatMap(([from, to]) =>
          from === undefined || to === undefined || from === to ? [] : [`${from}>${to}`],
        ),
    ),
  );
  return [...pairs].sort().flatMap((pair) => {
    if (!(pair in MEANING)) throw new Error(`the picture has no words for ${pair}: add it to MEANING`);
    const line = MEANING[pair];
    if (line === undefined) return [];
    const [from = '', to = ''] = pair.split('>');
    const ends = line.isReversed === true ? `${to} -> ${from}` : `${from} -> ${to}`;
    return [`${ends} [label="${line.label}", class="${from === 'service' ? 'service' : 'plain'}"]`];
  });
}

function count(members: readonly StackNode[], type: string): number {
  return members.filter((member) => member.type === `azurerm_${type}`).length;
}

function descriptionOf(names: readonly PartName[]): string {
  return `Scanners, PACS and viewers speak DICOMweb with the DICOM service. With a managed identity, which has the role Storage Blob Data Contributor on the container, it writes each image as a file to a storage account of one's own. Parts: ${names.map((name) => PARTS[name].title).join(', ')}.`;
}

const SETTINGS = {
  tenantId: STANDARD.tenantId,
  subscriptionId: STANDARD.subscriptionId,
  resourceGroupName: STANDARD.resourceGroupName,
  location: STANDARD.location,
  workspaceName: STANDARD.workspaceName,
  dicomServiceName: STANDARD.dicomServiceName,
  storageAccountName: 'hospitallake',
};

function smallestStack(): DicomLakeStack {
  return new DicomLakeStack(Testing.app(), 'imaging', { ...SETTINGS, profile: 'minimal' });
}

function wholeStack(): DicomLakeStack {
  return new DicomLakeStack(Testing.app(), 'imaging', {
    ...SETTINGS,
    profile: 'private',
    monitoring: { emailAddresses: [STANDARD.emailAddress] },
    inventory: { keepDays: STANDARD.keepInventoriesDays },
    tiering: [{ name: 'IdleImages', basis: 'lastAccess', coolAfterDays: STANDARD.coolAfterDays }],
    analytics: [
      {
        engine: 'fabric',
        principal: Grantee.servicePrincipal(STANDARD.fabricPrincipalId, 'analytics'),
        fabricWorkspaceId: STANDARD.fabricWorkspaceId,
      },
    ],
    verifier: Grantee.servicePrincipal(STANDARD.verifierId),
    deleteLock: true,
    parts: (scope, group) => ({ privateAccess: { subnet: endpointsSubnet(scope, group) } }),
  });
}
