import { MonitorActivityLogAlert } from '@cdktf/provider-azurerm/lib/monitor-activity-log-alert';
import { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting';
import {
  MonitorScheduledQueryRulesAlertV2,
  type MonitorScheduledQueryRulesAlertV2Criteria,
} from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import { Construct } from 'constructs';
import type { IntendedDiagnosticSetting } from '../contract';
import { ActionGroup, emailProblems, type IActionGroup } from './action-group';
import type { IDicomService } from './dicom-service';
import { failedDependencyQuery, healthWritesQuery, refusedServiceQuery } from './lake-monitoring-query';
import { LogAnalyticsWorkspace, type ILogAnalyticsWorkspace } from './log-analytics-workspace';
import { placementConfig, type PlacementProps } from './placement';
import { refuseInvalid } from './private/invalid';

/** What a lake is watched with; all of it has a default. */
export interface LakeMonitoringOptions {
  /**
   * Where logs go.
   *
   * @default - a workspace named `{workspace}-{service}-logs` is made
   */
  readonly logAnalyticsWorkspace?: ILogAnalyticsWorkspace | undefined;
  /**
   * A group that exists already or is made elsewhere: who is told when an alert fires.
   *
   * @default - the `emailAddresses`
   */
  readonly actionGroup?: IActionGroup | undefined;
  /**
   * Who is told by e-mail when an alert fires.
   *
   * @default - nobody; alerts show in the portal
   */
  readonly emailAddresses?: readonly string[] | undefined;
  /**
   * Whether reads of files are logged too. Every retrieved image is a row then, and the health probe alone adds
   * 2,880 rows a day to the 5,760 of its writes and deletions; logs are billed by their size.
   *
   * @default false
   */
  readonly logReads?: boolean | undefined;
}

export interface LakeMonitoringProps extends PlacementProps, LakeMonitoringOptions {
  /** Replacement: logs and alerts are made anew for the other service. */
  readonly dicomService: IDicomService;
}

/**
 * Logs of a DICOM service and its lake, and alerts on what makes images unreachable:
 *
 * - Resource Health says that the service is degraded or unavailable.
 * - The service answers 424: it cannot reach its lake or its key.
 * - The lake refuses the service, for want of a role or a way through the firewall.
 * - The service has stopped writing its health file.
 *
 * Logs arrive minutes late, those of a new service after up to 15 minutes; alerts look back accordingly.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/dicom/dicom-data-lake
 */
export class LakeMonitoring extends Construct {
  readonly logAnalyticsWorkspace: ILogAnalyticsWorkspace;
  readonly actionGroup: IActionGroup | undefined;
  readonly dicomServiceId: string;
  readonly diagnosticSettings: readonly IntendedDiagnosticSetting[];
  /** Resource ids of the alert rules, by what they watch. */
  readonly alertIds: Readonly<Record<LakeAlert, string>>;
  readonly #props: LakeMonitoringProps;
  readonly #name: string;

  constructor(scope: Construct, id: string, props: LakeMonitoringProps) {
    super(scope, id);
    refuseInvalid(this, 'LakeMonitoringInvalid', monitoringProblems(props));
    this.#props = props;
    this.#name = `${props.dicomService.workspaceName}-${props.dicomService.dicomServiceName}`;
    this.logAnalyticsWorkspace = props.logAnalyticsWorkspace ?? this.#makeWorkspace();
    this.actionGroup = props.actionGroup ?? this.#makeActionGroup();
    this.dicomServiceId = props.dicomService.dicomServiceId;
    this.diagnosticSettings = this.#keepLogs();
    this.alertIds = { Health: this.#watchHealth(), ...this.#watchLogs() };
  }

  #makeWorkspace(): ILogAnalyticsWorkspace {
    return new LogAnalyticsWorkspace(this, 'Logs', {
      ...this.#props,
      logAnalyticsWorkspaceName: `${this.#name}-logs`,
    });
  }

  #makeActionGroup(): IActionGroup | undefined {
    const { emailAddresses } = this.#props;
    if (emailAddresses === undefined) return undefined;
    return new ActionGroup(this, 'ActionGroup', {
      ...this.#props,
      actionGroupName: `${this.#name}-alerts`,
      shortName: 'dicom-lake',
      emailAddresses,
    });
  }

  #keepLogs(): readonly IntendedDiagnosticSetting[] {
    const { dicomService, logReads } = this.#props;
    const kept = logReads === true ? ['StorageRead'] : [];
    return [
      this.#diagnosticSetting('DicomServiceLogs', {
        name: 'dicom-lake',
        targetResourceId: dicomService.dicomServiceId,
        logs: ['AuditLogs', 'DiagnosticLogs'],
        metrics: ['AllMetrics'],
      }),
      this.#diagnosticSetting('BlobServiceLogs', {
        name: `dicom-lake-${this.#name}`,
        targetResourceId: `${dicomService.lake.storageAccountId}/blobServices/default`,
        logs: [...kept, 'StorageWrite', 'StorageDelete'],
        metrics: ['Transaction'],
      }),
    ];
  }

  #diagnosticSetting(
    id: string,
    setting: {
      readonly name: string;
      readonly targetResourceId: string;
      readonly logs: readonly string[];
      readonly metrics: readonly string[];
    },
  ): IntendedDiagnosticSetting {
    const { name, targetResourceId, logs, metrics } = setting;
    new MonitorDiagnosticSetting(this, id, {
      name,
      targetResourceId,
      logAnalyticsWorkspaceId: this.logAnalyticsWorkspace.logAnalyticsWorkspaceId,
      enabledLog: logs.map((category) => ({ category })),
      enabledMetric: metrics.map((category) => ({ category })),
    });
    return { targetResourceId, name, categories: [...logs, ...metrics] };
  }

  /** Without a filter for causes: Azure leaves them out of some events, and lost roles are caused by the customer. */
  #watchHealth(): string {
    const { dicomServiceId } = this.#props.dicomService;
    const { resourceGroupName, tags } = placementConfig(this.#props);
    const alert = new MonitorActivityLogAlert(this, 'HealthAlert', {
      name: `${this.#name}-health`,
      description: 'Resource Health says that the DICOM service is degraded or unavailable.',
      resourceGroupName,
      location: 'global',
      scopes: [dicomServiceId],
      criteria: { category: 'ResourceHealth', resourceHealth: { current: ['Degraded', 'Unavailable'] } },
      ...(this.actionGroup === undefined
        ? {}
        : { action: [{ actionGroupId: this.actionGroup.actionGroupId }] }),
      ...(tags === undefined ? {} : { tags }),
    });
    return alert.id;
  }

  #watchLogs(): Readonly<Record<Exclude<LakeAlert, 'Health'>, string>> {
    const { dicomService } = this.#props;
    return {
      FailedDependency: this.#alert('FailedDependencyAlert', {
        name: 'failed-dependency',
        description: 'The DICOM service answered 424: it cannot reach its lake or its key.',
        severity: CRITICAL,
        criteria: { ...ANY_ROW, query: failedDependencyQuery(dicomService) },
      }),
      RefusedService: this.#alert('RefusedServiceAlert', {
        name: 'refused-service',
        description: 'The lake refused the DICOM service: a role or a way through the firewall is missing.',
        severity: CRITICAL,
        criteria: { ...ANY_ROW, query: refusedServiceQuery(dicomService) },
      }),
      SilentService: this.#alert('SilentServiceAlert', {
        name: 'silent-service',
        description: 'The DICOM service has written no health file for 15 minutes.',
        severity: ERROR,
        criteria: { ...NO_WRITES, query: healthWritesQuery(dicomService) },
      }),
    };
  }

  #alert(
    id: string,
    alert: {
      readonly name: string;
      readonly description: string;
      readonly severity: number;
      readonly criteria: MonitorScheduledQueryRulesAlertV2Criteria;
    },
  ): string {
    const { resourceGroupName, tags } = placementConfig(this.#props);
    const { logAnalyticsWorkspaceId, location } = this.logAnalyticsWorkspace;
    const resource = new MonitorScheduledQueryRulesAlertV2(this, id, {
      name: `${this.#name}-${alert.name}`,
      description: alert.description,
      resourceGroupName,
      location,
      scopes: [logAnalyticsWorkspaceId],
      severity: alert.severity,
      evaluationFrequency: 'PT5M',
      windowDuration: 'PT15M',
      criteria: [alert.criteria],
      autoMitigationEnabled: true,
      // The tables come into being with their first rows.
      skipQueryValidation: true,
      ...(this.actionGroup === undefined
        ? {}
        : { action: { actionGroups: [this.actionGroup.actionGroupId] } }),
      ...(tags === undefined ? {} : { tags }),
    });
    return resource.id;
  }
}

/** What an alert rule of a lake watches. */
export type LakeAlert = 'Health' | 'FailedDependency' | 'RefusedService' | 'SilentService';

/** Of the severities 0, critical, to 4, verbose. */
const CRITICAL = 0;
const ERROR = 1;

const ANY_ROW = { timeAggregationMethod: 'Count', operator: 'GreaterThan', threshold: 0 };

const NO_WRITES = {
  timeAggregationMethod: 'Total',
  metricMeasureColumn: 'Writes',
  operator: 'LessThan',
  threshold: 1,
};

/** Everything that is wrong with how a lake is to be watched. */
export function monitoringProblems({ actionGroup, emailAddresses }: LakeMonitoringOptions): string[] {
  if (emailAddresses === undefined) return [];
  if (actionGroup === undefined) return emailProblems(emailAddresses);
  return [
    "'emailAddresses' must be left out where 'actionGroup' is given: that group says who is told, got " +
      emailAddresses.join(', '),
  ];
}
