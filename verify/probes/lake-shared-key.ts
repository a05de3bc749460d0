import { API_VERSIONS } from '../../contract';
import type { Probe } from '../probe';
import type { ArmBody } from '../clients/arm-body';
import { madeUpKeyAuthorization } from '../clients/made-up-key';
import { EvidenceError } from '../error';
import { containerUrl } from './lake-address';
import { refusalAnswer } from './refusal-answer';

const OPERATION = 'reading a file with a made-up key';

/** What the lake answers to a request signed with a key that it does not have, and what it is set to. */
export const lakeSharedKey: Probe<'lake.shared-key'> = {
  id: 'lake.shared-key',
  title: 'the lake with an account key',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async (context) => {
    const { manifest, azure } = context.target;
    const { storageAccountId, storageAccountName } = manifest.lake;
    const account = await azure.arm.get(storageAccountId, API_VERSIONS.storage, context.signal);
    const answer = await azure.anonymous({
      operation: OPERATION,
      method: 'GET',
      url: `${containerUrl(context)}/${context.studyInstanceUid}`,
      headers: {
        Authorization: madeUpKeyAuthorization(storageAccountName),
        'x-ms-date': new Date(context.clock.now()).toUTCString(),
        'x-ms-version': '2023-11-03',
      },
      signal: context.signal,
    });
    const seen = refusalAnswer('lake', OPERATION, answer);
    if (seen.code === 'AuthorizationFailure') {
      throw new EvidenceError(
        'NOT_OBSERVABLE',
        `${OPERATION} was answered 403 AuthorizationFailure: the firewall of the storage account keeps the caller out, key or not`,
        'run from inside the private network, or allow this address in the firewall of the storage account',
      );
    }
    return {
      answer: seen,
      allowed: (account['properties'] as ArmBody | undefined)?.['allowSharedKeyAccess'] !== false,
      // An account that the deployment makes has its keys off; of one that it found it says nothing.
      meantOff: manifest.intended?.account.managed === true,
    };
  },
};
