import type { Probe } from '../probe';
import { requireLookedAtToken, searchAs } from './dicom-token-check';

/** What the DICOM service answers to whoever shows no token. */
export const dicomNoToken: Probe<'dicom.no-token'> = {
  id: 'dicom.no-token',
  title: 'a search without a token',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async (context) => {
    const seen = await searchAs(
      context,
      context.target.azure.dicomAs.nobody,
      'QIDO-RS GET /studies without a token',
    );
    requireLookedAtToken(seen);
    return seen;
  },
};
