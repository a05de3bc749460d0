import { BINARY_VARIABLE } from './find-terraform';
import type { MachineFacts } from './machine-facts';
import { isBypassed, unknownEntries } from '../proxy-settings';
import { type DoctorRow, fail, ok, unknown, type Verdict, warn } from './verdict';

/** Versions that are needed. */
export interface NeededVersions {
  /** The oldest Node, such as `20.9`. */
  readonly node: string;
  /** The one cdktf and cdktf-cli that the kit is tested with. */
  readonly cdktf: string;
}

/** Pure: the same facts give the same verdicts. @param hosts that are asked, for the proxy */
export function judgeMachine(
  facts: MachineFacts,
  needed: NeededVersions,
  hosts: readonly string[],
): readonly DoctorRow[] {
  return [
    { check: 'node', ...node(facts, needed) },
    { check: 'terraform', ...terraform(facts) },
    { check: 'cdktf', ...cdktf(facts, needed) },
    ...facts.folders.map((folder) => ({ check: 'folders', ...folderVerdict(folder) })),
    { check: 'certificates', ...authorities(facts) },
    ...proxy(facts, hosts).map((verdict) => ({ check: 'proxy', ...verdict })),
  ];
}

function node({ nodeVersion }: MachineFacts, { node: oldest }: NeededVersions): Verdict {
  return isAtLeast(nodeVersion, oldest)
    ? ok(nodeVersion)
    : fail(`${nodeVersion} is too old`, `install Node ${oldest} or newer`);
}

/** The oldest that cdktf 0.21 takes. @see https://developer.hashicorp.com/terraform/tutorials/cdktf/cdktf-install */
const OLDEST_TERRAFORM = '1.2';

const INSTALL = 'install Terraform, or OpenTofu and set TERRAFORM_BINARY_NAME=tofu';

function terraform({ terraform: found }: MachineFacts): Verdict {
  if (found === undefined)
    return warn('neither terraform nor tofu was found', `${INSTALL}; only a deployment needs it`);
  const { name, version, isUsed } = found;
  if (version === undefined)
    return unknown(`${name} does not say its version`, `run ${name} version, and mend what it complains of`);
  if (!isAtLeast(version, OLDEST_TERRAFORM))
    return fail(`${name} ${version} is too old`, `install ${OLDEST_TERRAFORM} or newer`);
  if (isAtLeast(version, '2'))
    return warn(
      `${name} ${version} is newer than any that this kit knows`,
      'compare its plans before you apply them',
    );
  return isUsed
    ? ok(`${name} ${version}`)
    : warn(`${name} ${version}, which cdktf does not call by itself`, `set ${BINARY_VARIABLE}=${name}`);
}

function cdktf({ cdktf: { library, cli } }: MachineFacts, { cdktf: tested }: NeededVersions): Verdict {
  if (library === undefined || cli === undefined) {
    const missing = [
      ...(library === undefined ? ['cdktf'] : []),
      ...(cli === undefined ? ['cdktf-cli'] : []),
    ];
    return warn(
      `not installed in this project: ${missing.join(', ')}`,
      'run npm install in the folder of the project; only synthesis and deployment need it',
    );
  }
  const others = [
    ...(library === tested ? [] : [`cdktf ${library}`]),
    ...(cli === tested ? [] : [`cdktf-cli ${cli}`]),
  ];
  if (others.length === 0) return ok(`cdktf and cdktf-cli ${tested}`);
  return warn(
    `${others.join(' and ')}, where this kit was tested with ${tested}`,
    `npm install --save-exact cdktf@${tested} && npm install --save-exact --save-dev cdktf-cli@${tested}`,
  );
}

function folderVerdict({ what, folder, problem }: MachineFacts['folders'][number]): Verdict {
  return problem === undefined
    ? ok(`${what} in ${folder}`)
    : fail(
        `${what} cannot be written in ${folder} (${problem})`,
        what === 'the journal'
          ? 'give the user of this process the right to write there, or give verify another folder with --state'
          : 'give the user of this process the right to write there, or name another folder in TMPDIR (on Windows TEMP)',
      );
}

function authorities({ authorities: file }: MachineFacts): Verdict {
  if (file === undefined) return ok("Node's own authorities");
  const name = `NODE_EXTRA_CA_CERTS '${file.file}'`;
  if (file.problem !== undefined)
    return fail(
      `${name} cannot be read (${file.problem}); Node goes on without it`,
      'name a file of certificates in PEM, or unset the variable',
    );
  if (file.count === 0)
    return fail(
      `${name} holds no certificate in PEM`,
      'export the authority of your proxy or network as PEM',
    );
  const { count, outOfDate } = file;
  if (outOfDate === count) return fail(`no certificate in ${name} is valid now`, 'take a newer file');
  return ok(`${count} more from ${name}${outOfDate === 0 ? '' : `, ${outOfDate} of them out of date`}`);
}

function proxy({ proxy: settings }: MachineFacts, hosts: readonly string[]): readonly Verdict[] {
  if (settings === undefined) return [ok('none')];
  const { variable, url, problem } = settings;
  if (url === undefined)
    return [
      fail(
        `${variable} is no URL of a proxy`,
        `set ${variable} to one such as http://proxy.example.org:3128`,
      ),
    ];
  // Not the URL itself, which may hold a password.
  const at = `${variable} ${url.host}`;
  if (problem !== undefined)
    return [
      fail(
        `nobody answers at ${at} (${problem})`,
        `correct or unset ${variable}; hosts that are to be reached without it go into NO_PROXY`,
      ),
    ];
  const unread = unknownEntries(settings);
  const past = hosts.filter((host) => isBypassed(settings, host));
  return [
    ok(`${at}${past.length === 0 ? '' : `, and past it to ${past.join(', ')}`}`),
    ...(unread.length === 0
      ? []
      : [
          warn(
            `Azure's libraries do not understand ${unread.join(', ')} in NO_PROXY`,
            'list whole names, or domains as .example.org, without stars, ports and ranges',
          ),
        ]),
  ];
}

/** By major and minor only. */
function isAtLeast(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = oldest.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
