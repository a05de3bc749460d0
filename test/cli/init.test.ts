import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { App } from 'cdktf';
import fc from 'fast-check';
import type { UsageError } from '../../cli/command-context';
import { pipelineFiles } from '../../cli/init/pipeline-files';
import { projectSettings, type ProjectPlan } from '../../cli/init/project-settings';
import { writeProject } from '../../cli/init/write-project';
import packageJson from '../../package.json';
import { addDeployments } from '../../stacks/deployment';
import { readSettings } from '../../stacks/settings-file';
import { runCli, temporaryFolder } from '../support/cli';

const GUID = '99999999-9999-9999-9999-999999999999';
const PACKED = ['--package', 'file:../dicom-lake-0.1.0.tgz'];
const FILES = ['package.json', 'cdktf.json', 'main.js', 'dicom-lake.yaml', '.gitignore', 'README.md'];

function init(cwd: string, ...args: readonly string[]): ReturnType<typeof runCli> {
  return runCli(['init', ...args], { cwd });
}

function problemsOf(settings: string): readonly string[] {
  const result = readSettings(settings, 'dicom-lake.yaml');
  return result.ok ? addDeployments(new App(), result.deployments) : result.problems;
}

test('init writes a project with the tested versions and says the next three commands', async () => {
  using folder = temporaryFolder();
  const { exitCode, stdout } = await init(folder.path, 'my-lake');
  expect(stdout).toContain(
    'Next, in my-lake, to see it deployed and verified on the emulator, without Azure:\n' +
      '  npm install\n  npx cdktf synth\n  npx dicom-lake demo --stack cdktf.out/stacks/emulator/cdk.tf.json\n',
  );
  expect(exitCode).toBe(0);
  // What it was written in is gone.
  expect(readdirSync(folder.path)).toEqual(['my-lake']);
  const project = path.join(folder.path, 'my-lake');
  expect(readdirSync(project).sort()).toEqual([...FILES].sort());
  const written = JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8')) as unknown;
  const { version, devDependencies } = packageJson;
  expect(written).toEqual({
    name: 'my-lake',
    private: true,
    dependencies: {
      'dicom-lake': version,
      cdktf: devDependencies.cdktf,
      constructs: devDependencies.constructs,
      '@cdktf/provider-azurerm': devDependencies['@cdktf/provider-azurerm'],
    },
    devDependencies: { 'cdktf-cli': devDependencies['cdktf-cli'] },
  });
  expect(readFileSync(path.join(project, 'dicom-lake.yaml'), 'utf8')).toContain(
    'workspaceName: mylakeemulator',
  );
});

test('every project has an id of its own, and sends no crash reports', async () => {
  using folder = temporaryFolder();
  await Promise.all([init(folder.path, 'one'), init(folder.path, 'two')]);
  const [one, two] = ['one', 'two'].map(
    (name) =>
      JSON.parse(readFileSync(path.join(folder.path, name, 'cdktf.json'), 'utf8')) as Record<string, string>,
  );
  expect(one).toMatchObject({ app: 'node main.js', sendCrashReports: 'false' });
  expect(one?.['projectId']).not.toBe(two?.['projectId']);
});

test('the flags fill in the deployment for Azure; --json says what was done', async () => {
  using folder = temporaryFolder();
  mkdirSync(path.join(folder.path, '.git'));
  const flags = ['--name', 'hospital', '--tenant', GUID, '--subscription', GUID, '--verifier', GUID];
  const { stdout, exitCode } = await init(
    folder.path,
    ...flags,
    '--location',
    'northeurope',
    ...PACKED,
    '--json',
  );
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ files: FILES, pipeline: 'none', next: ['npm install', {}, {}] });
  const { dependencies } = JSON.parse(readFileSync(path.join(folder.path, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  expect(dependencies['dicom-lake']).toBe(PACKED[1]);
  const settings = readSettings(readFileSync(path.join(folder.path, 'dicom-lake.yaml'), 'utf8'), 'x');
  expect(settings.ok && settings.deployments.get('test')).toMatchObject({
    tenantId: GUID,
    subscriptionId: GUID,
    location: 'northeurope',
    workspaceName: 'hospital',
    storageAccountName: 'hospitallake',
    verifier: { principalId: GUID },
  });
});

test('a name that a package or a resource cannot have is another one', async () => {
  using folder = temporaryFolder();
  await Promise.all([
    init(folder.path, 'dicom-lake'),
    init(folder.path, '2026_Röntgen-Archiv of the hospital'),
  ]);
  const read = (project: string, file: string): string =>
    readFileSync(path.join(folder.path, project, file), 'utf8');
  expect(JSON.parse(read('dicom-lake', 'package.json'))).toMatchObject({ name: 'imaging' });
  const other = '2026_Röntgen-Archiv of the hospital';
  expect(JSON.parse(read(other, 'package.json'))).toMatchObject({
    name: '2026-r-ntgen-archiv-of-the-hospital',
  });
  expect(read(other, 'dicom-lake.yaml')).toContain('storageAccountName: rntgenarchivofthemulator\n');
});

test('files in the way are named all at once, and nothing is written', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'main.js'), 'mine');
  writeFileSync(path.join(folder.path, '.gitignore'), 'mine');
  const { exitCode, stdout, stderr } = await init(folder.path, '.');
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/these files are in the way in .*\n {2}- main\.js\n {2}- \.gitignore\n$/);
  expect(readdirSync(folder.path).sort()).toEqual(['.gitignore', 'main.js']);
  expect(readFileSync(path.join(folder.path, 'main.js'), 'utf8')).toBe('mine');
});

