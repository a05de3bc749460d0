import { API_VERSIONS } from '../../contract';
import { EvidenceError } from '../error';
import type { DeploymentContext, Probe } from '../probe';
import { requireLookedAtToken, searchAs } from './dicom-token-check';

/** What the DICOM service answers to a token that is meant for Azure Resource Manager. */
export const dicomWrongAudience: Probe<'dicom.wrong-audience'> = {
  id: 'dicom.wrong-audience',
  title: 'a search with a token for another service',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async (context) => {
    await requireAzuresAddress(context);
    const { wrongAudience } = context.target.azure.dicomAs;
    const seen = await searchAs(
      context,
      wrongAudience,
      'QIDO-RS GET /studies with a token for another service',
    );
    requireLookedAtToken(seen);
    return seen;
  },
};

/** The token can do more than one for the DICOM service, so it goes nowhere on the word of the manifest alone. */
async function requireAzuresAddress({ target, signal }: DeploymentContext): Promise<void> {
  const { id, serviceUrl } = target.manifest.dicomService;
  const { properties } = await target.azure.arm.get(id, API_VERSIONS.healthcareApis, signal);
  const known = (properties as { readonly serviceUrl?: unknown } | undefined)?.serviceUrl;
  if (typeof known === 'string' && URL.canParse(known) && new URL(known).host === new URL(serviceUrl).host)
    return;
  throw new EvidenceError(
    'NOT_OBSERVABLE',
    'the service URL of the manifest is not the one that Azure Resource Manager names, so no token is sent there',
    'verify with the manifest of this deployment',
  );
}
