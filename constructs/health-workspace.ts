import { HealthcareWorkspace } from '@cdktf/provider-azurerm/lib/healthcare-workspace';
import { Construct, type IConstruct } from 'constructs';
import { placementConfig, type PlacementProps } from './placement';
import { namePropProblem, problemsOf } from './private/concrete';
import { refuseInvalid } from './private/invalid';
import { idAndNameProblems } from './private/resource-id';

/** A workspace of Azure Health Data Services in which a DICOM service can be created. */
export interface IHealthWorkspace extends IConstruct {
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly location: string;
}

export interface HealthWorkspaceProps extends PlacementProps {
  /**
   * 3 to 24 lower-case letters or digits; part of the service URL and of every path in the lake.
   *
   * Replacement: another name is another workspace, and every service in it is lost with its index.
   */
  readonly workspaceName: string;
}

export interface HealthWorkspaceAttributes {
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly location: string;
}

/**
 * The workspace that holds DICOM services.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/workspace-overview
 */
export class HealthWorkspace extends Construct implements IHealthWorkspace {
  /** A workspace that exists already and stays under somebody else's control. */
  static fromWorkspaceAttributes(
    scope: Construct,
    id: string,
    attributes: HealthWorkspaceAttributes,
  ): IHealthWorkspace {
    class ExistingWorkspace extends Construct implements IHealthWorkspace {
      readonly workspaceId = attributes.workspaceId;
      readonly workspaceName = attributes.workspaceName;
      readonly location = attributes.location;
    }
    const workspace = new ExistingWorkspace(scope, id);
    const { workspaceId, workspaceName } = attributes;
    refuseInvalid(workspace, 'HealthWorkspaceInvalid', [
      ...workspaceProblems(attributes),
      ...idAndNameProblems(
        'Microsoft.HealthcareApis/workspaces',
        { prop: 'workspaceId', value: workspaceId },
        { prop: 'workspaceName', value: workspaceName },
      ),
    ]);
    return workspace;
  }

  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly location: string;

  constructor(scope: Construct, id: string, props: HealthWorkspaceProps) {
    super(scope, id);
    refuseInvalid(this, 'HealthWorkspaceInvalid', workspaceProblems(props));
    const placement = placementConfig(props);
    const resource = new HealthcareWorkspace(this, 'Resource', { ...placement, name: props.workspaceName });
    this.workspaceId = resource.id;
    this.workspaceName = props.workspaceName;
    this.location = placement.location;
  }
}

export function workspaceProblems(props: { readonly workspaceName?: string | undefined }): string[] {
  return problemsOf(namePropProblem('workspaceName', 'workspace', props.workspaceName));
}
