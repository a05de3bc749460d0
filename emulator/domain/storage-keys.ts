import { createHmac, randomBytes } from 'node:crypto';

/** For whom a user delegation key was made, and for how long; a signature made with it repeats all of it. */
export interface DelegationFacts {
  readonly accountId: string;
  readonly objectId: string;
  readonly tenantId: string;
  /** As the client has to repeat them, such as `2026-01-01T00:00:00Z`. */
  readonly start: string;
  readonly expiry: string;
  readonly service: string;
  readonly version: string;
}

/** The keys of storage accounts, and those that their users sign with. All of them end with the emulator. */
export class StorageKeys {
  private readonly secret = randomBytes(64);

  /** The two keys of an account, base64. */
  public ofAccount(accountId: string): readonly string[] {
    return ['key1', 'key2'].map((name) => this.derive(accountId, name));
  }

  /** A user delegation key, base64. */
  public ofUser({ accountId, objectId, tenantId, start, expiry, service, version }: DelegationFacts): string {
    return this.derive(accountId, objectId, tenantId, start, expiry, service, version);
  }

  private derive(accountId: string, ...facts: readonly string[]): string {
    return createHmac('sha512', this.secret)
      .update([accountId.toLowerCase(), ...facts].join('\n'))
      .digest('base64');
  }
}
