import type { ArmBody } from '../clients/arm-body';
import { ServiceRefusal } from '../error';
import type { Probe } from '../probe';

const API_VERSION = '2022-10-01';
/** Longer texts say nothing more. */
const LONGEST_TEXT = 500;
const MOST_ACTIONS = 5;

/** How Azure says that the DICOM service is. */
export const armResourceHealth: Probe<'arm.resource-health'> = {
  id: 'arm.resource-health',
  title: 'the Resource Health of the service',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, signal }) => {
    const { id } = target.manifest.dicomService;
    const path = `${id}/providers/Microsoft.ResourceHealth/availabilityStatuses/current`;
    let status: ArmBody;
    try {
      status = await target.azure.arm.get(path, API_VERSION, signal, { $expand: 'recommendedactions' });
    } catch (error) {
      if (!(error instanceof ServiceRefusal) || !isUnregistered(error)) throw error;
      return { state: 'Unregistered', recommendedActions: [] };
    }
    const { availabilityState, summary, recommendedActions } = (status['properties'] ?? {}) as ArmBody;
    const text = textOf(summary);
    const actions: readonly unknown[] = Array.isArray(recommendedActions) ? recommendedActions : [];
    return {
      state: textOf(availabilityState) ?? 'Unknown',
      ...(text === undefined ? {} : { summary: text }),
      recommendedActions: actions
        .flatMap((one) => textOf((one as ArmBody | null)?.['action']) ?? [])
        .slice(0, MOST_ACTIONS),
    };
  },
};

function isUnregistered({ serviceCode }: ServiceRefusal): boolean {
  return serviceCode === 'MissingSubscriptionRegistration' || serviceCode === 'SubscriptionNotRegistered';
}

/** What Azure writes, as one line of plain text: it comes as HTML now and then. */
function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value
    .replace(/<[^>]*>/g, ' ')
    // Control characters have no business in a report.
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim();
  return text === '' ? undefined : text.slice(0, LONGEST_TEXT);
}
