import { ContainerAppEnvironment } from '@cdktf/provider-azurerm/lib/container-app-environment';
import { ContainerAppJob } from '@cdktf/provider-azurerm/lib/container-app-job';
import { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting';
import { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import { Fn, Lazy, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { kustoLiteral, MANIFEST_VARIABLE, ROLES, type DeploymentManifest, type Profile } from '../contract';
import type { IDicomService } from './dicom-service';
import { LakeIdentity } from './lake-identity';
import type { LakeMonitoring } from './lake-monitoring';
import { placementConfig, type PlacementProps } from './placement';
import { refuseInvalid } from './private/invalid';
import { RoleGrant } from './role-grant';
import type { ISubnet } from './subnet';
import {
  alertWindow,
  DEFAULT_SCHEDULE,
  jobNameOf,
  replicaTimeoutSeconds,
  verificationJobProblems,
} from './verification-job-problems';
import { VerifierGrant } from './verifier-grant';

/** How often a deployment is verified, with what, and from where. */
export interface VerificationJobOptions {
  /** The image of this kit, with its digest: `registry.azurecr.io/dicom-lake@sha256:…`. */
  readonly image: string;
  /**
   * Whether the image may be named by a tag, other than `latest`, which somebody can move to another image.
   *
   * @default false
   */
  readonly tagAllowed?: boolean | undefined;
  /**
   * Resource id of the Azure Container Registry that holds the image; the identity of the job gets AcrPull on it.
   *
   * Replacement: the role is assigned anew on the other registry.
   *
   * @default - none; then the image has to be there for everybody
   */
  readonly containerRegistryId?: string | undefined;
  /**
   * Cron expression of five fields, in UTC, that comes round every day.
   *
   * @default '17 * * * *', hourly
   */
  readonly schedule?: string | undefined;
  /**
   * Profile of `dicom-lake verify`. With `deep` the identity of the job may change and delete every file of the lake.
   *
   * @default 'full'
   */
  readonly profile?: Profile | undefined;
  /**
   * Where the job gets its addresses: a subnet of its own, of /27 at least, delegated to Microsoft.App/environments.
   * Where the lake is closed but to networks that are named, name this subnet among them.
   *
   * Replacement: the job is made anew in another environment.
   *
   * @default - addresses of Azure that nobody knows beforehand; then service and lake have to be open
   */
  readonly subnet?: ISubnet | undefined;
  /**
   * Names the job, its environment and its alert: 2 to 32 lower-case letters, digits or single dashes.
   *
   * Replacement: the job is made anew.
   *
   * @default - `{dicomServiceName}-verify`, in lower case
   */
  readonly jobName?: string | undefined;
}

export interface VerificationJobProps extends PlacementProps, VerificationJobOptions {
  /** Replacement: the roles are assigned anew on the other service and its lake. */
  readonly dicomService: IDicomService;
  /** What the job verifies, as of {@link DicomLake.manifest}; the lists in it are read when the stack is synthesized. */
  readonly manifest: DeploymentManifest;
  /**
   * Where the job's output goes, and who is told when no run passes.
   *
   * @default - nowhere, and nobody; the last runs show in the portal
   */
  readonly monitoring?: LakeMonitoring | undefined;
}

/**
 * `dicom-lake verify` on a schedule, as a job of Azure Container Apps with an identity of its own, which gets exactly
 * what {@link VerifierGrant} gives.
 *
 * One run at a time, never tried again: a failed run is to be seen. A run that does not end five minutes after the
 * deadline of its profile is stopped; what it sent stays in the service then, since a job keeps no files.
 *
 * With `monitoring`, the output goes to its Log Analytics workspace, and an alert fires where a run did not pass, and
 * where none passed for as long as two runs are apart: the job could not start, or the identity may not sign in.
 *
 * @see https://learn.microsoft.com/azure/container-apps/jobs
 */
export class VerificationJob extends Construct {
  readonly identity: LakeIdentity;
  /** Resource id of the job. */
  readonly jobId: string;
  readonly #props: VerificationJobProps;
  readonly #name: string;

  constructor(scope: Construct, id: string, props: VerificationJobProps) {
    super(scope, id);
    const { dicomService, profile, monitoring } = props;
    refuseInvalid(this, 'VerificationJobInvalid', verificationJobProblems(props, dicomService));
    this.#props = props;
    this.#name = jobNameOf(props, dicomService.dicomServiceName);
    this.identity = new LakeIdentity(this, 'Identity', { ...props, identityName: this.#name });
    const roles = new VerifierGrant(this, 'Verifier', {
      dicomService,
      verifier: this.identity,
      deepProbes: profile === 'deep',
      monitoring,
    });
    const environment = this.#environment();
    this.jobId = this.#job(environment, [...roles.dependables, ...this.#registryGrant()]).id;
    if (monitoring !== undefined) this.#watch(environment, monitoring);
  }

  #environment(): ContainerAppEnvironment {
    const { subnet, monitoring } = this.#props;
    return new ContainerAppEnvironment(this, 'Environment', {
      ...placementConfig(this.#props),
      name: this.#name,
      workloadProfile: [{ name: CONSUMPTION, workloadProfileType: CONSUMPTION }],
      ...(subnet === undefined
        ? {}
        : { infrastructureSubnetId: subnet.subnetId, internalLoadBalancerEnabled: true }),
      // Not 'log-analytics': that signs in with the workspace's key, which workspaces of this kit refuse.
      ...(monitoring === undefined ? {} : { logsDestination: 'azure-monitor' }),
      // Azure names it, and the provider before 5 would replace the environment because nobody else did.
      lifecycle: { ignoreChanges: ['infrastructure_resource_group_name'] },
    });
  }

  #registryGrant(): readonly ITerraformDependable[] {
    const { containerRegistryId } = this.#props;
    if (containerRegistryId === undefined) return [];
    const owner = new Construct(this, 'Registry');
    return RoleGrant.of(owner, containerRegistryId, ROLES.acrPull, this.identity).dependables;
  }

  #job(environment: ContainerAppEnvironment, dependsOn: ITerraformDependable[]): ContainerAppJob {
    const { image, containerRegistryId, schedule, manifest, profile = 'full' } = this.#props;
    const { identityId, clientId } = this.identity;
    return new ContainerAppJob(this, 'Resource', {
      ...placementConfig(this.#props),
      name: this.#name,
      containerAppEnvironmentId: environment.id,
      workloadProfileName: CONSUMPTION,
      replicaTimeoutInSeconds: replicaTimeoutSeconds(this.#props),
      replicaRetryLimit: 0,
      scheduleTriggerConfig: {
        cronExpression: schedule ?? DEFAULT_SCHEDULE,
        parallelism: 1,
        replicaCompletionCount: 1,
      },
      identity: { type: 'UserAssigned', identityIds: [identityId] },
      ...(containerRegistryId === undefined
        ? {}
        : { registry: [{ server: image.slice(0, image.indexOf('/')), identity: identityId }] }),
      template: {
        container: [
          {
            name: this.#name,
            image,
            cpu: 0.5,
            memory: '1Gi',
            args: ['verify', '--profile', profile, '--quiet'],
            env: [
              { name: MANIFEST_VARIABLE, value: manifestJson(manifest) },
              { name: 'AZURE_CLIENT_ID', value: clientId },
              { name: 'AZURE_TOKEN_CREDENTIALS', value: 'ManagedIdentityCredential' },
            ],
          },
        ],
      },
      dependsOn,
    });
  }

  #watch(environment: ContainerAppEnvironment, { logAnalyticsWorkspace, actionGroup }: LakeMonitoring): void {
    const { resourceGroupName, tags } = placementConfig(this.#props);
    new MonitorDiagnosticSetting(this, 'Logs', {
      name: 'dicom-lake',
      targetResourceId: environment.id,
      logAnalyticsWorkspaceId: logAnalyticsWorkspace.logAnalyticsWorkspaceId,
      enabledLog: ['ContainerAppConsoleLogs', 'ContainerAppSystemLogs'].map((category) => ({ category })),
    });
    new MonitorScheduledQueryRulesAlertV2(this, 'Alert', {
      name: this.#name,
      description: 'A scheduled verification did not pass, or none has passed for too long.',
      resourceGroupName,
      location: logAnalyticsWorkspace.location,
      scopes: [logAnalyticsWorkspace.logAnalyticsWorkspaceId],
      severity: ERROR,
      evaluationFrequency: 'PT15M',
      windowDuration: alertWindow(this.#props),
      criteria: [
        {
          query: notPassedQuery(environment.id, this.#name),
          timeAggregationMethod: 'Total',
          metricMeasureColumn: 'NotPassed',
          operator: 'GreaterThan',
          threshold: 0,
        },
      ],
      autoMitigationEnabled: true,
      // The table comes into being with its first rows.
      skipQueryValidation: true,
      ...(actionGroup === undefined ? {} : { action: { actionGroups: [actionGroup.actionGroupId] } }),
      ...(tags === undefined ? {} : { tags }),
    });
  }
}

/** Name and type of the workload profile that costs nothing while nothing runs. */
const CONSUMPTION = 'Consumption';

/** Of the severities 0, critical, to 4, verbose. */
const ERROR = 1;

/** As a function of Terraform, which knows how to write what it fills in as JSON. */
function manifestJson(manifest: DeploymentManifest): string {
  return Lazy.stringValue({ produce: () => Fn.jsonencode(manifest) });
}

/**
 * How many runs did not pass, and one more where none did; told from the line of a report that counts its checks.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerappconsolelogs
 */
function notPassedQuery(environmentId: string, containerName: string): string {
  return [
    'ContainerAppConsoleLogs',
    `| where _ResourceId =~ ${kustoLiteral(environmentId)}`,
    `| where ContainerName == ${kustoLiteral(containerName)}`,
    `| where Log matches regex ${kustoLiteral(RUN_COUNTS)}`,
    `| summarize Runs = count(), Passed = countif(Log matches regex ${kustoLiteral(PASSED_COUNTS)})`,
    '| project NotPassed = iff(Passed == 0, 1, Runs - Passed)',
  ].join('\n');
}

/** The line of a text report that counts its checks, and the same where nothing failed and all was judged. */
export const RUN_COUNTS = String.raw`\d+ passed, \d+ warned, \d+ failed, \d+ inconclusive`;
export const PASSED_COUNTS = String.raw`^\d+ passed, \d+ warned, 0 failed, 0 inconclusive`;
