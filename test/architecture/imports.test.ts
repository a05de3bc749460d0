import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const ROOT = path.resolve(__dirname, '../..');

const EMULATOR_PLANE = [
  './contract',
  './emulator/clock',
  './emulator/fault',
  './emulator/http',
  './emulator/domain',
  'node:',
];

/**
 * Who may import whom. The key is a folder, or a file, of the repository; the longest key that fits a file decides.
 * Entries with `./` name folders and files of the repository, the others packages; those that end in `/` or `:` are
 * prefixes. Files of one folder may import each other. What is not allowed here is forbidden.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'index.ts': ['./constructs', './stacks'],
  contract: [],
  constructs: ['./contract', 'cdktf', 'constructs', '@cdktf/provider-azurerm/lib/', 'node:net'],
  stacks: [
    './constructs',
    './contract',
    'cdktf',
    'constructs',
    '@cdktf/provider-azurerm/lib/',
    'node:',
    'yaml',
    'zod',
  ],
  examples: [
    './constructs',
    './stacks',
    './contract',
    'cdktf',
    'constructs',
    '@cdktf/provider-azurerm/lib/',
    'node:',
  ],
  local: ['./contract', 'node:', '@azure/core-auth', '@azure/core-rest-pipeline'],
  verify: ['./contract', './verify', './package.json', 'node:'],
  'verify/model.ts': ['./contract', './verify/evidence'],
  'verify/evidence': ['./contract'],
  'verify/probe.ts': [
    './contract',
    './verify/model',
    './verify/clients',
    './verify/clock',
    './verify/sample',
  ],
  'verify/judge.ts': ['./verify/model', './verify/evidence', './verify/gather', './verify/registry'],
  'verify/read-waivers.ts': [
    './verify/error',
    './verify/model',
    './verify/own-checks',
    './verify/schema-problems',
    'zod',
  ],
  'verify/schema-problems.ts': ['zod'],
  'verify/audit/audit.ts': [
    './contract',
    './verify/audit',
    './verify/clients',
    './verify/clock',
    './verify/explain-failure',
  ],
  'verify/audit/read-tier-plan.ts': [
    './verify/error',
    './verify/schema-problems',
    './verify/audit/model',
    'zod',
  ],
  'verify/audit/price-book.ts': ['./contract', './verify/error', './verify/schema-problems', 'zod'],
  'verify/audit/audit-cost.ts': ['./contract', './verify/audit'],
  'verify/checks': ['./contract', './verify/model', './verify/evidence'],
  'verify/probes': [
    './contract',
    './verify/model',
    './verify/evidence',
    './verify/probe',
    './verify/clients',
    './verify/sample',
    './verify/error',
  ],
  'verify/audit': [
    './contract',
    './verify/clients',
    './verify/clock',
    './verify/error',
    './verify/audit',
    'node:crypto',
    'node:fs',
    'node:path',
  ],
  'verify/audit/duckdb-session.ts': [
    './verify/audit/inventory',
    './verify/clock',
    'node:os',
    '@duckdb/node-api',
  ],
  'verify/audit/index-difference': [
    './contract',
    './verify/audit',
    './verify/quantity',
    './verify/clients',
    './verify/clock',
    'node:',
  ],
  'verify/audit/listing': [
    './contract',
    './verify/clients',
    './verify/clock',
    './verify/error',
    './verify/audit',
    './verify/quantity',
    './verify/sample/durable-file',
    'node:fs',
    'saxes',
    'zod',
  ],
  'verify/clients': ['./contract', './verify/error', './verify/clock', 'node:', '@azure/'],
  'verify/sample': ['./contract', './verify/error', 'node:', 'dicom-parser'],
  'verify/report-schema.ts': ['./verify/model', './verify/same-type', 'zod'],
  'verify/reporters': [
    './verify/model',
    './verify/evidence',
    './verify/reporters/html',
    'junit-report-builder',
    'picocolors',
  ],
  'verify/reporters/html': [
    './contract',
    './verify/model',
    './verify/quantity',
    './verify/reporters/shown-outcome',
    './verify/reporters/waiver-words',
    'node:module',
    'echarts',
  ],
  'verify/audit/inventory': [
    './contract',
    './verify/audit',
    './verify/clients',
    './verify/clock',
    './verify/error',
    './verify/linked-signal',
    'node:',
    'zod',
  ],
  'verify/quantity.ts': [],
  'verify/audit/audit-report.ts': ['./contract', './verify/audit'],
  'verify/audit/advice.ts': ['./verify/audit', './verify/quantity'],
  'verify/audit/audit-exit-code.ts': ['./verify/audit/advice', './verify/audit/model'],
  'verify/audit/audit-schema.ts': ['./verify/audit/model', './verify/same-type', 'zod'],
  'verify/audit/csv.ts': [],
  'verify/audit/money-text.ts': [],
  'verify/audit/findings-file.ts': [
    './verify/audit/csv',
    './verify/audit/model',
    './verify/error',
    'node:fs',
  ],
  'verify/audit/reporters': [
    './verify/audit/model',
    './verify/audit/audit-exit-code',
    './verify/audit/csv',
    './verify/audit/money-text',
    './verify/quantity',
    './verify/reporters/html',
    'echarts',
    'picocolors',
  ],
  'verify/watch/open-telemetry': [
    './verify/model',
    './verify/evidence',
    './verify/clock',
    './verify/reporters/shown-outcome',
    './verify/watch',
    'node:os',
    '@opentelemetry/',
  ],
  emulator: ['./contract', './emulator', 'node:', '@peculiar/x509'],
  'emulator/domain': [
    './contract',
    './emulator/clock',
    './emulator/fault',
    './emulator/domain/inventory-parquet',
    'node:crypto',
    'node:zlib',
    'dicom-parser',
  ],
  'emulator/domain/inventory-parquet.ts': ['./emulator/domain', 'hyparquet-writer'],
  'emulator/state': ['./emulator/domain', 'node:', 'classic-level'],
  'emulator/http': ['./emulator/clock', './emulator/fault', 'node:'],
  'emulator/entra': [...EMULATOR_PLANE, 'jose'],
  'emulator/arm': EMULATOR_PLANE,
  'emulator/blob': [...EMULATOR_PLANE, './emulator/dfs', 'fast-xml-parser'],
  'emulator/dfs': [...EMULATOR_PLANE, './emulator/blob'],
  'emulator/dicomweb': [...EMULATOR_PLANE, 'jpeg-js', 'pngjs'],
  'emulator/logs': EMULATOR_PLANE,
  'emulator/admin': [...EMULATOR_PLANE, './emulator/faults'],
  guards: ['./contract', 'zod'],
  'guards/azure-facts.ts': ['./contract', '@azure/'],
  'guards/preflight.ts': ['./contract', './guards/azure-facts'],
  'guards/index.ts': ['./guards'],
  cli: [
    './package.json',
    './contract',
    './emulator',
    './guards',
    './local',
    './stacks',
    './verify',
    'node:',
    '@azure/identity',
    'commander',
    'picocolors',
    'yaml',
  ],
  bench: [
    './bench/audit',
    './constructs',
    './stacks',
    './contract',
    './emulator',
    './verify',
    './local',
    'cdktf',
    'constructs',
    '@cdktf/provider-azurerm/lib/',
    'node:',
    '@azure/',
    'classic-level',
    'commander',
  ],
  'bench/audit': [
    './bench',
    './contract',
    './local',
    './verify',
    'node:',
    '@azure/',
    '@duckdb/node-api',
    'echarts',
  ],
};

/** From outside these are one thing: only their index may be imported. */
const SEALED = ['constructs', 'contract', 'emulator', 'guards', 'local', 'verify'];

