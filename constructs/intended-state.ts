import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { IntendedAccount, IntendedGrant, IntendedState, IntendedTierRule } from '../contract';
import { DeleteLock } from './delete-lock';
import type { IDicomService } from './dicom-service';
import { LakeMonitoring } from './lake-monitoring';
import { LakeStorage, type ILakeStorage } from './lake-storage';
import { PrivateAccess } from './private-access';
import { RoleGrant } from './role-grant';
import { isSameAccount, TieringPolicy } from './tiering-policy';

/**
 * What the stacks of a service and its lake mean to have. Every list is read when it is asked for: constructs that
 * come after this call, up to the synthesis, are in it too.
 */
export function intendedState(dicomService: IDicomService): IntendedState {
  const { lake, dicomServiceId, workspaceId, publicNetworkAccess } = dicomService;
  return {
    publicNetworkAccess,
    get account() {
      return intendedAccount(lake);
    },
    get grants() {
      return intendedGrants(dicomService);
    },
    get privateEndpoints() {
      return constructsAround(dicomService)
        .filter((construct) => construct instanceof PrivateAccess)
        .flatMap(({ endpoints }) => endpoints)
        .filter(({ targetId }) => isOneOf([workspaceId, lake.storageAccountId], targetId));
    },
    get diagnosticSettings() {
      return monitoringOf(dicomService).flatMap(({ diagnosticSettings }) => diagnosticSettings);
    },
    get alertIds() {
      return monitoringOf(dicomService).flatMap(({ alertIds }) => Object.values(alertIds));
    },
    get deleteLocks() {
      return constructsAround(dicomService)
        .filter((construct) => construct instanceof DeleteLock)
        .flatMap(({ locks }) => locks)
        .filter(({ scope }) => isOneOf([dicomServiceId, lake.storageAccountId], scope));
    },
  };
}

/** The rules that the storage account is meant to have so far, those for other services of the lake among them. */
export function intendedTierRules(dicomService: IDicomService): readonly IntendedTierRule[] {
  return constructsAround(dicomService)
    .filter((construct) => construct instanceof TieringPolicy)
    .filter(({ lake }) => isSameAccount(lake, dicomService.lake))
    .flatMap(({ rules }) => rules);
}

function intendedAccount(lake: ILakeStorage): IntendedAccount {
  const { firewall, networkAccess } = lake;
  return {
    managed: lake instanceof LakeStorage,
    networkAccess,
    ...(firewall === undefined ? {} : { allowed: firewall.allowed }),
  };
}

function intendedGrants(dicomService: IDicomService): readonly IntendedGrant[] {
  const { lake, dicomServiceId } = dicomService;
  const scopes = [lake.containerId, lake.storageAccountId, dicomServiceId];
  return constructsAround(dicomService)
    .filter((construct) => construct instanceof RoleGrant)
    .filter(({ role, scope }) => role.dataActions.length > 0 && isOneOf(scopes, scope))
    .map(({ role, scope, grantee }) => ({ principalId: grantee.principalId, roleId: role.id, scope }));
}

function monitoringOf(dicomService: IDicomService): readonly LakeMonitoring[] {
  return constructsAround(dicomService)
    .filter((construct) => construct instanceof LakeMonitoring)
    .filter(({ dicomServiceId }) => isOneOf([dicomService.dicomServiceId], dicomServiceId));
}

/**
 * Not those of other stacks: what a stack tells about another one makes it depend on it, and two stacks that adopt one
 * lake would depend on each other.
 */
function constructsAround(dicomService: IDicomService): readonly IConstruct[] {
  const stacks = new Set([dicomService, dicomService.lake].map((part) => TerraformStack.of(part)));
  return [...stacks].flatMap((stack) => stack.node.findAll());
}

/** Azure takes two spellings for one resource. */
function isOneOf(ids: readonly string[], id: string): boolean {
  return ids.some((one) => one.toLowerCase() === id.toLowerCase());
}
