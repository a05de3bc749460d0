import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { AZURERM_MAJOR_CONTEXT, type AzurermMajor } from '../../constructs';
import { temporaryFolder } from './cli';
import { EXAMPLES } from './example';
import type { Synthesized } from './synth';

const SETTINGS = 'test/stacks/every-profile.yaml';

export interface EveryDeploymentOptions {
  /** Where `dist` of the kit is. @default - this repository */
  readonly kit?: string;
  readonly nodeFlags?: readonly string[];
}

/** The stacks of every example, and of every profile, as `example/stack`; a process of its own synthesizes them. */
export async function everyDeployment(
  azurermMajor: AzurermMajor,
  { kit = '.', nodeFlags = [] }: EveryDeploymentOptions = {},
): Promise<ReadonlyMap<string, Synthesized>> {
  using folder = temporaryFolder();
  const applications = [
    ...EXAMPLES.map((example) => [example, `examples/${example}/main.js`] as const),
    ['every-profile', 'stacks/main.js'] as const,
  ];
  await promisify(execFile)(
    process.execPath,
    [
      ...nodeFlags,
      'test/support/synthesize-all.cjs',
      folder.path,
      ...applications.map(([name, main]) => `${name}=${path.join(kit, 'dist', main)}`),
    ],
    {
      env: {
        PATH: process.env['PATH'],
        CDKTF_CONTEXT_JSON: JSON.stringify({ [AZURERM_MAJOR_CONTEXT]: azurermMajor }),
        DICOM_LAKE_SETTINGS: SETTINGS,
      },
    },
  );
  return new Map(
    applications.flatMap(([name]) =>
      readdirSync(path.join(folder.path, name, 'stacks'))
        .sort()
        .map((stack): [string, Synthesized] => [
          `${name}/${stack}`,
          JSON.parse(
            readFileSync(path.join(folder.path, name, 'stacks', stack, 'cdk.tf.json'), 'utf8'),
          ) as Synthesized,
        ]),
    ),
  );
}

/** A stack without what differs between cdktf and CDK Terrain by nature: the versions of the tool and the bindings. */
export function withoutVersions(stack: Synthesized): unknown {
  const text = JSON.stringify(
    Object.fromEntries(Object.entries(stack).filter(([section]) => section !== '//')),
  );
  return JSON.parse(text.replace(/"version":"4\.(55|73)\.0"/, '"version":"of the bindings"'));
}
