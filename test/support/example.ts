import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Synthesized } from './synth';

/** Every example there is. */
export const EXAMPLES = readdirSync('examples', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Runs an example as a user would, and answers its stacks by name. */
export async function stacksOf(
  example: string,
  environment: Readonly<Record<string, string>> = {},
  nodeFlags: readonly string[] = [],
): Promise<ReadonlyMap<string, Synthesized>> {
  const folder = await mkdtemp(join(tmpdir(), 'dicom-lake-example-'));
  try {
    await promisify(execFile)(
      process.execPath,
      [...nodeFlags, join('dist', 'examples', example, 'main.js')],
      {
        env: { PATH: process.env['PATH'], CDKTF_OUTDIR: join(folder, 'cdktf.out'), ...environment },
      },
    );
    const stacks = join(folder, 'cdktf.out', 'stacks');
    const read = async (name: string): Promise<[string, Synthesized]> => [
      name,
      JSON.parse(await readFile(join(stacks, name, 'cdk.tf.json'), 'utf8')) as Synthesized,
    ];
    return new Map(await Promise.all(readdirSync(stacks).sort().map(read)));
  } finally {
    await rm(folder, { recursive: true });
  }
}
