import { Command, Option } from 'commander';
import { createColors } from 'picocolors';
import { devDependencies, engines } from '../package.json';
import { AZURE_CLOUD_NAMES, AZURE_CLOUDS, type DeploymentManifest } from '../contract';
import { type AzureConnection, gatherAccess, SystemClock } from '../verify';
import type { CommandContext, ExitCode } from './command-context';
import { judgeAccess } from './doctor/judge-access';
import { judgeMachine } from './doctor/judge-machine';
import { gatherMachine } from './doctor/machine-facts';
import { isBypassed, proxySettings } from './proxy-settings';
import { doctorExitCode, type DoctorRow, unknown } from './doctor/verdict';
import { connectionTo, type DeploymentOptions, deploymentOf } from './target-options';
import { asUsage } from './verify-options';

interface DoctorOptions extends Pick<DeploymentOptions, 'stack' | 'emulator' | 'cloud'> {
  readonly json?: true;
}

/** Long enough for az to start, short enough to wait for. */
const LIMIT_MS = 10_000;

/** `dicom-lake doctor`. */
export function doctorCommand(context: CommandContext, setExitCode: (code: ExitCode) => void): Command {
  return new Command('doctor')
    .description(
      'look at this machine, its login and its way to Azure, before anything is deployed or verified',
    )
    .argument(
      '[manifest]',
      'JSON of a deployment as for verify: asks for its names and for the roles on it too',
    )
    .option('--stack <name>', 'which stack, where the file has several')
    .addOption(
      new Option('--cloud <name>', 'which Azure; told from the endpoints of a manifest').choices(
        AZURE_CLOUD_NAMES,
      ),
    )
    .option('--emulator <file>', 'ask a running emulator, by its ready file, instead of Azure')
    .option('--json', 'print the rows as JSON')
    .addHelpText('after', DOCTOR_HELP)
    .action(async (file: string | undefined, options: DoctorOptions) => {
      const rows = await asUsage(() => examine(context, file, options));
      context.out(
        options.json === true ? `${JSON.stringify({ rows }, null, 2)}\n` : textOf(rows, context.color),
      );
      setExitCode(doctorExitCode(rows));
    });
}

const DOCTOR_HELP = `
Looks at Node, terraform or tofu, cdktf, folders to write to, certificate authorities, the proxy, the clock and the login
(as DefaultAzureCredential signs in), with a manifest also at names and at what verify has to be allowed. Prints no token
and changes nothing. Each question has ${LIMIT_MS / 1000} seconds. What stands against a deployment, dicom-lake preflight says.

Examples:
  dicom-lake doctor
  dicom-lake doctor outputs.json --json
  dicom-lake doctor manifest.json --emulator ready.json

Exit codes:
  0  nothing fails; something may warn
  1  something fails
  2  wrong options, or a manifest that cannot be used
  3  nothing fails, but something could not be judged, such as the login of a machine that is offline`;

async function examine(
  context: CommandContext,
  file: string | undefined,
  options: DoctorOptions,
): Promise<readonly DoctorRow[]> {
  const clock = new SystemClock();
  const needed = { node: engines.node.replace('>=', ''), cdktf: devDependencies.cdktf };
  const proxy = proxySettings(context.environment);
  if (proxy !== undefined && proxy.url === undefined) {
    const rows = judgeMachine(await gatherMachine(context, clock.now(), LIMIT_MS), needed, []);
    return [
      ...rows,
      { check: 'login', ...unknown('Azure is not asked by such a proxy', 'mend the proxy first') },
    ];
  }
  const { manifest, azure } = await subject(context, file, options);
  const [machine, access] = await Promise.all([
    gatherMachine(context, clock.now(), LIMIT_MS),
    gatherAccess(azure, manifest, { clock, signal: context.signal, limitMs: LIMIT_MS }),
  ]);
  return [
    ...judgeMachine(machine, needed, hostsOf(azure, manifest)),
    ...judgeAccess(access, (host) => proxy !== undefined && !isBypassed(proxy, host)),
  ];
}

async function subject(
  context: CommandContext,
  file: string | undefined,
  options: DoctorOptions,
): Promise<{ readonly manifest?: DeploymentManifest; readonly azure: AzureConnection }> {
  return file === undefined
    ? { azure: connectionTo(context, undefined, options) }
    : deploymentOf(context, file, options);
}

function hostsOf(
  { cloud = 'AzurePublicCloud', armEndpoint }: AzureConnection,
  manifest: DeploymentManifest | undefined,
): readonly string[] {
  const { authorityHost, armEndpoint: arm } = AZURE_CLOUDS[cloud];
  const urls = [
    armEndpoint ?? arm,
    ...(armEndpoint === undefined ? [authorityHost] : []),
    ...(manifest === undefined
      ? []
      : [manifest.dicomService.serviceUrl, manifest.lake.blobEndpoint, manifest.lake.dfsEndpoint]),
  ];
  return [...new Set(urls.map((url) => new URL(url).hostname))];
}

function textOf(rows: readonly DoctorRow[], color: boolean): string {
  const paint = createColors(color);
  const paints = { ok: paint.green, warn: paint.yellow, fail: paint.red, unknown: paint.magenta };
  const width = Math.max(...rows.map(({ check }) => check.length));
  const lines = rows.flatMap(({ outcome, check, detail, remedy }) => [
    `${paints[outcome](outcome.padEnd(7))}  ${check.padEnd(width)}  ${detail}`,
    ...(remedy === undefined ? [] : [`${' '.repeat(width + 11)}remedy: ${remedy}`]),
  ]);
  const count = (wanted: DoctorRow['outcome']): number =>
    rows.filter(({ outcome }) => outcome === wanted).length;
  const end = `${count('ok')} ok, ${count('warn')} warned, ${count('fail')} failed, ${count('unknown')} unknown`;
  return `${[...lines, '', end].join('\n')}\n`;
}
