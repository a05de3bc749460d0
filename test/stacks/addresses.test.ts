import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { everyDeployment } from '../support/every-deployment';
import type { Resource, Synthesized } from '../support/synth';

/** Resources by deployment and address, each with the arguments that Terraform replaces it for. */
type Recorded = Readonly<Record<string, Readonly<Record<string, Resource>>>>;

const FILE = path.join(__dirname, 'addresses.json');

/**
 * Arguments whose change replaces a resource, for the resource types of the kit; none of them can be changed in place
 * where another type has it.
 *
 * @see https://github.com/hashicorp/terraform-provider-azurerm/tree/main/internal/services `ForceNew: true`
 */
const REPLACING = new Set([
  ...['name', 'location', 'resource_group_name'],
  // Dicom services
  ...['workspace_id', 'data_partitions_enabled', 'storage'],
  // Accounts, containers, their policies
  ...['account_kind', 'account_tier', 'account_replication_type', 'is_hns_enabled', 'nfsv3_enabled'],
  ...['infrastructure_encryption_enabled', 'queue_encryption_key_type', 'table_encryption_key_type'],
  ...['storage_account_id', 'default_encryption_scope'],
  // Roles and locks
  ...['scope', 'principal_id', 'principal_type', 'role_definition_name', 'role_definition_id'],
  ...['lock_level', 'notes'],
  // Networks
  ...['subnet_id', 'private_service_connection', 'private_dns_zone_name', 'private_dns_zone_id'],
  ...['virtual_network_id', 'virtual_network_name'],
  // Monitoring
  ...['target_resource_id', 'scopes'],
  'triggers',
]);

function recordedOf(deployments: ReadonlyMap<string, Synthesized>): Recorded {
  return Object.fromEntries(
    [...deployments].map(([name, { resource }]) => [
      name,
      Object.fromEntries(
        Object.entries(resource)
          .flatMap(([type, resources]) =>
            Object.entries(resources).map(([id, values]): [string, Resource] => [
              `${type}.${id}`,
              Object.fromEntries(Object.entries(values).filter(([argument]) => REPLACING.has(argument))),
            ]),
          )
          .sort(([one], [other]) => (one < other ? -1 : 1)),
      ),
    ]),
  );
}

function changes(before: Recorded, now: Recorded): readonly string[] {
  const deployments = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...deployments].flatMap((deployment) => {
    const [old, fresh] = [before[deployment] ?? {}, now[deployment] ?? {}];
    return [...new Set([...Object.keys(old), ...Object.keys(fresh)])].flatMap((address) => {
      const place = `${deployment}: ${address}`;
      const [was, is] = [old[address], fresh[address]];
      if (is === undefined) return [`${place} is gone, so Terraform deletes it`];
      if (was === undefined) return [`${place} is new`];
      return [...new Set([...Object.keys(was), ...Object.keys(is)])]
        .filter((argument) => JSON.stringify(was[argument]) !== JSON.stringify(is[argument]))
        .map(
          (argument) =>
            `${place} is replaced: ${argument} was ${JSON.stringify(was[argument])}, ` +
            `is ${JSON.stringify(is[argument])}`,
        );
    });
  });
}

const ADVICE = `
Whoever upgrades has these resources, with images in them. Keep an id with overrideLogicalId(id), or tell Terraform of
the move with moveFromId(address); a resource that is gone or replaced all the same takes a major version and a section
in the changelog. Record what is meant with: UPDATE_ADDRESSES=1 npx jest test/stacks/addresses`;

test('whoever upgrades keeps every resource: no address goes, nothing is replaced', async () => {
  const now = recordedOf(await everyDeployment(4));
  if (process.env['UPDATE_ADDRESSES'] === '1') writeFileSync(FILE, `${JSON.stringify(now, undefined, 2)}\n`);
  const found = changes(JSON.parse(readFileSync(FILE, 'utf8')) as Recorded, now);
  if (found.length > 0) throw new Error(`${found.map((change) => `- ${change}`).join('\n')}\n${ADVICE}`);
  expect(Object.keys(now).length).toBeGreaterThan(5);
});

test('whoever moves to major 5 of the provider keeps every address', async () => {
  const addresses = (deployments: Recorded): unknown =>
    Object.entries(deployments).map(([name, resources]) => [name, Object.keys(resources)]);
  expect(addresses(recordedOf(await everyDeployment(5)))).toEqual(
    addresses(JSON.parse(readFileSync(FILE, 'utf8')) as Recorded),
  );
});
