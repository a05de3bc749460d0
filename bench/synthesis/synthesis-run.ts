import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { App } from 'cdktf';
import { memoryOf } from '../process-usage';
import { flatStandardStack } from './flat-standard-stack';
import { standardStack } from './standard-stack';

/** One synthesis of one application in a process of its own, so that nothing of another is in its memory. */
export interface SynthesisRun {
  /** Constructing and synthesizing, validations and files included; not the loading of modules. */
  readonly milliseconds: number;
  /** The most that the process had resident, in MB, of which some 75 are Node and modules. */
  readonly peakMemory: number;
}

export const STACKS = { typed: standardStack, flat: flatStandardStack } as const;

function run(kind: keyof typeof STACKS, count: number): SynthesisRun {
  const outdir = mkdtempSync(path.join(tmpdir(), 'dicom-lake-bench-'));
  try {
    const start = performance.now();
    const app = new App({ outdir });
    for (let number = 0; number < count; number += 1) STACKS[kind](app, `stack-${number}`);
    app.synth();
    const milliseconds = performance.now() - start;
    return { milliseconds, peakMemory: memoryOf(process).peak / 1e6 };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

if (require.main === module) {
  const [kind = '', count = '1'] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(run(kind as keyof typeof STACKS, Number(count))));
}
