import { objectIn, textIn } from '../clients/arm-body';
import { absentAsUndefined } from '../clients/arm-reader';
import type { Probe } from '../probe';

const LOCKS_API = '2020-05-01';

/** The locks against deletion that the deployment meant to have. */
export const armDeleteLocks: Probe<'arm.delete-locks'> = {
  id: 'arm.delete-locks',
  title: 'the locks against deletion',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, signal }) => {
    const intended = target.manifest.intended?.deleteLocks ?? [];
    const locks = intended.map(async ({ scope, name }) => {
      const id = `${scope}/providers/Microsoft.Authorization/locks/${name}`;
      const body = await absentAsUndefined(target.azure.arm.get(id, LOCKS_API, signal));
      const level = body === undefined ? undefined : textIn(objectIn(body, 'properties'), 'level');
      return { scope, name, ...(level === undefined ? {} : { level }) };
    });
    return { locks: await Promise.all(locks) };
  },
};
