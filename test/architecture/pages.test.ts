import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PRIVATE_ZONE_NAMES } from '../../constructs/private-access';
import {
  dicomFileName,
  healthProbeChurn,
  MINIMUM_STAY_DAYS,
  ONLINE_TIERS,
  partitionPath,
} from '../../contract';
import { FAULTS } from '../../emulator';
import { FINDINGS } from '../../guards';
import { CHECKS } from '../../verify/registry';
import { readPage, ROOT } from '../support/docs/page';

/** Pages that say in words what others list. */
const PROSE = [
  'docs/data-contract.md',
  'docs/security.md',
  'docs/network.md',
  'docs/tiering-and-cost.md',
  'docs/monitoring.md',
  'docs/disaster-recovery.md',
  'docs/limits.md',
  'docs/faq.md',
];

test('the index names every page once', () => {
  const pages = ['docs', 'docs/decisions'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'README.md')
      .map(({ name }) => path.posix.join(folder, name)),
  );
  const linked = Array.from(readPage('docs/README.md').matchAll(/\]\(([^)#]+)\)/g), ([, link]) =>
    path.posix.join('docs', link ?? ''),
  );
  const others = ['README.md', 'CONTRIBUTING.md', 'docs/api/README.md', 'test/live/README.md'];
  expect(linked.sort()).toEqual([...pages, ...others].sort());
});

describe.each(PROSE)('%s', (page) => {
  const code = Array.from(readPage(page).matchAll(/`([^`\n]+)`/g), ([, inside]) => inside ?? '');

  test('names no check and no fault that does not exist', () => {
    const known: readonly string[] = [...CHECKS, ...FAULTS].map(({ id }) => id);
    const topics = new Set(known.map((id) => id.split('/')[0]));
    const named = code.filter((name) => /^[a-z]+\/[a-z-]+$/.test(name) && topics.has(name.split('/')[0]));
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('names no finding of the guard that does not exist', () => {
    const named = code.filter((name) => /^[A-Z]+(_[A-Z]+)+$/.test(name));
    expect(named.filter((name) => !Object.hasOwn(FINDINGS, name))).toEqual([]);
  });

  test('names no setting that does not exist', () => {
    const settings = code
      .map((name) => name.replace(/: .*$/, ''))
      .filter((name) => /^[a-z]+([A-Z][a-z]*|\.[a-z]+)+$/.test(name) && !/\.(md|json|yaml)$/.test(name))
      .flatMap((name) => name.split('.'));
    const unknown = settings.filter((name) => !new RegExp(`\\b${name}\\b`).test(SOURCES));
    expect(unknown).toEqual([]);
  });
});

const SOURCES = ['constructs', 'stacks', 'contract', 'verify/audit', 'verify/watch', 'verify/clients']
  .flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(path.join(ROOT, folder, name), 'utf8')),
  )
  .join('\n');

test('the data contract names what proves it, and the name that it gives a file', () => {
  const page = readPage('docs/data-contract.md');
  const proofs = CHECKS.map(({ id }) => id).filter((id) => id.startsWith('contract/'));
  expect(proofs.filter((id) => !page.includes(`\`${id}\``))).toEqual([]);
  const folder = partitionPath({ workspaceName: 'hospital', dicomServiceName: 'images' });
  expect(page).toContain(`console.log(path); // ${folder}/${dicomFileName(12n)}\n`);
});

test('the security model has every finding of the guard among its threats', () => {
  const page = readPage('docs/security.md');
  expect(Object.keys(FINDINGS).filter((finding) => !page.includes(`\`${finding}\``))).toEqual([]);
});

test('the network page names every zone', () => {
  const page = readPage('docs/network.md');
  expect(Object.values(PRIVATE_ZONE_NAMES).filter((zone) => !page.includes(`\`${zone}\``))).toEqual([]);
});

test('the page of tiers says which can be read, and how long files have to stay', () => {
  const rows = rowsOf('docs/tiering-and-cost.md');
  const told = ONLINE_TIERS.map((tier) => rows.find(([first]) => first === `\`${tier}\``)?.slice(1, 3));
  expect(told).toEqual(
    ONLINE_TIERS.map((tier) => {
      const days = MINIMUM_STAY_DAYS[tier];
      return ['yes', days === 0 ? 'never' : `before ${days} days`];
    }),
  );
  expect(rows.find(([first]) => first === '`Archive`')?.[1]).toMatch(/^no\b/);
});

test('the page of tiers counts the health files that soft delete keeps', () => {
  const counts = rowsOf('docs/tiering-and-cost.md').filter(([first = '']) => /^\d/.test(first));
  expect(counts.length).toBeGreaterThan(3);
  expect(counts.map(([, kept]) => kept)).toEqual(
    counts.map(([days = '']) =>
      healthProbeChurn(Number.parseInt(days, 10)).softDeletedFiles.toLocaleString('en'),
    ),
  );
});

test('the architecture tells of every folder', () => {
  const told = rowsOf('docs/architecture.md').map(([first = '']) => /^`(\w+)\/`$/.exec(first)?.[1]);
  const folders = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .filter((name) => !['node_modules', 'dist', 'out', 'coverage', 'cdktf.out'].includes(name));
  expect(folders.filter((folder) => !told.includes(folder))).toEqual([]);
});

/** Cells of every row of every table. */
function rowsOf(page: string): readonly (readonly string[])[] {
  return readPage(page)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}
