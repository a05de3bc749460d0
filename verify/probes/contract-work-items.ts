import type { Probe } from '../probe';
import { dicomWebLanes } from './dicomweb-lane';

/** Whether the service has work items. The verifier makes none: they cannot be deleted, only cancelled. */
export const contractWorkItems: Probe<'contract.work-items'> = {
  id: 'contract.work-items',
  title: 'whether the service has work items',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async (context) => {
    let offered = false;
    for (const { client } of dicomWebLanes(context)) {
      const exist = await client.hasWorkItems();
      if (exist === true) return { offered: true, exist };
      offered ||= exist !== undefined;
    }
    return { offered, exist: false };
  },
};
