import { StorageManagementPolicy } from '@cdktf/provider-azurerm/lib/storage-management-policy';
import {
  Annotations,
  DefaultTokenResolver,
  StringConcat,
  TerraformResource,
  TerraformStack,
  Tokenization,
} from 'cdktf';
import type { IConstruct } from 'constructs';
import type { ILakeStorage } from './lake-storage';
import { refuseInvalid } from './private/invalid';
import { nameInResourceId } from './private/resource-id';

const WAIVER = 'dicom-lake:archive-waiver';
const POLICY = 'azurerm_storage_management_policy';

/**
 * Finds lifecycle policies, however they were made, that would archive or delete what DICOM services keep in a lake.
 * The service answers 424 for an archived file, and for one that was deleted behind its back.
 *
 * It is a validation of each lake and not an aspect, because cdktf runs aspects stack by stack and none of the
 * application: the policy of another stack would not be seen.
 *
 * Every lake is protected by itself: when its stack is synthesized, the whole application is searched for policies of
 * its storage account, in the form in which Terraform will see them, escape hatches included. Modules of Terraform are
 * not looked into.
 */
export const ArchiveGuard = {
  /** Has the synthesis fail where a policy of the application threatens the lake. Lakes call it themselves. */
  protect(lake: ILakeStorage): void {
    lake.node.addValidation({ validate: () => offences(lake) });
  },

  /**
   * Lets the policies of a construct and of those inside it be.
   *
   * @param reason why no image can be lost; stands in the output of the synthesis
   * @throws InvalidConstructError without a reason
   */
  waive(construct: IConstruct, reason: string): void {
    refuseInvalid(
      construct,
      'ArchiveWaiverInvalid',
      reason.trim() === '' ? ["'reason' must say why no image can be lost, got nothing"] : [],
    );
    construct.node.addMetadata(WAIVER, reason);
    Annotations.of(construct).addInfo(`ArchiveGuardWaived: ${reason}`);
  },
} as const;

type Arguments = Readonly<Record<string, unknown>>;

function offences(lake: ILakeStorage): string[] {
  const accountId = resolved(lake.storageAccountId, lake) as string;
  return policiesIn(lake.node.root)
    .filter((resource) => !isWaived(resource))
    .flatMap((resource) => offencesOf(resource, lake, accountId));
}

/** A walk of its own: every lake searches the whole application, which may hold a hundred of them. */
function policiesIn(construct: IConstruct, found: TerraformResource[] = []): readonly TerraformResource[] {
  // Not instanceof: an application with two copies of the library has classes of each.
  if (TerraformResource.isTerraformResource(construct) && mayBePolicy(construct)) found.push(construct);
  for (const child of construct.node.children) policiesIn(child, found);
  return found;
}

function mayBePolicy({ terraformResourceType: type }: TerraformResource): boolean {
  return type === POLICY || type.startsWith('azapi_');
}

function offencesOf(resource: TerraformResource, lake: ILakeStorage, accountId: string): string[] {
  const { path } = resource.node;
  if (resource.terraformResourceType !== POLICY) {
    return isRawPolicy(argumentsOf(resource))
      ? [
          `ArchiveGuard: ${path} is a lifecycle policy made with azapi, whose rules are not looked into; make it a ` +
            'TieringPolicy, or let it be with ArchiveGuard.waive(construct, reason)',
        ]
      : [];
  }
  // The account before the rules, which are many and need not be resolved for the lakes of other accounts.
  const otherId = resolved(accountIdOf(resource), resource);
  const areTogether = TerraformStack.of(resource) === TerraformStack.of(lake);
  if (!mayBeAccountOf(lake, accountId, { id: otherId, areTogether })) return [];
  return blocks(argumentsOf(resource)['rule'])
    .filter((rule) => rule['enabled'] !== false && reaches(rule, contractPrefix(lake)))
    .flatMap((rule) =>
      harmfulActions(rule).map(
        (action) =>
          `ArchiveGuard: rule '${String(rule['name'])}' of ${path} has '${action}' and reaches ` +
          `'${contractPrefix(lake)}' of ${lake.node.path}: the DICOM service answers 424 for an archived file and ` +
          'for one deleted behind its back; take the action out, give the rule another prefix_match, or let it be ' +
          'with ArchiveGuard.waive(construct, reason)',
      ),
    );
}

