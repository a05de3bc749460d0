import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { Command, Option } from 'commander';
import { devDependencies, version } from '../package.json';
import { NAME_RULES } from '../contract';
import { type CommandContext, UsageError } from './command-context';
import { type Pipeline, pipelineFiles, PIPELINES } from './init/pipeline-files';
import { EMULATOR_STACK, type PackageVersions, projectFiles } from './init/project-files';
import { AZURE_DEPLOYMENT, type AzurePlace, EMULATOR_DEPLOYMENT } from './init/project-settings';
import { writeProject } from './init/write-project';
import { OptionReader } from './option-reader';

interface InitOptions {
  readonly name?: string;
  readonly tenant?: string;
  readonly subscription?: string;
  readonly verifier?: string;
  readonly location: string;
  readonly pipeline: Pipeline;
  readonly package: string;
  readonly json?: true;
}

/** Seen from the built file, beside which the package keeps them. */
const PIPELINES_FOLDER = path.join(__dirname, '../../pipelines');

/** `dicom-lake init`. */
export function initCommand(context: CommandContext): Command {
  const reader = new OptionReader();
  const guid = (flag: string): ((text: string) => string) =>
    reader.text(flag, NAME_RULES.guid.allowed, (text) => NAME_RULES.guid.pattern.test(text));
  return new Command('init')
    .description('write a small project: settings, application and, if you like, a pipeline')
    .argument('[folder]', 'where to; made where it does not exist', '.')
    .option(
      '--name <name>',
      'what the names of the resources begin with (default: that of the folder)',
      reader.text('--name', NAME, (text) => NAME_PATTERN.test(text)),
    )
    .option('--tenant <id>', 'tenant of the first deployment to Azure, with --subscription', guid('--tenant'))
    .option('--subscription <id>', 'subscription of the first deployment to Azure', guid('--subscription'))
    .option(
      '--verifier <id>',
      'object id of whoever runs dicom-lake verify, such as the identity of a pipeline',
      guid('--verifier'),
    )
    .option(
      '--location <region>',
      'region of Azure',
      reader.text('--location', 'the name of a region such as westeurope', (text) =>
        /^[a-z][a-z0-9]{2,39}$/.test(text),
      ),
      'westeurope',
    )
    .addOption(new Option('--pipeline <name>', 'which pipeline to write').choices(PIPELINES).default('none'))
    .option(
      '--package <spec>',
      'where npm finds dicom-lake: a version, a URL or the file of a tarball',
      reader.text('--package', 'what npm takes for a version', (text) => /^\S+$/.test(text)),
      version,
    )
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', INIT_HELP)
    .action((target: string, options: InitOptions) => {
      reader.check();
      init(context, target, options);
    });
}

const INIT_HELP = `
Writes package.json, cdktf.json, main.js, dicom-lake.yaml, .gitignore, README.md and the files of the pipeline: all of
them or, where one is there already, none. The settings have a deployment for the emulator, which works as it is, and one
for Azure, which is a comment until --tenant and --subscription are given. The folder may hold other files, as .git.

Examples:
  npx dicom-lake init imaging
  npx dicom-lake init . --name hospital --pipeline github
  npx dicom-lake init imaging --tenant 11111111-1111-1111-1111-111111111111 \\
    --subscription 44444444-4444-4444-4444-444444444444 --location northeurope --pipeline azure

Exit codes:
  0  the project was written
  2  nothing was written: wrong options, files in the way, or a folder that cannot be written`;

function init(context: CommandContext, target: string, options: InitOptions): void {
  const folder = path.resolve(context.workingDirectory, target);
  const { location, pipeline } = options;
  const azure = azurePlace(options);
  const files = [
    ...projectFiles({
      name: options.name ?? nameFrom(folder),
      location,
      ...(azure === undefined ? {} : { azure }),
      packageName: packageNameFrom(folder),
      versions: { ...testedVersions(), 'dicom-lake': options.package },
      projectId: randomUUID(),
    }),
    ...pipelineFiles(pipeline, PIPELINES_FOLDER),
  ];
  writeProject(folder, files);
  const written = files.map((file) => file.path);
  const next = ['npm install', 'npx cdktf synth', `npx dicom-lake demo --stack ${EMULATOR_STACK}`];
  if (options.json === true) {
    context.out(`${JSON.stringify({ folder, files: written, pipeline, next }, null, 2)}\n`);
    return;
  }
  context.out(
    [
      `Wrote ${written.join(', ')} to ${target}`,
      ...notes(options, azure),
      '',
      folder === path.resolve(context.workingDirectory)
        ? 'Next, to see it deployed and verified on the emulator, without Azure:'
        : `Next, in ${target}, to see it deployed and verified on the emulator, without Azure:`,
      ...next.map((command) => `  ${command}`),
      '',
    ].join('\n'),
  );
}

function notes({ pipeline }: InitOptions, azure: AzurePlace | undefined): readonly string[] {
  return [
    azure === undefined
      ? `dicom-lake.yaml has the deployment '${EMULATOR_DEPLOYMENT}'; '${AZURE_DEPLOYMENT}', for Azure, is a comment that waits for your ids`
      : `dicom-lake.yaml has the deployments '${EMULATOR_DEPLOYMENT}' and '${AZURE_DEPLOYMENT}', for Azure`,
    ...(pipeline === 'none'
      ? [
          `No pipeline was asked for; --pipeline takes ${PIPELINES.filter((one) => one !== 'none').join(', ')}`,
        ]
      : [
          `The pipeline is to deploy '${AZURE_DEPLOYMENT}': node_modules/dicom-lake/docs/pipelines.md tells how it is set up`,
        ]),
  ];
}

/** @throws UsageError where only some of what belongs together was given */
function azurePlace({ tenant, subscription, verifier }: InitOptions): AzurePlace | undefined {
  if (tenant !== undefined && subscription !== undefined)
    return {
      tenantId: tenant,
      subscriptionId: subscription,
      ...(verifier === undefined ? {} : { verifierObjectId: verifier }),
    };
  if (tenant === undefined && subscription === undefined && verifier === undefined) return undefined;
  throw new UsageError('the place in Azure is not complete', [
    ...(tenant === undefined ? ['--tenant is missing'] : []),
    ...(subscription === undefined ? ['--subscription is missing'] : []),
  ]);
}

/** Those that this version of the kit was tested with. */
function testedVersions(): Omit<PackageVersions, 'dicom-lake'> {
  return {
    cdktf: devDependencies.cdktf,
    constructs: devDependencies.constructs,
    '@cdktf/provider-azurerm': devDependencies['@cdktf/provider-azurerm'],
    'cdktf-cli': devDependencies['cdktf-cli'],
  };
}

/** With what is put behind it, it is still the name of a workspace and of a storage account. */
const NAME_PATTERN = /^[a-z][a-z0-9]{2,15}$/;
const NAME = '3 to 16 lower-case letters or digits, a letter first';

/** The name of a folder as far as Azure takes it. */
function nameFrom(folder: string): string {
  const name = path
    .basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/^[0-9]+/, '')
    .slice(0, 16);
  return NAME_PATTERN.test(name) ? name : 'imaging';
}

/** @see https://docs.npmjs.com/cli/configuring-npm/package-json#name */
function packageNameFrom(folder: string): string {
  const name = path
    .basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100);
  return name === '' || name === 'dicom-lake' ? 'imaging' : name;
}
