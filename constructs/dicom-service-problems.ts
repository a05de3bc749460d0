import { Token } from 'cdktf';
import { isResourceId } from '../contract';
import { corsProblems } from './dicom-cors';
import type { DicomServiceAttributes, DicomServiceProps } from './dicom-service';
import { namePropProblem, problemsOf, wholeNumberPropProblem } from './private/concrete';
import { granteeProblems } from './role-grant';
import { MOST_ROLE_WAIT_MINUTES } from './role-propagation';

/** Everything that is wrong with the props of a service. */
export function dicomServiceProblems(
  props: Pick<
    DicomServiceProps,
    'dicomServiceName' | 'cors' | 'systemAssignedIdentity' | 'customerManagedKey' | 'roleWaitMinutes'
  > & {
    readonly identity?: unknown;
  },
): string[] {
  const hasUserAssigned = props.identity !== undefined;
  return problemsOf(
    namePropProblem('dicomServiceName', 'dicomService', props.dicomServiceName),
    hasUserAssigned || props.systemAssignedIdentity === true
      ? undefined
      : "the service needs an identity to reach its lake: give 'identity', or set 'systemAssignedIdentity' to true",
    props.customerManagedKey !== undefined && !hasUserAssigned
      ? "'customerManagedKey' must go with 'identity': a system-assigned identity cannot be given the use of the " +
          'key before the service needs it'
      : undefined,
    props.roleWaitMinutes !== undefined && !hasUserAssigned
      ? "'roleWaitMinutes' must go with 'identity': the role of a system-assigned identity comes after the service"
      : undefined,
    serviceExistsProblem(props.customerManagedKey),
    wholeNumberPropProblem('roleWaitMinutes', props.roleWaitMinutes, 1, MOST_ROLE_WAIT_MINUTES),
    ...corsProblems(props.cors),
  );
}

/** TypeScript takes nothing but true; JavaScript takes anything. */
function serviceExistsProblem(
  customerKey: { readonly serviceExists: boolean | undefined } | undefined,
): string | undefined {
  return customerKey === undefined || customerKey.serviceExists === true
    ? undefined
    : "'customerManagedKey.serviceExists' must be true: deploy the service without the key first, then add the key " +
        `and deploy again, got ${customerKey.serviceExists}`;
}

const SERVICE_TYPE = 'Microsoft.HealthcareApis/workspaces/dicomServices';

/** Everything that is wrong with what is said of a service that exists already. */
export function existingServiceProblems({
  dicomServiceId,
  principals,
}: Pick<DicomServiceAttributes, 'dicomServiceId' | 'principals'>): string[] {
  const isKnown = !Token.isUnresolved(dicomServiceId) && isResourceId(SERVICE_TYPE, dicomServiceId);
  return [
    ...problemsOf(
      isKnown
        ? undefined
        : `'dicomServiceId' must be the resource id of a ${SERVICE_TYPE}, known when the stack is synthesized, got ` +
            `'${dicomServiceId}'`,
    ),
    ...principals.flatMap((principal, index) =>
      granteeProblems(principal).map((problem) => `principals[${index}]: ${problem}`),
    ),
  ];
}
