import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ROLES } from '../../contract';
import { blocksOf, readPage } from '../support/docs/page';

const PAGE = readPage('docs/pipelines.md');

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
  const blocks = blocksOf('docs/pipelines.md').map(({ code }) => code);
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
