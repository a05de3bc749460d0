import { existsSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import type { DeploymentManifest } from '../../../contract';
import { ConfigError } from '../../error';
import { writeDurably } from '../../sample/durable-file';
import { type LakeNames, lakeNamesOf } from '../lake-names';
import { type AuditCell, FILE_KINDS, type Finding, FINDING_KINDS, type TierPlan } from '../model';
import type { NameRange } from './name-range';

/** What of a listing is over, and what is still to be listed. */
export interface Checkpoint {
  readonly version: 1;
  readonly lake: LakeNames;
  readonly plans: readonly TierPlan[];
  /** Ages are reckoned from here, in milliseconds since the epoch. */
  readonly asOf: number;
  readonly ranges: readonly NameRange[];
  readonly cells: readonly AuditCell[];
  readonly findings: readonly Finding[];
  /** Bytes of the file with all findings that belong to what is counted. */
  readonly findingsBytes: number;
  readonly requests: number;
  readonly throttled: number;
  readonly folders: number;
  readonly listingMs: number;
}

/**
 * @returns undefined where there is no such file
 * @throws ConfigError where it is none, or of another audit
 */
export function readCheckpoint(
  file: string,
  manifest: DeploymentManifest,
  plans: readonly TierPlan[],
): Checkpoint | undefined {
  if (!existsSync(file)) return undefined;
  const checkpoint = parsed(file);
  const problems = differences(checkpoint, manifest, plans);
  if (problems.length > 0)
    throw new ConfigError(
      `the checkpoint '${file}' is of another audit: give the same settings, or another file`,
      problems,
    );
  return checkpoint;
}

export function writeCheckpoint(file: string, checkpoint: Checkpoint): void {
  writeDurably(file, JSON.stringify(checkpoint));
}

export function removeCheckpoint(file: string): void {
  rmSync(file, { force: true });
}

function parsed(file: string): Checkpoint {
  try {
    return SCHEMA.parse(JSON.parse(readFileSync(file, 'utf8'))) as Checkpoint;
  } catch (error) {
    const problems =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
        : [(error as Error).message];
    throw new ConfigError(`'${file}' is no checkpoint of an audit; give another file`, problems);
  }
}

function differences(
  { lake, plans }: Checkpoint,
  manifest: DeploymentManifest,
  asked: readonly TierPlan[],
): readonly string[] {
  const names = lakeNamesOf(manifest);
  return [
    ...(Object.keys(names) as (keyof LakeNames)[])
      .filter((name) => names[name] !== lake[name])
      .map((name) => `${name} was '${lake[name]}' and is '${names[name]}'`),
    ...(JSON.stringify(plans) === JSON.stringify(asked)
      ? []
      : [`the tiering plan was ${JSON.stringify(plans)} and is ${JSON.stringify(asked)}`]),
  ];
}

const count = z.number().int().nonnegative();
const amount = z.number().nonnegative();

const FOUND = z.strictObject({
  finding: z.enum(FINDING_KINDS),
  path: z.string(),
  tier: z.string(),
  bytes: count,
  modifiedAt: z.string(),
});

const SCHEMA = z.strictObject({
  version: z.literal(1),
  lake: z.strictObject({
    storageAccountName: z.string(),
    containerName: z.string(),
    servicePath: z.string(),
  }),
  plans: z.array(
    z.strictObject({
      basis: z.enum(['lastAccess', 'lastModification', 'creation']),
      coolAfterDays: count.optional(),
      coldAfterDays: count.optional(),
    }),
  ),
  asOf: z.number(),
  ranges: z.array(
    z.strictObject({
      prefix: z.string(),
      from: z.string().optional(),
      end: z.string().optional(),
      marker: z.string().optional(),
      last: z.string().optional(),
      byHierarchy: z.boolean().optional(),
    }),
  ),
  cells: z.array(
    z.strictObject({
      kind: z.enum(FILE_KINDS),
      partition: z.string(),
      tier: z.string(),
      rehydrating: z.boolean(),
      ageBand: z.number().int(),
      accessBand: z.number().int(),
      plannedTier: z.string(),
      count,
      bytes: count,
      flooredBytes: count,
      earlyByteDays: amount,
    }),
  ),
  findings: z.array(
    z.strictObject({ finding: z.enum(FINDING_KINDS), count, bytes: count, first: z.array(FOUND) }),
  ),
  findingsBytes: count,
  requests: count,
  throttled: count,
  folders: count,
  listingMs: amount,
});
