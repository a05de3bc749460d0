import { versionOf } from '../package-version';
import type { InventoryShape } from './inventory-rows';
import type { Row, SectionOptions, SectionResult } from '../section';
import { spreadOf } from '../statistics';
import { growthPicture } from './growth-picture';
import { inventoryRuns } from './inventory-bench';

/** Such as 10000000 where there is little time or space; a hundred million rows take 3 GB of disk. */
const MOST_ROWS = Number(process.env['BENCH_ROWS'] ?? 100_000_000);

const SHAPES: readonly InventoryShape[] = [
  { rows: 1_000_000, format: 'Parquet' },
  { rows: 10_000_000, format: 'Parquet' },
  { rows: 100_000_000, format: 'Parquet' },
  { rows: 1_000_000, format: 'Csv' },
  { rows: 10_000_000, format: 'Csv' },
];

/** Files of the largest lakes. */
const LARGEST = 10_000_000_000;

/** The audit of an inventory, by how many rows it has. */
export async function inventoryBench({ rounds, progress }: SectionOptions): Promise<SectionResult> {
  const times: Row[] = [];
  const memory: Row[] = [];
  for (const shape of SHAPES.filter(({ rows }) => rows <= MOST_ROWS)) {
    const outcomes = await inventoryRuns(shape, rounds, progress);
    const name = `${shape.rows.toLocaleString('en-US')} rows as ${shape.format}`;
    times.push({ name, unit: 'ms', runs: outcomes.map(({ milliseconds }) => milliseconds) });
    memory.push({ name, unit: 'MB', runs: outcomes.map(({ peakBytes }) => peakBytes / 1e6) });
  }
  return {
    tables: [
      { title: 'time', rows: times },
      { title: 'memory', rows: memory },
    ],
    pictures: [growthPicture(times)],
    notes: [
      'Generated lists with the columns for which `InventoryPolicy` asks; half a percent of the files stand out, and ' +
        'are found, counted and named exactly. Memory is what the process had resident at its peak.',
      'The goals: 100 million rows of Parquet in 60 s and 2 GB, 10 million rows of CSV in 30 s.',
      ...onPaper(times),
    ],
    peers: { '@duckdb/node-api': versionOf('@duckdb/node-api') },
  };
}

/** What the largest lake would take, reckoned from the longest list that was measured. */
function onPaper(times: readonly Row[]): readonly string[] {
  const longest = times.filter(({ name }) => name.endsWith('Parquet')).at(-1);
  if (longest === undefined) return [];
  const rows = Number(longest.name.replaceAll(/\D/g, ''));
  const hours = ((LARGEST / rows) * spreadOf(longest.runs).median) / 3_600_000;
  return [
    `On paper, ${LARGEST.toLocaleString('en-US')} rows would take ${hours.toFixed(1)} hours on this machine, and about ` +
      '250 GB of Parquet; docs/audit-at-scale.md sets that beside a listing.',
  ];
}
