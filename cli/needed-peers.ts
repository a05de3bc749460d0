import { peerDependencies } from '../package.json';
import { UsageError } from './command-context';

/**
 * What constructs are made of is brought by the user's project, and left out where it only verifies: commands that
 * synthesize or read settings call this before they load any of it.
 *
 * @throws UsageError naming all that is missing, and how to install it
 */
export function requirePeers(command: string): void {
  const missing = Object.entries(peerDependencies).filter(([name]) => !isInstalled(name));
  if (missing.length === 0) return;
  throw new UsageError(
    `dicom-lake ${command} needs packages that are not installed; run npm install ${missing
      .map(([name, range]) => `"${name}@${range}"`)
      .join(' ')}`,
    missing.map(([name]) => `${name} is missing`),
  );
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}
