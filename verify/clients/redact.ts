import { hideSecrets } from '../../contract';

/** Shorter texts are found in the middle of words. */
const SHORTEST_SECRET = 8;
const MEMORY = new Set<string>();

/** Never shows a text again, whatever it looks like: a secret that was given and could come back in an answer. */
export function rememberSecret(text: string): void {
  if (text.length >= SHORTEST_SECRET) MEMORY.add(text);
}

/** What may be shown of a text that an SDK, a service or a user wrote. */
export function redact(text: string): string {
  let shown = text;
  for (const secret of MEMORY) shown = shown.replaceAll(secret, '***');
  return hideSecrets(shown);
}

/** A code of a service; undefined where it is none: anything else in its place may be anybody's data. */
export function codeOnly(code: string | undefined): string | undefined {
  if (code === undefined || !/^[A-Za-z][\w]{0,79}$|^\d{1,10}$/.test(code)) return undefined;
  return redact(code) === code ? code : undefined;
}
