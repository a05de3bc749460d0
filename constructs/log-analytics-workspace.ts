import { LogAnalyticsWorkspace as Resource } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { Construct, type IConstruct } from 'constructs';
import { placementConfig, type PlacementProps } from './placement';
import { namePropProblem, problemsOf, wholeNumberPropProblem } from './private/concrete';
import { refuseInvalid } from './private/invalid';
import { resourceIdProblem } from './private/resource-id';

/** Where logs are kept and asked. */
export interface ILogAnalyticsWorkspace extends IConstruct {
  readonly logAnalyticsWorkspaceId: string;
  readonly location: string;
}

export interface LogAnalyticsWorkspaceProps extends PlacementProps {
  /**
   * 4 to 63 letters, digits or dashes, starting and ending with a letter or digit.
   *
   * Replacement: another name is another workspace, and what was logged stays in the old one until that is deleted.
   */
  readonly logAnalyticsWorkspaceName: string;
  /**
   * Days for which logs are kept, 30 to 730; every day beyond 31 is billed.
   *
   * @default 90
   */
  readonly retentionDays?: number | undefined;
}

export interface LogAnalyticsWorkspaceAttributes {
  /** Resource id, of the type Microsoft.OperationalInsights/workspaces. */
  readonly logAnalyticsWorkspaceId: string;
  readonly location: string;
}

/**
 * A workspace for logs that takes Entra identities only.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/log-analytics-workspace-overview
 */
export class LogAnalyticsWorkspace extends Construct implements ILogAnalyticsWorkspace {
  /** A workspace that exists already and stays under somebody else's control. */
  static fromWorkspaceAttributes(
    scope: Construct,
    id: string,
    attributes: LogAnalyticsWorkspaceAttributes,
  ): ILogAnalyticsWorkspace {
    class ExistingWorkspace extends Construct implements ILogAnalyticsWorkspace {
      readonly logAnalyticsWorkspaceId = attributes.logAnalyticsWorkspaceId;
      readonly location = attributes.location;
    }
    const workspace = new ExistingWorkspace(scope, id);
    const type = 'Microsoft.OperationalInsights/workspaces';
    refuseInvalid(
      workspace,
      'LogAnalyticsWorkspaceInvalid',
      resourceIdProblem('logAnalyticsWorkspaceId', type, attributes.logAnalyticsWorkspaceId),
    );
    return workspace;
  }

  readonly logAnalyticsWorkspaceId: string;
  readonly location: string;

  constructor(scope: Construct, id: string, props: LogAnalyticsWorkspaceProps) {
    super(scope, id);
    refuseInvalid(this, 'LogAnalyticsWorkspaceInvalid', [
      ...problemsOf(
        namePropProblem(
          'logAnalyticsWorkspaceName',
          'logAnalyticsWorkspace',
          props.logAnalyticsWorkspaceName,
        ),
        wholeNumberPropProblem('retentionDays', props.retentionDays, 30, 730),
      ),
    ]);
    const placement = placementConfig(props);
    const resource = new Resource(this, 'Resource', {
      ...placement,
      name: props.logAnalyticsWorkspaceName,
      sku: 'PerGB2018',
      retentionInDays: props.retentionDays ?? 90,
      localAuthenticationEnabled: false,
    });
    this.logAnalyticsWorkspaceId = resource.id;
    this.location = placement.location;
  }
}
