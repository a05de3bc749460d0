import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT, type JWK, type KeyLike } from 'jose';
import type { Clock } from '../clock';
import type { Authenticate } from '../domain/authorizer';
import { TENANT_ID } from './directory';
import { NO_TOKEN_TROUBLE, type TokenTrouble } from './token-trouble';

/** Lifetime of a token in seconds, about an hour as in Azure. */
export const TOKEN_LIFETIME_SECONDS = 3599;

/** Signs the emulator's tokens and verifies them again for the other planes. */
export class TokenAuthority {
  private readonly keyId = randomUUID();

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

  public readonly authenticate: Authenticate = async (authorization, audiences) => {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
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
      return typeof payload['oid'] === 'string' ? { objectId: payload['oid'] } : undefined;
    } catch {
      return undefined;
    }
  };
}
