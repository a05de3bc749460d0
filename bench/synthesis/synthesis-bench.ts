import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { versionOf } from '../package-version';
import type { SectionOptions, SectionResult, Table } from '../section';
import { STACKS, type SynthesisRun } from './synthesis-run';

/** Deployments in one application. */
const SIZES = [1, 10, 25, 50, 100];
const NAMES = { typed: 'DicomLakeStack', flat: 'the same resources, flat' } as const;

type Kind = keyof typeof STACKS;
type Runs = Readonly<Record<Kind, SynthesisRun[]>>;

/** The standard profile against the same resources written by hand, each synthesis in a process of its own. */
export async function synthesisBench({ rounds, progress }: SectionOptions): Promise<SectionResult> {
  const bySize = new Map(SIZES.map((size): [number, Runs] => [size, { typed: [], flat: [] }]));
  for (let round = 0; round <= rounds; round += 1) {
    progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
    for (const [size, runs] of bySize) {
      for (const kind of Object.keys(STACKS) as Kind[]) {
        const run = await synthesize(kind, size);
        if (round > 0) runs[kind].push(run);
      }
    }
  }
  return {
    tables: [...[...bySize].map(([size, runs]) => sizeTable(size, runs)), growthTable(bySize)],
    notes: [
      'The standard profile: firewall, tier rules, inventory, logs and alerts, analytics, the roles of a verifier, ' +
        'locks; 29 resources, and the output that a verification starts from. The flat stack synthesizes to the same ' +
        'JSON but for names inside Terraform, which a test compares.',
      'Time from the first construct to the last file, with validation; memory is what the process had resident at ' +
        'its peak, the provider’s modules included. The goal is 1.2 times the flat stack at most.',
      'The flat stack names resources in `dependsOn`, which costs it a token for each that the two locks wait for; the ' +
        'lock of the kit writes out their addresses.',
    ],
    peers: { cdktf: versionOf('cdktf'), '@cdktf/provider-azurerm': versionOf('@cdktf/provider-azurerm') },
  };
}

async function synthesize(kind: Kind, size: number): Promise<SynthesisRun> {
  const script = path.join(__dirname, 'synthesis-run.js');
  const { stdout } = await promisify(execFile)(process.execPath, [script, kind, String(size)]);
  return JSON.parse(stdout) as SynthesisRun;
}

function sizeTable(size: number, { typed, flat }: Runs): Table {
  const time = (kind: Kind): string => `${NAMES[kind]}: time`;
  const memory = (kind: Kind): string => `${NAMES[kind]}: memory`;
  const ms = (runs: readonly SynthesisRun[]): readonly number[] => runs.map((run) => run.milliseconds);
  const mb = (runs: readonly SynthesisRun[]): readonly number[] => runs.map((run) => run.peakMemory);
  return {
    title: size === 1 ? 'one deployment' : `${size} deployments in one application`,
    rows: [
      { name: time('typed'), unit: 'ms', runs: ms(typed), base: time('flat') },
      { name: time('flat'), unit: 'ms', runs: ms(flat) },
      { name: memory('typed'), unit: 'MB', runs: mb(typed), base: memory('flat') },
      { name: memory('flat'), unit: 'MB', runs: mb(flat) },
    ],
  };
}

/** The same time a stack at every size is linear growth; the first ones warm the compiler up. */
function growthTable(bySize: ReadonlyMap<number, Runs>): Table {
  const several = [...bySize].filter(([size]) => size > 1);
  const name = (size: number): string => `${size} deployments`;
  const [[first] = [NaN]] = several;
  return {
    title: `growth of ${NAMES.typed}`,
    rows: several.map(([size, { typed }]) => ({
      name: name(size),
      unit: 'ms/stack',
      runs: typed.map(({ milliseconds }) => milliseconds / size),
      ...(size === first ? {} : { base: name(first) }),
    })),
  };
}
