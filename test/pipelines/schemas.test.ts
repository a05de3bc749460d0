import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AnySchemaObject, ValidateFunction } from 'ajv';
import Ajv2019 from 'ajv/dist/2019';
import { parse } from 'yaml';

/**
 * The published schemas, in a folder of one's own: service-schema.json of microsoft/azure-pipelines-vscode, and
 * schemas/v1.0/azure.yaml.json of Azure/azure-dev as azure.yaml.json. No package has them.
 */
const FOLDER = process.env['TEST_PIPELINE_SCHEMAS'] ?? '';
const AZURE_PIPELINES = path.join(FOLDER, 'service-schema.json');
const AZD = path.join(FOLDER, 'azure.yaml.json');
const missing =
  FOLDER === ''
    ? 'TEST_PIPELINE_SCHEMAS names no folder with the schemas'
    : [AZURE_PIPELINES, AZD].filter((file) => !existsSync(file)).join(', ');

function validatorOf(file: string): ValidateFunction {
  const { $schema, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as AnySchemaObject;
  expect($schema).toMatch(/^https?:\/\/json-schema\.org\//);
  const ajv = new Ajv2019({ strict: false, logger: false, unicodeRegExp: false });
  // Of extensions of azd, which are not used here.
  const others = JSON.stringify(schema).match(/https:[^"#]+\/extensions\/[^"#]+\.json/g) ?? [];
  for (const $id of new Set(others)) ajv.addSchema({ $id });
  return ajv.compile(schema);
}

const read = (file: string): string => readFileSync(file, 'utf8');

(missing === '' ? describe : describe.skip)(
  missing === '' ? 'the published schemas' : `the published schemas: ${missing}`,
  () => {
    test.each(['azure-pipelines.yml', 'verify.yml'])(
      'pipelines/azure/%s is what Azure DevOps takes',
      (name) => {
        const text = read(`pipelines/azure/${name}`);
        const isValid = validatorOf(AZURE_PIPELINES);
        // The schema takes every value for the text that it is written as.
        const verdict = (content: string): unknown => isValid(parse(content, { schema: 'failsafe' }));
        expect(verdict(text)).toBe(true);
        expect(verdict(text.replace('inlineScript:', 'inlineScripts:'))).toBe(false);
        expect(verdict(text.replace('displayName:', 'displayname:'))).toBe(false);
      },
    );

    test('pipelines/azd/azure.yaml is what azd takes', () => {
      const text = read('pipelines/azd/azure.yaml');
      const isValid = validatorOf(AZD);
      expect(isValid(parse(text))).toBe(true);
      expect(isValid(parse(text.replace('run:', 'runs:')))).toBe(false);
    });
  },
);

test('the hooks of azd are there, and can be run', () => {
  const { hooks } = parse(read('pipelines/azd/azure.yaml')) as {
    readonly hooks: Readonly<Record<string, { readonly run: string; readonly shell: string }>>;
  };
  expect(Object.keys(hooks)).toEqual(['preprovision', 'postprovision']);
  for (const { run, shell } of Object.values(hooks)) {
    expect(shell).toBe('sh');
    expect(read(`pipelines/azd/${run}`)).toMatch(/^#!\/usr\/bin\/env bash\n/);
  }
});

test('Azure DevOps has no secret, signs in by service connections, and keeps no token', () => {
  for (const name of ['azure-pipelines.yml', 'verify.yml']) {
    const text = read(`pipelines/azure/${name}`);
    expect(text).not.toMatch(/secret|password|addSpnToEnvironment/i);
    const checkouts = text.match(/checkout: self/g) ?? [];
    expect(text.match(/persistCredentials: false/g) ?? []).toHaveLength(checkouts.length);
    const cleanUps = text.match(
      /displayName: (?:Clean up|Publish the (?:checks|report))\n\s+condition: always\(\)/g,
    );
    expect(cleanUps).toHaveLength(3);
  }
});
