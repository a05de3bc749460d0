import { reachable } from '../clients/azure';
import { transportError } from '../clients/http';
import { whereaboutsOf } from '../clients/whereabouts';
import { refusalOf } from '../clients/rest-refusal';
import { EvidenceError } from '../error';
import type { Reach } from '../evidence/refusals';
import type { DeploymentContext, Probe } from '../probe';

/** What each meant for the internet; with selected networks it depends on where the verifier runs. */
const PUBLIC = { open: true, private: false, selected: undefined } as const;

/** Whether the firewall of the storage account lets the verifier in, whatever its roles. */
export const lakeReach: Probe<'lake.reach'> = {
  id: 'lake.reach',
  title: 'the lake, from here',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async (context) => {
    const { manifest, azure } = context.target;
    const access = manifest.intended?.account.networkAccess ?? 'selected';
    const meantPublic = PUBLIC[access];
    const { host } = new URL(manifest.lake.blobEndpoint);
    if (meantPublic === undefined) return { host, addresses: 'unknown', answer: 'not asked' };
    return {
      host,
      addresses: whereaboutsOf(await azure.resolve(new URL(reachable(manifest.lake.blobEndpoint)).hostname)),
      answer: await answerOf(context),
      meantPublic,
    };
  },
};

async function answerOf({ target, signal }: DeploymentContext): Promise<Reach['answer']> {
  try {
    await target.azure.container.getProperties({ abortSignal: signal });
    return 'let in';
  } catch (error) {
    const refusal = refusalOf(error, 'lake', 'looking at the container');
    if (refusal?.serviceCode === 'AuthorizationFailure') return 'kept out';
    // Refused by its roles, or for a container that is gone: it got as far as that.
    if ([403, 404, 409].includes(refusal?.status ?? 0)) return 'let in';
    const known = transportError(error, target.manifest.lake.blobEndpoint);
    if (known instanceof EvidenceError && known.code === 'UNREACHABLE') return 'silent';
    throw error;
  }
}
