import type { Emulator } from '../../emulator';
import type { ArmResource } from '../../local';
import { armOf } from './emulator';

/** Documents of Azure Resource Manager by the ids of their resources. */
export type ArmDocuments = Readonly<Record<string, ArmResource>>;

const NAMESPACES = [
  'Microsoft.Authorization',
  'Microsoft.HealthcareApis',
  'Microsoft.Insights',
  'Microsoft.ManagedIdentity',
  'Microsoft.Network',
  'Microsoft.OperationalInsights',
  'Microsoft.Storage',
];
const API = '2023-07-01';

/** Every resource in the subscription of an emulator, of all the types that it says it has, as a GET answers it. */
export async function armDocuments(emulator: Emulator): Promise<ArmDocuments> {
  const arm = armOf(emulator);
  const subscription = `/subscriptions/${emulator.ready.subscriptionId}`;
  const found = new Map<string, ArmResource>();
  const list = async (collection: string): Promise<readonly string[]> => {
    const { value } = (await arm.get(collection, API)) as { readonly value: readonly { id: string }[] };
    for (const document of value) found.set(document.id, document);
    return value.map(({ id }) => id);
  };
  await list(`${subscription}/resourceGroups`);
  for (const namespace of NAMESPACES) {
    const { resourceTypes } = (await arm.get(`${subscription}/providers/${namespace}`, API)) as {
      readonly resourceTypes: readonly { readonly resourceType: string }[];
    };
    const idsOf = new Map<string, readonly string[]>();
    for (const resourceType of resourceTypes.map((one) => one.resourceType).toSorted(byDepth)) {
      const at = resourceType.lastIndexOf('/');
      const parents = idsOf.get(resourceType.slice(0, Math.max(at, 0))) ?? [];
      const collections =
        at < 0
          ? [`${subscription}/providers/${namespace}/${resourceType}`]
          : parents.map((id) => `${id}/${resourceType.slice(at + 1)}`);
      idsOf.set(resourceType, (await Promise.all(collections.map(list))).flat());
    }
  }
  return Object.fromEntries([...found].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function byDepth(one: string, other: string): number {
  return one.split('/').length - other.split('/').length;
}

/** What differs between two emulators, or two runs on one, although the same was applied to them. */
const NORMALIZATIONS: Readonly<Record<string, (documents: string, emulator: Emulator) => string>> = {
  'the planes listen on free ports': (documents, { ready }) =>
    Object.entries(ready.endpoints).reduce(
      (text, [plane, origin]) =>
        text
          .replaceAll(origin, `https://${plane}.example`)
          .replaceAll(`.localhost:${new URL(origin).port}/`, `.${plane}.example/`),
      documents,
    ),
  'principals and clients of managed identities are made up': (documents) =>
    replaced(documents, Object.entries(identityIds(parsed(documents)))),
  'names of role assignments are made up': (documents) =>
    replaced(
      documents,
      Object.entries(parsed(documents)).flatMap(([id, document]) => {
        const { roleDefinitionId, principalId } = propertiesOf(document);
        return typeof roleDefinitionId === 'string'
          ? [[nameOf(id), `${nameOf(roleDefinitionId)} to ${String(principalId)}`] as const]
          : [];
      }),
    ),
  'networks, interfaces of endpoints and workspaces of logs have made-up numbers': (documents) =>
    documents
      .replace(/(?<="(?:resourceGuid|customerId)":")[0-9a-f-]{36}(?=")/g, 'made up')
      .replace(/(?<=\.nic\.)[0-9a-f-]{36}/g, 'made-up'),
  'endpoints get addresses in the order in which they are made, and Terraform makes them at once': (
    documents,
  ) =>
    replaced(
      documents,
      Object.values(parsed(documents)).flatMap((document) => {
        const { ipConfigurations, privateEndpoint } = propertiesOf(document) as {
          readonly ipConfigurations?: readonly ArmResource[];
          readonly privateEndpoint?: { readonly id: string };
        };
        const address = propertiesOf(ipConfigurations?.[0] ?? {})['privateIPAddress'];
        return privateEndpoint === undefined
          ? []
          : [[`"${String(address)}"`, `"address of ${nameOf(privateEndpoint.id)}"`] as const];
      }),
    ),
  'role assignments tell when they were made': (documents) =>
    documents.replace(/(?<="(?:created|updated)On":")[^"]+(?=")/g, 'some time'),
  'conditions of alerts are a set, and sets have no order': (documents) =>
    JSON.stringify(parsed(documents), (key, value: unknown) =>
      key === 'anyOf' && Array.isArray(value)
        ? value.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
        : value,
    ),
  'every change has an ETag of its own': (documents) =>
    documents.replace(/(?<="etag":)"[^,}]+"/g, '"some ETag"'),
};

/** Documents in a form in which those of two emulators can be compared. */
export function comparable(documents: ArmDocuments, emulator: Emulator): ArmDocuments {
  const text = Object.values(NORMALIZATIONS).reduce(
    (before, normalize) => normalize(before, emulator),
    JSON.stringify(documents),
  );
  return Object.fromEntries(
    Object.entries(parsed(text)).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** Replacements for the GUIDs of managed identities, by GUID. */
function identityIds(documents: ArmDocuments): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(documents).flatMap(([id, document]) => {
      const { principalId } = (document['identity'] ?? {}) as Readonly<Record<string, unknown>>;
      const isIdentity = /\/userAssignedIdentities\/[^/]+$/.test(id);
      const own = isIdentity ? propertiesOf(document) : { principalId };
      return (['principalId', 'clientId'] as const).flatMap((key) =>
        typeof own[key] === 'string' ? [[own[key], `${key} of ${nameOf(id)}`]] : [],
      );
    }),
  );
}

function replaced(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((before, [from, to]) => before.replaceAll(from, to), text);
}

function parsed(documents: string): ArmDocuments {
  return JSON.parse(documents) as ArmDocuments;
}

function propertiesOf(document: ArmResource): Readonly<Record<string, unknown>> {
  return (document['properties'] ?? {}) as Readonly<Record<string, unknown>>;
}

function nameOf(id: string): string {
  return id.split('/').at(-1) ?? '';
}
