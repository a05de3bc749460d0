import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dependencies, peerDependencies } from '../../package.json';

const LOCKFILE = path.resolve(__dirname, '../../package-lock.json');

/** One installed package, as the lockfile has it. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** As its package.json says, an SPDX expression where it is one. */
  readonly license: string;
  readonly hasInstallScript: boolean;
}

interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What this package depends on, with all that those depend on in turn; ordered by name. */
export function dependencyPackages(): readonly LockedPackage[] {
  return reachableFrom(Object.keys(dependencies));
}

/** The peers, which the user's project brings, with all that those depend on and contain. */
export function peerPackages(): readonly LockedPackage[] {
  return reachableFrom(Object.keys(peerDependencies));
}

function reachableFrom(names: readonly string[]): readonly LockedPackage[] {
  const { packages } = JSON.parse(readFileSync(LOCKFILE, 'utf8')) as {
    readonly packages: Readonly<Record<string, LockEntry>>;
  };
  const seen = new Set<string>();
  const visit = (name: string, from: string): void => {
    const place = placeOf(name, from, packages);
    if (seen.has(place)) return;
    seen.add(place);
    const { dependencies = {}, optionalDependencies = {} } = packages[place] ?? {};
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) visit(needed, place);
  };
  for (const name of names) visit(name, '');
  const found = [...seen].map((place) => {
    const { version = '', license = '', hasInstallScript = false } = packages[place] ?? {};
    return { name: place.replace(/^.*node_modules\//, ''), version, license, hasInstallScript };
  });
  return found.sort((one, other) => keyOf(one).localeCompare(keyOf(other), 'en'));
}

/** The nearest folder node_modules that has it, as Node looks for it. */
function placeOf(name: string, from: string, packages: Readonly<Record<string, LockEntry>>): string {
  for (let folder = from; ; folder = folder.replace(/\/?(?:node_modules\/(?:@[^/]+\/)?[^/]+)$/, '')) {
    const place = path.posix.join(folder, 'node_modules', name);
    if (packages[place] !== undefined) return place;
    if (folder === '')
      throw new Error(`the lockfile has no '${name}', which '${from}' needs; run npm install`);
  }
}

function keyOf({ name, version }: LockedPackage): string {
  return `${name}@${version}`;
}
