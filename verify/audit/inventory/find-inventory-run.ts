import { createHash } from 'node:crypto';
import path from 'node:path';
import type { DeploymentManifest } from '../../../contract';
import { ConfigError } from '../../error';
import { FIELDS_REMEDY } from './inventory-columns';
import { type InventoryManifest, misfitOf, readInventoryManifest } from './inventory-manifest';
import type { InventoryPlace, PlacedFile } from './inventory-place';

export interface InventoryRun {
  readonly manifest: InventoryManifest;
  /** Of the manifest, in its place. */
  readonly path: string;
  /** Of the lists, in their place. */
  readonly lists: readonly string[];
  readonly startedAt: number;
}

const MANIFEST_END = '-manifest.json';
const CHECKSUM_END = '-manifest.checksum';

/** `YYYY/MM/DD/HH-MM-SS`, the folder in which Azure puts a run. */
const RUN_FOLDER = /(?:^|\/)(\d{4}\/\d{2}\/\d{2}\/\d{2}-\d{2}-\d{2})\//;

/**
 * The newest complete run whose list has all of a lake.
 *
 * @throws ConfigError telling of every run why it was passed over
 */
export async function findInventoryRun(
  place: InventoryPlace,
  files: ReadonlyMap<string, PlacedFile>,
  lake: DeploymentManifest,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: (message: string) => void },
): Promise<InventoryRun> {
  const manifests = [...files.keys()].filter((file) => file.endsWith(MANIFEST_END));
  // Where folders tell the time, the first that fits is the newest, and older ones need not be read.
  const allDated = manifests.every((file) => RUN_FOLDER.test(file));
  const passedOver: string[] = [];
  let newest: InventoryRun | undefined;
  for (const file of manifests.sort((a, b) => (dateIn(a) < dateIn(b) ? 1 : -1))) {
    if (allDated && newest !== undefined) break;
    const run = await judge(place, files, file, lake, signal);
    if (typeof run === 'string') passedOver.push(`${file}: ${run}`);
    else if (newest === undefined || run.startedAt > newest.startedAt) newest = run;
  }
  if (newest === undefined) throw nothingFits(place, passedOver);
  for (const line of passedOver) progress(`passed over ${line}`);
  return newest;
}

async function judge(
  place: InventoryPlace,
  files: ReadonlyMap<string, PlacedFile>,
  file: string,
  lake: DeploymentManifest,
  signal: AbortSignal,
): Promise<InventoryRun | string> {
  const checksumPath = `${file.slice(0, -MANIFEST_END.length)}${CHECKSUM_END}`;
  const content = await place.read(file, signal);
  const manifest = readInventoryManifest(content.toString('utf8'));
  if (typeof manifest === 'string') return manifest;
  const { status } = manifest;
  if (status !== 'Succeeded') {
    const why = status === 'Pending' ? ': it is under way, or was given up' : '';
    return `its status is ${status}${why}`;
  }
  if (!files.has(checksumPath)) return 'it has no checksum file yet, so it is not complete';
  const checksum = (await place.read(checksumPath, signal)).toString('utf8').trim();
  const md5 = createHash('md5').update(content).digest();
  if (checksum.toLowerCase() !== md5.toString('hex') && checksum !== md5.toString('base64'))
    return 'its manifest is not the one that the checksum file is of';
  const misfit = misfitOf(manifest, lake);
  if (misfit !== undefined) return misfit;
  if (manifest.files.length === 0) return 'its manifest names no lists';
  const lists: string[] = [];
  for (const { blob, size } of manifest.files) {
    const list = path.posix.join(path.posix.dirname(file), path.posix.basename(blob));
    const found = files.get(list);
    if (found === undefined) return `its list ${blob} is not there`;
    if (found.size !== size) return `its list ${blob} has ${found.size} bytes instead of ${size}`;
    lists.push(list);
  }
  return { manifest, path: file, lists, startedAt: Date.parse(manifest.inventoryStartTime) };
}

function dateIn(file: string): string {
  return RUN_FOLDER.exec(file)?.[1] ?? '';
}

function nothingFits(place: InventoryPlace, passedOver: readonly string[]): ConfigError {
  if (passedOver.length === 0) {
    return new ConfigError(`there is no run of an inventory in ${place.name}`, [
      "have Azure write one: deploy with 'inventory' of DicomLakeStack, or an InventoryPolicy, and wait for the first " +
        'run, which may take two days; or audit without an inventory, by listing the lake',
    ]);
  }
  const isFieldMissing = passedOver.some((line) => line.includes('has no column'));
  return new ConfigError(`no run of an inventory in ${place.name} can be audited`, [
    ...passedOver,
    'wait for the next run, copy the run again with all of its files, or audit by listing the lake',
    ...(isFieldMissing ? [FIELDS_REMEDY] : []),
  ]);
}
