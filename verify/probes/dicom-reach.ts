import { whereaboutsOf } from '../clients/whereabouts';
import { EvidenceError } from '../error';
import type { Reach } from '../evidence/refusals';
import type { DeploymentContext, Probe } from '../probe';
import { requireService, searchAs } from './dicom-token-check';

/** Whether the DICOM service lets anybody in from here. Without a token, 403 can only come from the network. */
export const dicomReach: Probe<'dicom.reach'> = {
  id: 'dicom.reach',
  title: 'the DICOM service, from here',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async (context) => {
    const { manifest, azure } = context.target;
    const { host, hostname } = new URL(manifest.dicomService.serviceUrl);
    const meantPublic = manifest.intended?.publicNetworkAccess;
    if (meantPublic === undefined) return { host, addresses: 'unknown', answer: 'not asked' };
    return {
      host,
      addresses: whereaboutsOf(await azure.resolve(hostname)),
      answer: await answerOf(context),
      meantPublic,
    };
  },
};

async function answerOf(context: DeploymentContext): Promise<Reach['answer']> {
  try {
    const { nobody } = context.target.azure.dicomAs;
    const seen = await searchAs(context, nobody, 'QIDO-RS GET /studies from here');
    requireService(seen);
    return seen.answer.status === 403 ? 'kept out' : 'let in';
  } catch (error) {
    if (!(error instanceof EvidenceError) || error.code !== 'UNREACHABLE') throw error;
    return 'silent';
  }
}
