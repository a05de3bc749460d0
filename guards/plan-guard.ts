import type { Finding, FindingCode } from './finding';
import type { ResourceChange } from './plan';

/** What is lost with a resource of a type. */
const PROTECTED: Readonly<Record<string, FindingCode>> = {
  azurerm_healthcare_dicom_service: 'INDEX_LOST',
  azurerm_healthcare_workspace: 'WORKSPACE_LOST',
  azurerm_management_lock: 'LOCK_LOST',
  azurerm_resource_group: 'IMAGES_LOST',
  azurerm_storage_account: 'IMAGES_LOST',
  azurerm_storage_container: 'IMAGES_LOST',
  azurerm_storage_data_lake_gen2_filesystem: 'IMAGES_LOST',
};

/** What the changes of a plan would do to images, in the order of the plan. */
export function guardPlan(changes: readonly ResourceChange[]): readonly Finding[] {
  return changes
    .filter(({ mode = 'managed' }) => mode === 'managed')
    .flatMap((change) => [...removalFindings(change), ...(UPDATES[change.type]?.(change) ?? [])]);
}

function removalFindings({ address, type, deposed, change }: ResourceChange): readonly Finding[] {
  const code = PROTECTED[type];
  if (code === undefined) return [];
  const { actions, replace_paths: paths = [] } = change;
  if (actions.includes('forget')) {
    // OpenTofu forgets what it would have to replace, where the resource has `destroy = false` in its lifecycle.
    const successor = actions.includes('create') ? ', and another is created' : '';
    return [{ code: 'FORGOTTEN', address, change: `leaves the state${successor}` }];
  }
  if (!actions.includes('delete')) return [];
  if (!actions.includes('create')) {
    const what = deposed === undefined ? 'is deleted' : `the deposed object ${deposed} is deleted`;
    return [{ code, address, change: what }];
  }
  const attributes = paths.map((path) => path.join('.')).join(', ');
  return [
    {
      code,
      address,
      change: `is replaced${attributes === '' ? '' : `, because of a change to ${attributes}`}`,
    },
  ];
}

type Values = Readonly<Record<string, unknown>>;

type Judge = (change: ResourceChange) => readonly Finding[];

/** Changes in place that hurt although nothing is deleted. */
const UPDATES: Readonly<Record<string, Judge>> = {
  azurerm_storage_account: accountFindings,
  azurerm_healthcare_dicom_service: serviceFindings,
  azurerm_storage_management_policy: policyFindings,
};

/** Settings of an account that let images out, each with the value that does. */
const OPENING: readonly (readonly [path: string, value: unknown])[] = [
  ['shared_access_key_enabled', true],
  ['allow_nested_items_to_be_public', true],
  ['local_user_enabled', true],
  ['https_traffic_only_enabled', false],
  ['public_network_access_enabled', true],
  ['min_tls_version', 'TLS1_0'],
  ['min_tls_version', 'TLS1_1'],
  ['network_rules.0.default_action', 'Allow'],
];

const RETENTIONS = [
  'blob_properties.0.delete_retention_policy.0.days',
  'blob_properties.0.container_delete_retention_policy.0.days',
];

function accountFindings({ address, change }: ResourceChange): readonly Finding[] {
  const { before, after } = change;
  if (before === null || before === undefined || after === null || after === undefined) return [];
  const opened = OPENING.filter(
    ([path, value]) => at(after, path) === value && at(before, path) !== value,
  ).map(([path, value]): Finding => ({
    code: 'LAKE_OPENED',
    address,
    change: `${path} changes from ${shown(at(before, path))} to ${shown(value)}`,
  }));
  const shortened = RETENTIONS.filter((path) => days(at(after, path)) < days(at(before, path))).map(
    (path): Finding => ({
      code: 'RECOVERY_SHORTENED',
      address,
      change: `${path} changes from ${days(at(before, path))} to ${days(at(after, path))}`,
    }),
  );
  return [...opened, ...shortened];
}

function serviceFindings({ address, change }: ResourceChange): readonly Finding[] {
  const { before, after } = change;
  if (before === null || before === undefined || after === null || after === undefined) return [];
  const lost = identities(before).filter((identity) => !identities(after).includes(identity));
  return lost.map((identity) => ({ code: 'IDENTITY_LOST', address, change: `loses ${identity}` }));
}

function identities(service: Values): readonly string[] {
  const ids = at(service, 'identity.0.identity_ids');
  const type = at(service, 'identity.0.type');
  return [
    ...(typeof type === 'string' && type.includes('SystemAssigned') ? ['its system-assigned identity'] : []),
    ...(Array.isArray(ids) ? ids.map(String) : []),
  ];
}

function policyFindings({ address, change }: ResourceChange): readonly Finding[] {
  return list(at(change.after ?? {}, 'rule'))
    .filter((rule) => rule['enabled'] !== false && reachesImages(rule))
    .flatMap((rule) =>
      list(rule['actions']).flatMap((actions) =>
        Object.entries(actions).flatMap(([target, blocks]) =>
          list(blocks).flatMap((block) =>
            Object.entries(block)
              .filter(
                ([name, value]) => /archive|^delete/.test(name) && typeof value === 'number' && value >= 0,
              )
              .map(([name]): Finding => ({
                code: 'IMAGES_EXPIRE',
                address,
                change: `rule '${String(rule['name'])}' has ${target}.${name}`,
              })),
          ),
        ),
      ),
    );
}

/** A prefix is `container/path`; images lie below `container/AHDS/`. */
function reachesImages(rule: Values): boolean {
  const prefixes = list(rule['filters']).flatMap(({ prefix_match: match }) =>
    Array.isArray(match) ? match.map(String) : [],
  );
  return (
    prefixes.length === 0 ||
    prefixes.some((prefix) => {
      const slash = prefix.indexOf('/');
      const path = slash < 0 ? '' : prefix.slice(slash + 1);
      return path.startsWith('AHDS/') || 'AHDS/'.startsWith(path);
    })
  );
}

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
      value,
    );
}

function list(value: unknown): readonly Values[] {
  return Array.isArray(value)
    ? value.filter((one): one is Values => typeof one === 'object' && one !== null)
    : [];
}

/** A retention that is not there counts as none. */
function days(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