/** Everything that DICOM services keep in the container. */
function contractPrefix({ containerName }: ILakeStorage): string {
  return `${containerName}/AHDS/`;
}

/** What Terraform will be given for a resource, overrides and all. */
function argumentsOf(resource: TerraformResource): Arguments {
  return resolved(unresolvedArgumentsOf(resource), resource) as Arguments;
}

/** As in the arguments, without making all the others where there is no need. */
function accountIdOf(resource: TerraformResource): unknown {
  return resource instanceof StorageManagementPolicy &&
    Object.keys(resource['rawOverrides'] as object).length === 0
    ? resource.storageAccountIdInput
    : unresolvedArgumentsOf(resource)['storage_account_id'];
}

function unresolvedArgumentsOf(resource: TerraformResource): Arguments {
  const { resource: byType } = resource.toTerraform() as {
    readonly resource?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  };
  const [byName = {}] = Object.values(byType ?? {});
  return Object.values(byName)[0] ?? {};
}

/** A value with its tokens as Terraform will read them. */
function resolved(value: unknown, scope: IConstruct): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(value, { scope, preparing: false, resolver }) as unknown;
}

function isRawPolicy({ type }: Arguments): boolean {
  return (
    typeof type === 'string' && /^Microsoft\.Storage\/storageAccounts\/managementPolicies(@|$)/i.test(type)
  );
}

/**
 * Whether a policy may belong to the account of a lake; yes where it cannot be told.
 *
 * @param policy its account as it stands in its own stack, and whether that is the stack of the lake: the same name
 * in another stack is another resource
 */
function mayBeAccountOf(
  lake: ILakeStorage,
  own: string,
  policy: { readonly id: unknown; readonly areTogether: boolean },
): boolean {
  const { id: accountId, areTogether } = policy;
  if (typeof accountId !== 'string') return true;
  if (!accountId.includes('${')) {
    return nameInResourceId(accountId).toLowerCase() === lake.storageAccountName.toLowerCase();
  }
  const isResource = (id: string): boolean => /^\$\{azurerm_storage_account\.[^}]+\.id\}$/.test(id);
  return !isResource(accountId) || !isResource(own) || (areTogether && accountId === own);
}

function reaches(rule: Arguments, contract: string): boolean {
  const prefixes = blocks(rule['filters']).flatMap(({ prefix_match: match }) =>
    Array.isArray(match) ? (match as readonly unknown[]) : [],
  );
  return (
    prefixes.length === 0 ||
    prefixes.map(String).some((prefix) => {
      const isKnown = !prefix.includes('${');
      return !isKnown || prefix.startsWith(contract) || contract.startsWith(prefix);
    })
  );
}

/** Actions as `base_blob.delete_after_…`; the provider takes -1 for not set. */
function harmfulActions(rule: Arguments): string[] {
  return blocks(rule['actions']).flatMap((actions) =>
    Object.entries(actions).flatMap(([target, block]) =>
      blocks(block).flatMap((action) =>
        Object.entries(action)
          .filter(
            ([name, days]) =>
              /archive|^delete/.test(name) && days !== null && days !== undefined && days !== -1,
          )
          .map(([name]) => `${target}.${name}`),
      ),
    ),
  );
}

/** A block as cdktf writes it: an object, or a list of them. */
function blocks(value: unknown): readonly Arguments[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.filter((item): item is Arguments => typeof item === 'object' && item !== null);
}

function isWaived(construct: IConstruct): boolean {
  return construct.node.scopes.some(({ node }) => node.metadata.some(({ type }) => type === WAIVER));
}
