import type { AccessFacts, Asked, LoginPlane, ResolvedHost, VerifierRight } from '../../verify';
import { type DoctorRow, fail, ok, unknown, type Verdict, warn } from './verdict';

/** Pure: the same facts give the same verdicts. @param isProxied whether requests to a host go through a proxy */
export function judgeAccess(facts: AccessFacts, isProxied: (host: string) => boolean): readonly DoctorRow[] {
  const { deployment } = facts;
  return [
    { check: 'clock', ...clock(facts) },
    ...logins(facts).map((verdict) => ({ check: 'login', ...verdict })),
    ...(deployment === undefined
      ? []
      : [
          ...deployment.names.map((host) => ({ check: 'names', ...name(host, isProxied(host.host)) })),
          ...rights(deployment.rights).map((verdict) => ({ check: 'rights', ...verdict })),
        ]),
  ];
}

/** Entra and storage refuse what is further off. @see https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key */
const TOLERATED_SECONDS = 300;
const NOTICED_SECONDS = 60;

function clock({ clockAheadMs, armHost }: AccessFacts): Verdict {
  if (clockAheadMs.state === 'failed')
    return unknown(
      `the time of Azure is not known: ${clockAheadMs.reason}`,
      'check the network, the DNS and the proxy of this machine',
    );
  const seconds = Math.round(Math.abs(clockAheadMs.value) / 1000);
  const off = `this machine is ${lengthOf(seconds)} ${clockAheadMs.value > 0 ? 'behind' : 'ahead of'} ${armHost}`;
  const remedy =
    'set the clock, by NTP (timedatectl set-ntp true, w32tm /resync, or the host of the container)';
  if (seconds > TOLERATED_SECONDS) return fail(`${off}; tokens are refused beyond 5 minutes`, remedy);
  if (seconds > NOTICED_SECONDS) return warn(off, remedy);
  return ok(`within a minute of ${armHost}`);
}

function lengthOf(seconds: number): string {
  const units = { days: 86_400, hours: 3_600, minutes: 60 };
  const [unit, size] = Object.entries(units).find(([, one]) => seconds >= 2 * one) ?? ['seconds', 1];
  return `${Math.round(seconds / size)} ${unit}`;
}

const SERVICES: Readonly<Record<LoginPlane, string>> = {
  arm: 'Azure Resource Manager',
  lake: 'storage',
  dicom: 'the DICOM service',
};

function logins({ logins: asked, deployment }: AccessFacts): readonly Verdict[] {
  return (['arm', 'lake', 'dicom'] as const).map((plane) => {
    const login = asked[plane];
    if (login.state === 'failed') return notHad(SERVICES[plane], login);
    const { objectId, tenantId } = login.value;
    const wanted = deployment?.tenantId;
    if (tenantId !== undefined && wanted !== undefined && tenantId.toLowerCase() !== wanted.toLowerCase())
      return fail(
        `the token for ${SERVICES[plane]} is of tenant ${tenantId}, the deployment is in ${wanted}`,
        `az login --tenant ${wanted}, or set AZURE_TENANT_ID`,
      );
    return ok(
      `a token for ${SERVICES[plane]}, as ${objectId ?? 'somebody that it does not name'}${tenantId === undefined ? '' : ` of tenant ${tenantId}`}`,
    );
  });
}

function name({ host, addresses, isPrivate, isMeantPrivate }: ResolvedHost, isProxied: boolean): Verdict {
  if (isProxied)
    return isMeantPrivate
      ? warn(
          `${host} has a private endpoint, and is asked through the proxy`,
          'put it into NO_PROXY, unless the proxy is inside the network',
        )
      : ok(`${host}, which the proxy resolves`);
  if (addresses.length === 0)
    return fail(
      `${host} leads nowhere`,
      'check that the deployment still exists, and the DNS of this machine; private names need the DNS of their network',
    );
  if (isMeantPrivate && !isPrivate)
    return fail(
      `${host} leads to ${addresses.join(', ')}, and not to its private endpoint`,
      'run this inside the network of the endpoint, with its private DNS zone linked to that network',
    );
  return ok(`${host} leads to ${addresses.join(', ')}`);
}

function rights(asked: Asked<readonly VerifierRight[]>): readonly Verdict[] {
  if (asked.state === 'failed') return [notHad('the roles of whoever verifies cannot be listed', asked)];
  return asked.value.map(({ roleName, on, held }) =>
    held
      ? ok(`what ${roleName} permits, on ${on}`)
      : fail(
          `${roleName} is missing on ${on}`,
          'name whoever verifies as verifier in the settings and deploy, or assign the role; a role takes up to 10 minutes to count',
        ),
  );
}

/** Nobody answered, which MSAL tells in words of its own, so that it may be well; or somebody did, and refused. */
function notHad(
  what: string,
  { code, reason, remedy }: Extract<Asked<unknown>, { state: 'failed' }>,
): Verdict {
  const isSilence =
    /\b(endpoints_resolution|network)_error\b/.test(reason) ||
    ['UNREACHABLE', 'DEADLINE', 'NOT_OBSERVABLE', 'UNREADABLE', 'UNAVAILABLE'].includes(code);
  return (isSilence ? unknown : fail)(`${what}: ${reason}`, remedy);
}
