import { EvidenceError } from '../error';
import type { SendHttp } from './http';

/** What a proxy answers while the service may still be at work. */
const LOST = [408, 502, 504];

/**
 * Tells of every request that stores something and got no answer from which its fate is known: what it stores may
 * appear after it was looked for, or deleted.
 */
export function doubtSender(send: SendHttp, tell: () => void): SendHttp {
  return async (call) => {
    if (call.method !== 'POST' && call.method !== 'PUT') return send(call);
    try {
      const answer = await send(call);
      if (LOST.includes(answer.status)) tell();
      return answer;
    } catch (error) {
      if (!(error instanceof EvidenceError && error.code === 'NOT_AUTHENTICATED')) tell();
      throw error;
    }
  };
}
