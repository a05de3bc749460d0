import { Command, Option } from 'commander';
import type { EmulatorReady } from '../contract';
import type { CommandContext } from './command-context';
import { readEmulatorReady } from './json-file';

type Format = 'posix' | 'powershell' | 'json';

interface EnvOptions {
  readonly emulator: string;
  readonly azurermMajor: '4' | '5';
  readonly format: Format;
  readonly json?: boolean;
}

/** `dicom-lake emulator env`: the environment in which terraform, tofu and the Azure SDKs use a running emulator. */
export function emulatorEnvCommand(context: CommandContext): Command {
  return new Command('env')
    .description(
      'print the environment in which terraform, tofu, cdktf and the Azure SDKs use a running emulator',
    )
    .requiredOption('--emulator <file>', 'ready file of the running emulator')
    .addOption(
      new Option('--azurerm-major <number>', 'major version of the azurerm provider')
        .choices(['4', '5'])
        .default('4'),
    )
    .addOption(
      new Option('--format <format>', 'for which shell')
        .choices(['posix', 'powershell', 'json'])
        .default('posix'),
    )
    .option('--json', 'the same as --format json')
    .addHelpText('after', ENV_HELP)
    .action(({ emulator, azurermMajor, format, json }: EnvOptions) => {
      const { ready } = readEmulatorReady(context, emulator);
      const variables = terraformEnvironment(ready, azurermMajor);
      context.out(WRITERS[json === true ? 'json' : format](variables));
    });
}

const ENV_HELP = `
The output has the secret of the emulator's deployer, which opens nothing but this emulator; it changes with every start.
Run terraform (or tofu) init before: with SSL_CERT_FILE set, it trusts nothing but the emulator.

Example:
  terraform init
  eval "$(dicom-lake emulator env --emulator ready.json)"
  terraform apply`;

/** @see docs/terraform-on-the-emulator.md */
function terraformEnvironment(
  { endpoints, caPath, tenantId, subscriptionId, credentials }: EmulatorReady,
  azurermMajor: EnvOptions['azurermMajor'],
): Readonly<Record<string, string>> {
  const { clientId, clientSecret } = credentials.deployer;
  return {
    ARM_METADATA_HOSTNAME: new URL(endpoints.arm).host,
    ARM_TENANT_ID: tenantId,
    ARM_SUBSCRIPTION_ID: subscriptionId,
    ARM_CLIENT_ID: clientId,
    ARM_CLIENT_SECRET: clientSecret,
    ARM_USE_CLI: 'false',
    ARM_RESOURCE_PROVIDER_REGISTRATIONS: 'none',
    ARM_STORAGE_USE_AZUREAD: 'true',
    // Major 5 refuses to run where this is set at all; major 4 asks Azure for locations without it.
    ...(azurermMajor === '4'
      ? { ARM_PROVIDER_ENHANCED_VALIDATION: 'false' }
      : { GO_AZURE_SDK_SKIP_POLLING_DELAY: 'true' }),
    CHECKPOINT_DISABLE: '1',
    SSL_CERT_FILE: caPath,
    NODE_EXTRA_CA_CERTS: caPath,
    AZURE_AUTHORITY_HOST: endpoints.entra,
    AZURE_TENANT_ID: tenantId,
    AZURE_CLIENT_ID: clientId,
    AZURE_CLIENT_SECRET: clientSecret,
  };
}

const WRITERS: Readonly<Record<Format, (variables: Readonly<Record<string, string>>) => string>> = {
  posix: (variables) =>
    lines(variables, (name, value) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`),
  powershell: (variables) =>
    lines(variables, (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`),
  json: (variables) => `${JSON.stringify(variables, undefined, 2)}\n`,
};

function lines(
  variables: Readonly<Record<string, string>>,
  line: (name: string, value: string) => string,
): string {
  return Object.entries(variables)
    .map(([name, value]) => `${line(name, value)}\n`)
    .join('');
}
