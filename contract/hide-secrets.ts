/** What secrets look like in texts of SDKs, services and users, and what is left of them. */
const SECRETS: readonly (readonly [pattern: RegExp, left: string])[] = [
  // Tokens of Entra are JSON Web Tokens. https://learn.microsoft.com/entra/identity-platform/access-tokens
  [/\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)*/g, '***'],
  // Secrets of applications. https://learn.microsoft.com/purview/sit-defn-azure-ad-client-secret
  [/(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}/g, '***'],
  // Keys of storage accounts: 64 bytes in base64.
  [/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/g, '***'],
  [/\b(Bearer|Basic|SharedKey|SharedKeyLite)\s+(?=\S*\d)[^\s"',;]{8,}/g, '$1 ***'],
  [
    /\b(sig|AccountKey|SharedAccessSignature|SharedAccessKey|client_secret|client_assertion|(?:access|refresh|id)_token|password|pwd)(["']?\s*[=:]\s*["']?)[^\s&"';,)]+/gi,
    '$1$2***',
  ],
  [/\/\/[^\s/@'"]+@/g, '//***@'],
  // A query may be a shared access signature or a code to sign in with.
  [/(https?:\/\/[^\s?'"<>]+)\?[^\s'"<>]*/g, '$1?***'],
];

/** A text without what looks like a token, a key, a password or a shared access signature. */
export function hideSecrets(text: string): string {
  return SECRETS.reduce((hidden, [pattern, left]) => hidden.replace(pattern, left), text);
}
