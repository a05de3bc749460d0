import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT, type JWK, type KeyLike } from 'jose';
import type { Clock } from '../clock';
import type { Authenticate, Caller } from '../domain/authorizer';
import { TENANT_ID } from './directory';
import { NO_TOKEN_TROUBLE, type TokenTrouble } from './token-trouble';

/** Lifetime of a token in seconds, about an hour as in Azure. */
export const TOKEN_LIFETIME_SECONDS = 3599;

/** More tokens than are ever in use at a time; a safeguard against growth. */
const MAXIMUM_VERIFIED = 1_000;

/** What was found in a token whose signature, issuer and audience are right. Times in seconds since the epoch. */
interface VerifiedToken {
  readonly caller: Caller;
  readonly notBefore: number;
  readonly expiresAt: number;
}

/** Signs the emulator's tokens and verifies them again for the other planes. */
export class TokenAuthority {
  private readonly keyId = randomUUID();
  /** By token, issuer and audiences: what decides but for the time. */
  private readonly verified = new Map<string, VerifiedToken>();

  private constructor(
    private readonly keys: { readonly privateKey: KeyLike; readonly publicKey: KeyLike },
    private readonly clock: Clock,
    private readonly issuer: () => string,
    private readonly trouble: TokenTrouble,
  ) {}

  /** @param issuer where the tokens come from; asked late, since the port is not known at the start */
  public static async create(
    clock: Clock,
    issuer: () => string,
    trouble: TokenTrouble = NO_TOKEN_TROUBLE,
  ): Promise<TokenAuthority> {
    return new TokenAuthority(await generateKeyPair('RS256'), clock, issuer, trouble);
  }

  public async jwks(): Promise<{ readonly keys: readonly JWK[] }> {
    return {
      keys: [{ ...(await exportJWK(this.keys.publicKey)), kid: this.keyId, use: 'sig', alg: 'RS256' }],
    };
  }

  public sign(audience: string, objectId: string, clientId: string): Promise<string> {
    const now = Math.floor((this.clock.now() + this.trouble.clockSkewMs()) / 1000);
    return new SignJWT({ oid: objectId, sub: objectId, tid: TENANT_ID, appid: clientId, ver: '1.0' })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: this.keyId })
      .setIssuer(this.issuer())
      .setAudience(this.trouble.audience() ?? audience)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + TOKEN_LIFETIME_SECONDS)
      .sign(this.keys.privateKey);
  }

  /** Checks a signature once, which takes longer than all the rest of most requests, and the time with every call. */
  public readonly authenticate: Authenticate = async (authorization, audiences) => {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    const question = [token, this.issuer(), ...audiences].join(' ');
    const known = this.verified.get(question) ?? (await this.verify(token, audiences));
    if (known === undefined) return undefined;
    if (this.verified.size >= MAXIMUM_VERIFIED) this.verified.clear();
    this.verified.set(question, known);
    const now = Math.floor(this.clock.now() / 1000);
    return known.notBefore <= now && now < known.expiresAt ? known.caller : undefined;
  };

  private async verify(token: string, audiences: readonly string[]): Promise<VerifiedToken | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.keys.publicKey, {
        algorithms: ['RS256'],
        issuer: this.issuer(),
        audience: audiences.flatMap((audience) => [
          audience.replace(/\/$/, ''),
          `${audience.replace(/\/$/, '')}/`,
        ]),
        currentDate: new Date(this.clock.now()),
        requiredClaims: ['exp', 'oid'],
      });
      const { oid, nbf = 0, exp = 0 } = payload;
      return typeof oid === 'string'
        ? { caller: { objectId: oid }, notBefore: nbf, expiresAt: exp }
        : undefined;
    } catch {
      return undefined;
    }
  }
}