test('wrong flags are named all at once, and nothing is written', async () => {
  using folder = temporaryFolder();
  const wrong = ['--name', 'My_Lake', '--tenant', 'contoso', '--location', 'West Europe'];
  const { exitCode, stderr } = await init(folder.path, 'lake', ...wrong);
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    `error: some options cannot be used
  - --name must be 3 to 16 lower-case letters or digits, a letter first, got 'My_Lake'
  - --tenant must be a GUID such as 00000000-0000-0000-0000-000000000000, got 'contoso'
  - --location must be the name of a region such as westeurope, got 'West Europe'
`,
  );
  expect((await init(folder.path, 'lake', '--verifier', GUID)).stderr).toBe(
    'error: the place in Azure is not complete\n  - --tenant is missing\n  - --subscription is missing\n',
  );
  expect(readdirSync(folder.path)).toEqual([]);
});

test('a folder below a file cannot be written, and that is said', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'file'), '');
  const { exitCode, stderr } = await init(folder.path, 'file/lake');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/nothing of it was: a part of the name is a file; name another folder\n$/);
});

test('what was written is taken away again where one file cannot be', () => {
  using folder = temporaryFolder();
  const files = [
    { path: 'a/b/first', text: '1' },
    { path: 'second', text: '2' },
    { path: 'second/third', text: '3' },
  ];
  expect(() => writeProject(folder.path, files)).toThrow(/a part of the name is a file/);
  expect(readdirSync(folder.path)).toEqual([]);
  const above = path.join(folder.path, 'new');
  expect(() => writeProject(path.join(above, 'project'), files)).toThrow(/a part of the name is a file/);
  expect(existsSync(above)).toBe(false);
});

describe('the settings', () => {
  const place = fc.record(
    { tenantId: fc.uuid(), subscriptionId: fc.uuid(), verifierObjectId: fc.uuid() },
    { requiredKeys: ['tenantId', 'subscriptionId'] },
  );
  const plan: fc.Arbitrary<ProjectPlan> = fc.record(
    {
      name: fc.stringMatching(/^[a-z][a-z0-9]{2,15}$/),
      location: fc.stringMatching(/^[a-z][a-z0-9]{2,20}$/),
      azure: place,
    },
    { requiredKeys: ['name', 'location'] },
  );

  test('are always ones that can be synthesized', () => {
    fc.assert(
      fc.property(plan, (one) => {
        expect(problemsOf(projectSettings(one))).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  test('have placeholders that the synthesis refuses by name, once they are no comment any more', () => {
    const [before = '', comment = ''] = projectSettings({ name: 'imaging', location: 'westeurope' }).split(
      /^ {2}# For Azure.*$/m,
    );
    const text = before + comment.replaceAll(/^ {2}# /gm, '  ');
    const refused = (settings: string): readonly string[] =>
      problemsOf(settings).map(
        (problem) => /'(\w+)' must be .* got '([A-Z_]+)'$/.exec(problem)?.slice(1).join(' ') ?? problem,
      );
    expect(refused(text)).toEqual(['principalId VERIFIER_OBJECT_ID']);
    expect(refused(text.replace('VERIFIER_OBJECT_ID', GUID))).toEqual([
      'tenantId TENANT_ID',
      'subscriptionId SUBSCRIPTION_ID',
    ]);
    expect(refused(text.replaceAll(/[A-Z]+(_[A-Z]+)*_ID/g, GUID))).toEqual([]);
  });
});

describe('the pipeline', () => {
  test('is copied to where its service looks for it, and its scripts can be run', () => {
    using folder = temporaryFolder();
    const write = (name: string): void => {
      const file = path.join(folder.path, 'pipelines', name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `text of ${name}`);
    };
    for (const name of ['github/dicom-lake.yml', 'azure/azure-pipelines.yml', 'azd/azure.yaml']) write(name);
    for (const name of ['azd/hooks/postprovision.sh', 'azd/hooks/postprovision.ps1']) write(name);
    const copied = (['github', 'azure', 'azd', 'none'] as const).map((pipeline) =>
      pipelineFiles(pipeline, path.join(folder.path, 'pipelines')),
    );
    expect(copied.map((files) => files.map((file) => file.path))).toEqual([
      ['.github/workflows/dicom-lake.yml'],
      ['azure-pipelines.yml'],
      ['azure.yaml', 'hooks/postprovision.ps1', 'hooks/postprovision.sh'],
      [],
    ]);
    const project = path.join(folder.path, 'project');
    writeProject(project, copied.flat());
    expect(readFileSync(path.join(project, '.github/workflows/dicom-lake.yml'), 'utf8')).toBe(
      'text of github/dicom-lake.yml',
    );
    expect(statSync(path.join(project, 'hooks/postprovision.sh')).mode & 0o100).toBe(0o100);
    expect(statSync(path.join(project, 'azure.yaml')).mode & 0o100).toBe(0);
  });

  test('that is not in the package is refused, with every file that is missing', () => {
    using folder = temporaryFolder();
    expect(() => pipelineFiles('azd', folder.path)).toThrow(/no pipeline 'azd'; install the package again/);
    try {
      pipelineFiles('azd', folder.path);
    } catch (error) {
      expect((error as UsageError).problems).toEqual([
        expect.stringMatching(/azure\.yaml is not there$/),
        expect.stringMatching(/hooks is not there$/),
      ]);
    }
  });
});
