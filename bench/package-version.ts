import { readFileSync } from 'node:fs';

/** Version of a package that is installed. */
export function versionOf(name: string): string {
  const text = readFileSync(require.resolve(`${name}/package.json`), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
