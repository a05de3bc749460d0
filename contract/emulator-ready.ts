/** An application in the emulator's directory. The secrets open nothing but the emulator that made them. */
export interface EmulatorCredential {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Object id, for role assignments. */
  readonly objectId: string;
}

/** What a started emulator prints on its ready line and writes to its ready file. */
export interface EmulatorReady {
  /** 2 since the emulator has an admin API, 3 since it answers queries of logs. */
  readonly schemaVersion: 3;
  /** Origins such as `https://127.0.0.1:40001`, without a slash at the end. */
  readonly endpoints: {
    readonly arm: string;
    readonly entra: string;
    readonly storage: string;
    readonly dicom: string;
    readonly logs: string;
  };
  /** Where faults are set and the clock is moved: plain http, with a token of this run. */
  readonly admin: {
    readonly endpoint: string;
    readonly token: string;
  };
  /** PEM file of the certificate authority that signed the emulator's certificate. */
  readonly caPath: string;
  /** IPv4 address that clients play for firewalls; private networks are told from the internet by it. */
  readonly clientAddress: string;
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly credentials: {
    /** Owner of the subscription, without any data role. */
    readonly deployer: EmulatorCredential;
    /** No rights but those that a deployment grants. */
    readonly verifier: EmulatorCredential;
  };
}

export type EmulatorReadyResult =
  | { readonly ok: true; readonly ready: EmulatorReady }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads a ready file from parsed JSON and names every field that is missing or no string. */
export function parseEmulatorReady(json: unknown): EmulatorReadyResult {
  const version = valueAt(json, ['schemaVersion']);
  if (version !== SCHEMA_VERSION) {
    return {
      ok: false,
      problems: [
        version === undefined
          ? `schemaVersion must be ${SCHEMA_VERSION}, got nothing; is this the ready file of an emulator?`
          : `schemaVersion must be ${SCHEMA_VERSION}, got ${JSON.stringify(version)}; start the emulator again with this version of dicom-lake`,
      ],
    };
  }
  const problems = REQUIRED.filter((path) => {
    const value = valueAt(json, path.split('.'));
    return typeof value !== 'string' || value === '';
  }).map((path) => `${path} must be a string`);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, ready: json as EmulatorReady };
}

const SCHEMA_VERSION = 3;

const REQUIRED = [
  ...['arm', 'entra', 'storage', 'dicom', 'logs'].map((plane) => `endpoints.${plane}`),
  'admin.endpoint',
  'admin.token',
  'caPath',
  'clientAddress',
  'tenantId',
  'subscriptionId',
  ...['deployer', 'verifier'].flatMap((who) =>
    ['clientId', 'clientSecret', 'objectId'].map((field) => `credentials.${who}.${field}`),
  ),
];

function valueAt(json: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
    json,
  );
}
