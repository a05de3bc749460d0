import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { AZURERM_MAJOR_CONTEXT, type AzurermMajor } from '../../constructs';
import { temporaryFolder } from './cli';
import { EXAMPLES } from './example';
import type { Synthesized } from './synth';

const SETTINGS = 'test/stacks/every-profile.yaml';

const PROFILES = 'every-profile';

const APPLICATIONS = [...EXAMPLES, PROFILES];

export interface EveryDeploymentOptions {
  /** What Node runs for an application, which is an example or `every-profile`. @default - what this repository built */
  readonly mainOf?: (application: string) => string;
  readonly nodeFlags?: readonly string[];
}

/** The stacks of every example, and of every profile, as `example/stack`; a process of its own synthesizes them. */
export async function everyDeployment(
  azurermMajor: AzurermMajor,
  { mainOf = builtMain, nodeFlags = [] }: EveryDeploymentOptions = {},
): Promise<ReadonlyMap<string, Synthesized>> {
  using folder = temporaryFolder();
  await promisify(execFile)(
    process.execPath,
    [
      ...nodeFlags,
      'test/support/synthesize-all.cjs',
      folder.path,
      ...APPLICATIONS.map((application) => `${application}=${mainOf(application)}`),
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
    APPLICATIONS.flatMap((name) =>
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

function builtMain(application: string): string {
  return application === PROFILES ? 'dist/stacks/main.js' : `dist/examples/${application}/main.js`;
}

/** A stack without what differs between cdktf and CDK Terrain by nature: the versions of the tool and the bindings. */
export function withoutVersions(stack: Synthesized): unknown {
  const text = JSON.stringify(
    Object.fromEntries(Object.entries(stack).filter(([section]) => section !== '//')),
  );
  return JSON.parse(text.replace(/"version":"4\.(55|73)\.0"/, '"version":"of the bindings"'));
}
