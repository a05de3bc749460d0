import type { App, TerraformStack } from 'cdktf';
import {
  ActionGroup,
  Grantee,
  HealthWorkspace,
  InvalidConstructError,
  KeyVaultKey,
  LakeIdentity,
  LakeStorage,
  LogAnalyticsWorkspace,
  PrivateDnsZone,
  Subnet,
  type AnalyticsReader,
  type DicomLakeEncryption,
  type DicomLakeProps,
  type LakeMonitoringOptions,
  type PrivateAccessOptions,
  type PrincipalType,
  type VerificationJobOptions,
} from '../constructs';
import { DicomLakeStack } from './dicom-lake-stack';
import type { DeploymentSettings } from './settings-schema';

/**
 * Makes one stack of each deployment.
 *
 * @returns what the constructs refuse, of all deployments
 */
export function addDeployments(
  app: App,
  deployments: ReadonlyMap<string, DeploymentSettings>,
): readonly string[] {
  return [...deployments].flatMap(([name, settings]) => {
    try {
      addDeployment(app, name, settings);
      return [];
    } catch (error) {
      if (!(error instanceof InvalidConstructError)) throw error;
      return error.problems.map((problem) => `deployments.${name}: ${problem}`);
    }
  });
}

function addDeployment(app: App, name: string, settings: DeploymentSettings): DicomLakeStack {
  const { workspace, lake, identity, encryption, analytics, verifier, privateAccess, monitoring, ...others } =
    settings;
  const { verificationJob, ...props } = others;
  return new DicomLakeStack(app, name, {
    ...props,
    analytics: analytics?.map(reader),
    verifier: verifier === undefined ? undefined : grantee(verifier.type, verifier),
    verifierDeepProbes: verifier?.deepProbes,
    parts: (stack) => ({
      ...adopted(stack, { workspace, lake, identity }),
      ...(privateAccess === undefined ? {} : { privateAccess: access(stack, privateAccess) }),
      ...(monitoring === undefined
        ? {}
        : { monitoring: monitoring === false ? false : watching(stack, monitoring) }),
      ...(encryption === undefined ? {} : { encryption: keys(stack, encryption) }),
      ...(verificationJob === undefined ? {} : { verificationJob: job(stack, verificationJob) }),
    }),
  });
}

function adopted(
  stack: TerraformStack,
  { workspace, lake, identity }: Pick<DeploymentSettings, 'workspace' | 'lake' | 'identity'>,
): Partial<DicomLakeProps> {
  return {
    ...(workspace === undefined
      ? {}
      : { workspace: HealthWorkspace.fromWorkspaceAttributes(stack, 'ExistingWorkspace', workspace) }),
    ...(lake === undefined ? {} : { lake: LakeStorage.fromLakeAttributes(stack, 'ExistingLake', lake) }),
    ...(identity === undefined
      ? {}
      : { identity: LakeIdentity.fromIdentityAttributes(stack, 'ExistingIdentity', identity) }),
  };
}

function access(
  stack: TerraformStack,
  { subnetId, dnsZones, ...options }: NonNullable<DeploymentSettings['privateAccess']>,
): PrivateAccessOptions {
  return {
    ...options,
    subnet: Subnet.fromSubnetAttributes(stack, 'Subnet', { subnetId }),
    dnsZones:
      typeof dnsZones !== 'object'
        ? dnsZones
        : Object.fromEntries(
            Object.entries(dnsZones).flatMap(([key, id]) =>
              id === undefined ? [] : [[key, PrivateDnsZone.fromZoneId(stack, `${key}-zone`, id)]],
            ),
          ),
  };
}

function watching(
  stack: TerraformStack,
  {
    logAnalyticsWorkspace,
    actionGroupId,
    ...options
  }: Exclude<DeploymentSettings['monitoring'], undefined | false>,
): LakeMonitoringOptions {
  return {
    ...options,
    logAnalyticsWorkspace:
      logAnalyticsWorkspace === undefined
        ? undefined
        : LogAnalyticsWorkspace.fromWorkspaceAttributes(stack, 'ExistingLogs', logAnalyticsWorkspace),
    actionGroup:
      actionGroupId === undefined
        ? undefined
        : ActionGroup.fromActionGroupId(stack, 'ExistingActionGroup', actionGroupId),
  };
}

function job(
  stack: TerraformStack,
  { subnetId, ...options }: NonNullable<DeploymentSettings['verificationJob']>,
): VerificationJobOptions {
  if (subnetId === undefined) return options;
  return { ...options, subnet: Subnet.fromSubnetAttributes(stack, 'VerificationSubnet', { subnetId }) };
}

function keys(
  stack: TerraformStack,
  { lakeKey, dicomServiceKey }: NonNullable<DeploymentSettings['encryption']>,
): DicomLakeEncryption {
  return {
    lakeKey: lakeKey === undefined ? undefined : KeyVaultKey.fromKeyAttributes(stack, 'LakeKey', lakeKey),
    dicomServiceKey:
      dicomServiceKey === undefined
        ? undefined
        : {
            key: KeyVaultKey.fromKeyAttributes(stack, 'DicomServiceKey', dicomServiceKey),
            serviceExists: dicomServiceKey.serviceExists,
          },
  };
}

function reader(settings: NonNullable<DeploymentSettings['analytics']>[number]): AnalyticsReader {
  const principal = grantee('ServicePrincipal', settings);
  return settings.engine === 'fabric'
    ? { engine: settings.engine, principal, fabricWorkspaceId: settings.fabricWorkspaceId }
    : { engine: settings.engine, principal, resourceId: settings.resourceId };
}

function grantee(
  type: PrincipalType = 'ServicePrincipal',
  { principalId, name }: { readonly principalId: string; readonly name?: string | undefined },
): Grantee {
  switch (type) {
    case 'ServicePrincipal':
      return Grantee.servicePrincipal(principalId, name);
    case 'Group':
      return Grantee.group(principalId, name);
    case 'User':
      return Grantee.user(principalId, name);
  }
}
