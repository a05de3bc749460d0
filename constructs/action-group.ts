import { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group';
import { Construct, type IConstruct } from 'constructs';
import { placementConfig, type PlacementProps } from './placement';
import { namePropProblem, problemsOf, whenConcrete } from './private/concrete';
import { refuseInvalid } from './private/invalid';
import { resourceIdProblem } from './private/resource-id';

/** Who is told when an alert fires. */
export interface IActionGroup extends IConstruct {
  readonly actionGroupId: string;
}

export interface ActionGroupProps extends Omit<PlacementProps, 'location'> {
  /**
   * 1 to 90 letters, digits, dashes or underscores.
   *
   * Replacement: another name is another group.
   */
  readonly actionGroupName: string;
  /** Stands in front of messages: 1 to 12 characters. */
  readonly shortName: string;
  /** At least one. */
  readonly emailAddresses: readonly string[];
}

/**
 * A group of people who are told by e-mail. Other ways of telling, such as webhooks whose URL is a secret, belong in
 * a group made elsewhere: they would stand in Terraform's state.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups
 */
export class ActionGroup extends Construct implements IActionGroup {
  /** @param actionGroupId resource id, of the type Microsoft.Insights/actionGroups */
  static fromActionGroupId(scope: Construct, id: string, actionGroupId: string): IActionGroup {
    class ExistingGroup extends Construct implements IActionGroup {
      readonly actionGroupId = actionGroupId;
    }
    const group = new ExistingGroup(scope, id);
    const problems = resourceIdProblem('actionGroupId', 'Microsoft.Insights/actionGroups', actionGroupId);
    refuseInvalid(group, 'ActionGroupInvalid', problems);
    return group;
  }

  readonly actionGroupId: string;

  constructor(scope: Construct, id: string, props: ActionGroupProps) {
    super(scope, id);
    refuseInvalid(this, 'ActionGroupInvalid', actionGroupProblems(props));
    const { resourceGroupName, tags } = placementConfig(props);
    const resource = new MonitorActionGroup(this, 'Resource', {
      resourceGroupName,
      ...(tags === undefined ? {} : { tags }),
      name: props.actionGroupName,
      shortName: props.shortName,
      emailReceiver: props.emailAddresses.map((emailAddress, index) => ({
        name: `email-${index + 1}`,
        emailAddress,
        useCommonAlertSchema: true,
      })),
    });
    this.actionGroupId = resource.id;
  }
}

function actionGroupProblems({ actionGroupName, shortName, emailAddresses }: ActionGroupProps): string[] {
  return [
    ...problemsOf(
      namePropProblem('actionGroupName', 'actionGroup', actionGroupName),
      whenConcrete(shortName, (name) =>
        name.length >= 1 && name.length <= 12
          ? undefined
          : `'shortName' must have 1 to 12 characters, got '${name}'`,
      ),
    ),
    ...emailProblems(emailAddresses),
  ];
}

/** Everything that is wrong with the addresses of people to tell. */
export function emailProblems(emailAddresses: readonly string[]): string[] {
  if (emailAddresses.length === 0) return ["'emailAddresses' must name at least one address, got none"];
  return problemsOf(
    ...emailAddresses.map((address) =>
      whenConcrete(address, (known) =>
        /^[^\s@]+@[^\s@]+$/.test(known)
          ? undefined
          : `'emailAddresses' must hold addresses such as pacs@example.org, got '${known}'`,
      ),
    ),
  );
}
