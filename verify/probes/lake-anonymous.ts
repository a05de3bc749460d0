import type { HttpAnswer } from '../clients/http';
import { EvidenceError } from '../error';
import type { RefusalAnswer } from '../evidence/refusals';
import type { DeploymentContext, Probe } from '../probe';
import { containerUrl } from './lake-address';
import { refusalAnswer } from './refusal-answer';

/** What the lake answers to whoever shows nothing at all: for a file that is not there, and for a list. */
export const lakeAnonymous: Probe<'lake.anonymous'> = {
  id: 'lake.anonymous',
  title: 'the lake without a token',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async (context) => {
    const url = containerUrl(context);
    const ask = async (operation: string, address: string): Promise<RefusalAnswer> =>
      known(operation, await get(context, operation, address));
    return {
      read: await ask('reading a file anonymously', `${url}/${context.studyInstanceUid}`),
      list: await ask('listing files anonymously', `${url}?restype=container&comp=list&maxresults=1`),
    };
  },
};

/** No version of the protocol is named: then an account that forbids anonymous access says so. */
function get({ target, signal }: DeploymentContext, operation: string, url: string): Promise<HttpAnswer> {
  return target.azure.anonymous({ operation, method: 'GET', url, signal });
}

/** @throws EvidenceError where the network keeps everybody out, so that nobody is asked who they are */
function known(operation: string, answer: HttpAnswer): RefusalAnswer {
  const seen = refusalAnswer('lake', operation, answer);
  if (seen.code !== 'AuthorizationFailure') return seen;
  throw new EvidenceError(
    'NOT_OBSERVABLE',
    `${operation} was answered 403 AuthorizationFailure: the firewall of the storage account keeps the caller out, token or not`,
    'run from inside the private network, or allow this address in the firewall of the storage account',
  );
}
