import { createHmac, timingSafeEqual } from 'node:crypto';
import { ServiceFault } from '../fault';

/** @param key base64 */
export function isSignedWith(key: string, text: string, signature: string): boolean {
  const expected = createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest();
  const given = Buffer.from(signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** What Azure answers to whatever is wrong with a signature. */
export function authenticationFailed(detail: string): ServiceFault {
  return new ServiceFault(
    403,
    'AuthenticationFailed',
    `Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature: ${detail}.`,
  );
}
