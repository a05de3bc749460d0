import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { name as ownName, version as ownVersion } from '../../package.json';
import { dependencyPackages, type LockedPackage } from '../support/locked-packages';

const ROOT = path.resolve(__dirname, '../..');

test('the bill of materials holds every dependency', () => {
  const sbom = JSON.parse(
    execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: ROOT, encoding: 'utf8' }),
  ) as {
    readonly bomFormat: string;
    readonly metadata: { readonly component: { readonly purl: string } };
    readonly components: readonly {
      readonly name: string;
      readonly version: string;
      readonly licenses?: unknown;
    }[];
  };
  expect(sbom.bomFormat).toBe('CycloneDX');
  expect(sbom.metadata.component.purl).toBe(`pkg:npm/${ownName}@${ownVersion}`);
  expect(namesOf(sbom.components)).toEqual(namesOf(dependencyPackages()));
  expect(sbom.components.filter(({ licenses }) => licenses === undefined)).toEqual([]);
});

function namesOf(packages: readonly Pick<LockedPackage, 'name' | 'version'>[]): readonly string[] {
  return [...new Set(packages.map(({ name, version }) => `${name}@${version}`))].sort();
}
