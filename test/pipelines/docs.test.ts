import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ROLES } from '../../contract';
import { commandsIn, readPage, withoutBlocks, wordsOf } from '../support/runbook';

const PAGE = readPage('docs/pipelines.md');

/** Commands of the Azure CLI with the options that they are given here, as its reference has them. */
const AZ: Readonly<Record<string, readonly string[]>> = {
  'account show': ['query', 'output'],
  'ad signed-in-user show': ['query', 'output'],
  'group create': ['name', 'location'],
  'identity create': ['name', 'resource-group', 'location'],
  'identity federated-credential create': [
    'name',
    'identity-name',
    'resource-group',
    'issuer',
    'subject',
    'audiences',
  ],
  'identity show': ['name', 'resource-group', 'query', 'output'],
  'provider register': ['namespace'],
  'role assignment create': ['assignee', 'assignee-object-id', 'assignee-principal-type', 'role', 'scope'],
  'storage account blob-service-properties update': ['account-name', 'resource-group', 'enable-versioning'],
  'storage account create': [
    'name',
    'resource-group',
    'location',
    'sku',
    'allow-shared-key-access',
    'allow-blob-public-access',
    'min-tls-version',
  ],
  'storage container-rm create': ['storage-account', 'resource-group', 'name'],
};

test('the set-up uses commands of the Azure CLI that there are, with options that they have', () => {
  const used = commandsIn(PAGE, 'az').map((line) => {
    const words = wordsOf(line).slice(1);
    const options = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    return { command: words.join(' ').replace(/ -.*$/, ''), options };
  });
  expect([...new Set(used.map(({ command }) => command))].sort()).toEqual(Object.keys(AZ).sort());
  const unknown = used.filter(({ command, options }) =>
    options.some((one) => AZ[command]?.includes(one) === false),
  );
  expect(unknown).toEqual([]);
});

test('whoever deploys may give away the roles of the kit, and no other', () => {
  const [, listed = ''] = /^\s+ROLES="([^"]+)"$/m.exec(PAGE) ?? [];
  const { reader, dicomDataOwner, dicomDataReader, storageBlobDataContributor, storageBlobDataReader } =
    ROLES;
  const given = [reader, dicomDataOwner, dicomDataReader, storageBlobDataContributor, storageBlobDataReader];
  const all = [...given, ROLES.keyVaultCryptoServiceEncryptionUser];
  expect(listed.split(', ').sort()).toEqual(all.map(({ id }) => id).sort());
});

test('every provider that the stacks register is registered', () => {
  const stack = readFileSync('stacks/dicom-lake-stack.ts', 'utf8');
  const [, inStack = ''] = /resourceProvidersToRegister: \[([^\]]+)\]/.exec(stack) ?? [];
  const wanted = Array.from(inStack.matchAll(/'([^']+)'/g), ([, name]) => name);
  const [, inPage = ''] = /for namespace in ([^;]+);/.exec(PAGE) ?? [];
  expect(inPage.split(/[\s\\]+/)).toEqual(wanted);
});

test('environments, connections, variables and files are called as in the pipelines', () => {
  const gitHub = readFileSync('pipelines/github/dicom-lake.yml', 'utf8');
  const azure = readFileSync('pipelines/azure/azure-pipelines.yml', 'utf8');
  const names = [
    ...Array.from(gitHub.matchAll(/environment: (\S+)/g), ([, name]) => name ?? ''),
    ...Array.from(azure.matchAll(/(?:azureSubscription|environment): (\S+)/g), ([, name]) => name ?? ''),
  ];
  expect([...new Set(names)].sort()).toEqual(['dicom-lake-deploy', 'dicom-lake-plan', 'dicom-lake-verify']);
  const variables = Array.from(gitHub.matchAll(/vars\.(\w+)/g), ([, name]) => name ?? '');
  expect(new Set(variables).size).toBe(4);
  for (const name of [...names, ...variables, 'guard-allowed.yaml', 'waivers.yaml'])
    expect(PAGE).toContain(name);
  for (const [script = ''] of PAGE.matchAll(/pipelines\/steps\/[\w-]+\.sh/g))
    expect(existsSync(script)).toBe(true);
});

test('inputs and parameters of the last step are those that there are', () => {
  const blocks = Array.from(PAGE.matchAll(/```yaml\n([^]*?)```/g), ([, block]) => block ?? '');
  const given = (mark: string, key: string): readonly string[] => {
    const block = blocks.find((one) => one.includes(mark)) ?? '';
    const [, inputs = ''] = new RegExp(`^ *${key}:\\n([^]*)$`, 'm').exec(block) ?? [];
    const indent = /^ */.exec(inputs)?.[0] ?? '';
    return Array.from(inputs.matchAll(new RegExp(`^${indent}([\\w-]+):`, 'gm')), ([, name]) => name ?? '');
  };
  const known = (file: string): readonly string[] => {
    const { inputs, on, parameters } = parse(readFileSync(file, 'utf8')) as {
      readonly inputs?: object;
      readonly on?: { readonly workflow_call: { readonly inputs: object } };
      readonly parameters?: readonly { readonly name: string }[];
    };
    return parameters?.map(({ name }) => name) ?? Object.keys(inputs ?? on?.workflow_call.inputs ?? {});
  };
  for (const [mark, key, file] of [
    ['pipelines/github/verify@', 'with', 'pipelines/github/verify/action.yml'],
    ['workflows/verify.yml@', 'with', '.github/workflows/verify.yml'],
    ['azure/verify.yml@', 'parameters', 'pipelines/azure/verify.yml'],
  ] as const) {
    const names = given(mark, key);
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter((name) => !known(file).includes(name))).toEqual([]);
  }
});

test('every link leads somewhere', () => {
  const links = Array.from(withoutBlocks(PAGE).matchAll(/\]\(([^)\s]+)\)/g), ([, link]) => link ?? '');
  expect(links.length).toBeGreaterThan(8);
  const anchors = (page: string): readonly string[] =>
    Array.from(page.matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
  const broken = links.filter((link) => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? 'docs/pipelines.md' : path.join('docs', file);
    return !existsSync(target) || (anchor !== undefined && !anchors(readPage(target)).includes(anchor));
  });
  expect(broken).toEqual([]);
});
