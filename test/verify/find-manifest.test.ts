import type { DeploymentManifest } from '../../contract';
import { findManifest } from '../../verify';
import { errorOf } from '../support/errors';
import { manifestFixture } from '../support/manifest';

const MANIFEST = manifestFixture();
const OTHER: DeploymentManifest = { ...MANIFEST, resourceGroup: 'rg-other' };

describe('the manifest is found in', () => {
  test.each<readonly [shape: string, json: unknown, stack: string | undefined]>([
    ['a manifest itself', MANIFEST, undefined],
    ['a manifest itself, whatever stack was chosen', MANIFEST, 'imaging'],
    [
      'the output of terraform output -json',
      {
        another: { sensitive: false, type: 'string', value: 'x' },
        manifest: { sensitive: false, type: ['object', {}], value: MANIFEST },
      },
      undefined,
    ],
    [
      'the output of tofu output -json, which says of some outputs that they are deprecated',
      { manifest: { sensitive: false, deprecated: 'use another', type: ['object', {}], value: MANIFEST } },
      undefined,
    ],
    ['the file of cdktf deploy with one stack', { imaging: { manifest: MANIFEST, another: 'x' } }, undefined],
    [
      'the file of cdktf deploy with one stack that has a manifest',
      { network: { vnetId: 'x' }, empty: null, imaging: { manifest: MANIFEST } },
      undefined,
    ],
    ['the stack that was chosen', { other: { manifest: OTHER }, imaging: { manifest: MANIFEST } }, 'imaging'],
  ])('%s', (_shape, json, stack) => {
    expect(findManifest(json, 'outputs.json', stack)).toEqual(MANIFEST);
  });
});

describe('a file fails', () => {
  const TWO = { one: { manifest: MANIFEST }, two: { manifest: OTHER } };

  test.each<readonly [name: string, json: unknown, stack: string | undefined, message: string]>([
    [
      'with several stacks and no choice',
      TWO,
      undefined,
      "'outputs.json' has several stacks (one, two); choose one with --stack",
    ],
    [
      'without the stack that was chosen',
      TWO,
      'three',
      "'outputs.json' has no stack 'three' with a manifest; it has one, two",
    ],
    [
      'where the stack that was chosen has no manifest',
      { network: { vnetId: 'x' } },
      'network',
      "'outputs.json' has no stack 'network' with a manifest; it has none",
    ],
    [
      'that is no object',
      [MANIFEST],
      undefined,
      `the deployment manifest in 'outputs.json' cannot be used\nthe manifest must be a JSON object, got ${JSON.stringify([MANIFEST]).slice(0, 77)}...`,
    ],
    [
      'that is null',
      null,
      undefined,
      "the deployment manifest in 'outputs.json' cannot be used\nthe manifest must be a JSON object, got null",
    ],
    [
      'without any manifest',
      { network: { vnetId: 'x' } },
      undefined,
      "the deployment manifest in 'outputs.json' cannot be used\nschemaVersion must be 1, got nothing; deploy and verify with the same version of dicom-lake",
    ],
    [
      'of another version',
      { ...MANIFEST, schemaVersion: 2 },
      undefined,
      "the deployment manifest in 'outputs.json' cannot be used\nschemaVersion must be 1, got 2; deploy and verify with the same version of dicom-lake",
    ],
  ])('%s', (_name, json, stack, message) => {
    expect(errorOf(() => findManifest(json, 'outputs.json', stack))).toMatchObject({
      name: 'ConfigError',
      message,
    });
  });

  test('listing every problem of the manifest at once', () => {
    const json = {
      imaging: {
        manifest: { ...MANIFEST, tenantId: 'contoso', lake: { ...MANIFEST.lake, dfsEndpoint: 'x' } },
      },
    };
    expect(errorOf(() => findManifest(json, 'outputs.json'))).toMatchObject({
      name: 'ConfigError',
      problems: [
        expect.stringMatching(/^tenantId /) as unknown,
        'lake.dfsEndpoint must be an https URL without query, got "x"',
      ],
    });
  });
});