const FILES = Object.keys(ALLOWED)
  .filter((key) => !key.includes('/'))
  .flatMap((key) => (key.endsWith('.ts') ? [key] : sourceFiles(key)));

test('there are sources to look at', () => {
  expect(FILES.length).toBeGreaterThan(20);
});

test.each(FILES)('%s imports only what its folder may', (file) => {
  const forbidden = importsOf(file).filter((specifier) => !mayImport(file, specifier));
  expect(forbidden).toEqual([]);
});

test('every folder of sources is in the table', () => {
  const known = new Set(Object.keys(ALLOWED).map((key) => key.split('/')[0]));
  const folders = readdirSync(ROOT, { withFileTypes: true }).filter(
    (entry) =>
      entry.isDirectory() &&
      !entry.name.startsWith('.') &&
      !['node_modules', 'dist', 'out', 'docs', 'pipelines', 'test', 'coverage', 'cdktf.out'].includes(
        entry.name,
      ),
  );
  expect(folders.map((entry) => entry.name).filter((name) => !known.has(name))).toEqual([]);
});

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')));
}

function importsOf(file: string): readonly string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(path.join(ROOT, file), 'utf8'),
    ts.ScriptTarget.Latest,
  );
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined
    ) {
      found.push((node.moduleSpecifier as ts.StringLiteral).text);
    } else if (
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText(source) === 'require')
    ) {
      found.push(node.arguments[0]?.getText(source).slice(1, -1) ?? '');
    } else if (ts.isImportTypeNode(node)) {
      found.push(node.argument.getText(source).slice(1, -1));
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return found;
}

function mayImport(file: string, specifier: string): boolean {
  const key = ruleFor(file);
  const allowed = ALLOWED[key] ?? [];
  if (!specifier.startsWith('.')) {
    return allowed.some((entry) => (/[/:]$/.test(entry) ? specifier.startsWith(entry) : specifier === entry));
  }
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
  if (ruleFor(`${target}.ts`) === key || target === key) return true;
  const [top = ''] = target.split('/');
  if (top !== file.split('/')[0] && SEALED.includes(top) && target !== top) return false;
  return allowed.some((entry) => isInside(target, entry.slice('./'.length)));
}

function ruleFor(file: string): string {
  return Object.keys(ALLOWED)
    .filter((key) => file === key || file.startsWith(`${key}/`))
    .reduce((longest, key) => (key.length > longest.length ? key : longest), '');
}

function isInside(target: string, folder: string): boolean {
  return target === folder || target.startsWith(`${folder}/`);
}
