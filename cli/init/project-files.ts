import { AZURE_DEPLOYMENT, EMULATOR_DEPLOYMENT, type ProjectPlan, projectSettings } from './project-settings';

/** A file of a new project. */
export interface ProjectFile {
  /** Relative to the project, with `/` between folders. */
  readonly path: string;
  readonly text: string;
  /** Whether it is a script that is run by its name. */
  readonly isExecutable?: boolean;
}

/** Exact versions of the packages that a project needs, by name. */
export type PackageVersions = Readonly<
  Record<'dicom-lake' | 'cdktf' | 'constructs' | '@cdktf/provider-azurerm' | 'cdktf-cli', string>
>;

export interface ProjectOptions extends ProjectPlan {
  /** For package.json. */
  readonly packageName: string;
  readonly versions: PackageVersions;
  /** Tells the projects of one machine apart, for cdktf. */
  readonly projectId: string;
}

/** The files of a new project, without those of its pipeline. */
export function projectFiles(options: ProjectOptions): readonly ProjectFile[] {
  const { packageName, versions, projectId } = options;
  const { 'cdktf-cli': cli, ...dependencies } = versions;
  return [
    {
      path: 'package.json',
      text: json({ name: packageName, private: true, dependencies, devDependencies: { 'cdktf-cli': cli } }),
    },
    {
      path: 'cdktf.json',
      text: json({
        language: 'typescript',
        app: 'node main.js',
        projectId,
        sendCrashReports: 'false',
        terraformProviders: [],
        terraformModules: [],
        context: {},
      }),
    },
    { path: 'main.js', text: MAIN },
    { path: 'dicom-lake.yaml', text: projectSettings(options) },
    { path: '.gitignore', text: IGNORED },
    { path: 'README.md', text: readme(packageName) },
  ];
}

/** Where the stack is that runs on the emulator, once it is synthesized. */
export const EMULATOR_STACK = `cdktf.out/stacks/${EMULATOR_DEPLOYMENT}/cdk.tf.json`;

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const MAIN = `// @ts-check
const { synthesizeSettings } = require('dicom-lake');

// One stack of each deployment in dicom-lake.yaml. What the settings cannot say is said in code: put
// \`new DicomLakeStack(app, 'imaging', { ... })\` of the same package in place of this call.
const problems = synthesizeSettings(process.env['DICOM_LAKE_SETTINGS'] ?? 'dicom-lake.yaml', process.env);
if (problems.length > 0) {
  console.error(\`The settings of the deployment are wrong:\\n- \${problems.join('\\n- ')}\`);
  process.exitCode = 2;
}
`;

const IGNORED = `node_modules/
cdktf.out/
out/
terraform.*.tfstate*
.dicom-lake/
# What an emulator and a deployment tell of themselves; the ready file holds the secrets of the emulator.
ready.json
manifest.json
outputs.json
`;

function readme(packageName: string): string {
  return `# ${packageName}

A DICOM service of Azure Health Data Services on a data lake, deployed and verified with dicom-lake.

\`\`\`sh
npm install
npx cdktf synth                                                        # stacks of dicom-lake.yaml, in cdktf.out
npx dicom-lake demo --stack ${EMULATOR_STACK}   # without Azure: apply, verify, break, verify again
\`\`\`

For Azure, complete the deployment \`${AZURE_DEPLOYMENT}\` in \`dicom-lake.yaml\`, then

\`\`\`sh
npx dicom-lake doctor                  # this machine, the login, the clock, the proxy
npx dicom-lake preflight --deployment ${AZURE_DEPLOYMENT}
npx cdktf deploy ${AZURE_DEPLOYMENT} --outputs-file outputs.json
npx dicom-lake verify outputs.json
\`\`\`

What to do when a check is red: node_modules/dicom-lake/docs/runbook.md
`;
}
