/** How Azure's libraries are told of a proxy. */
export interface ProxySettings {
  readonly variable: string;
  /** Undefined where its value is no URL of a proxy. */
  readonly url?: URL;
  /** Entries of NO_PROXY. */
  readonly bypassed: readonly string[];
}

/** In the order in which Azure's pipeline looks, each in capitals before small letters. */
const VARIABLES = ['HTTPS_PROXY', 'ALL_PROXY', 'HTTP_PROXY'];

/** @see https://learn.microsoft.com/azure/developer/javascript/sdk/configure-proxy */
export function proxySettings(
  environment: Readonly<Record<string, string | undefined>>,
): ProxySettings | undefined {
  const read = (name: string): string => environment[name] ?? environment[name.toLowerCase()] ?? '';
  const variable = VARIABLES.find((name) => read(name) !== '');
  if (variable === undefined) return undefined;
  const text = read(variable);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return {
    variable,
    ...(url !== undefined && /^https?:$/.test(url.protocol) ? { url } : {}),
    bypassed: read('NO_PROXY')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  };
}

/** Whether requests to a host go past the proxy, as Azure's pipeline decides: by whole names, or by `.domain`. */
export function isBypassed({ bypassed }: ProxySettings, host: string): boolean {
  return bypassed.some(
    (entry) => host === entry || (entry.startsWith('.') && (host.endsWith(entry) || host === entry.slice(1))),
  );
}

/** Entries that curl and Terraform understand, and Azure's libraries do not. */
export function unknownEntries({ bypassed }: ProxySettings): readonly string[] {
  return bypassed.filter((entry) => /[*/]/.test(entry) || /:\d+$/.test(entry));
}
