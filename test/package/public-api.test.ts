import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type IConfigFile,
} from '@microsoft/api-extractor';
import { exports as entries } from '../../package.json';
import { temporaryFolder } from '../support/cli';

const ROOT = path.resolve(__dirname, '../..');
const REPORTS = path.join(ROOT, 'docs', 'api-report');
const ENTRIES = Object.entries(entries).flatMap(([name, entry]) =>
  typeof entry === 'string' ? [] : [[name, entry.types] as const],
);

let folder: ReturnType<typeof temporaryFolder>;
let compiled: CompilerState;

beforeAll(() => {
  folder = temporaryFolder();
  const [first = '', ...others] = ENTRIES.map(([name]) => name);
  compiled = CompilerState.create(configFor(first), {
    additionalEntryPoints: others.map((name) => configFor(name).mainEntryPointFilePath),
  });
});
afterAll(() => folder[Symbol.dispose]());

/**
 * What users build on changes only where somebody sees it change: `UPDATE_API=1 npx jest test/package/public-api` after a
 * build writes the reports anew, and docs/upgrading.md says what a change of one asks of the next version.
 */
test.each(ENTRIES.map(([name]) => name))('what %s exports is in its report', (name) => {
  const file = path.join(REPORTS, `${reportName(name)}.api.md`);
  const fresh = reportOf(name);
  if (process.env['UPDATE_API'] === '1') {
    mkdirSync(REPORTS, { recursive: true });
    writeFileSync(file, fresh);
  }
  expect(fresh).not.toMatch(/\/\/ (Warning|Error): /);
  expect(readFileSync(file, 'utf8')).toBe(fresh);
});

function reportOf(name: string): string {
  const { succeeded } = Extractor.invoke(configFor(name), {
    localBuild: true,
    compilerState: compiled,
    messageCallback: (message) => {
      // That a report is new is told as a warning; everything else ends up in the report.
      if (message.logLevel !== ExtractorLogLevel.Error) message.handled = true;
    },
  });
  expect(succeeded).toBe(true);
  return readFileSync(path.join(folder.path, `${reportName(name)}.api.md`), 'utf8');
}

function reportName(name: string): string {
  return name === '.' ? 'constructs' : name.replace('./', '');
}

function configFor(name: string): ExtractorConfig {
  const configObject: IConfigFile = {
    projectFolder: ROOT,
    mainEntryPointFilePath: path.join(ROOT, ENTRIES.find(([entry]) => entry === name)?.[1] ?? ''),
    compiler: { tsconfigFilePath: path.join(ROOT, 'tsconfig.build.json') },
    apiReport: {
      enabled: true,
      // Types that are reached without a name of their own are as much built upon.
      includeForgottenExports: true,
      reportFileName: `${reportName(name)}.api.md`,
      reportFolder: folder.path,
      reportTempFolder: path.join(folder.path, 'temporary'),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: 'lf',
    messages: {
      compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
      extractorMessageReporting: {
        default: { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
        // All that is exported is public; docstrings are held by eslint and typedoc.
        'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
        'ae-forgotten-export': { logLevel: ExtractorLogLevel.None },
        'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
        'ae-undocumented': { logLevel: ExtractorLogLevel.None },
      },
      tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
    },
  };
  return ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: path.join(ROOT, 'api-extractor.json'),
    packageJsonFullPath: path.join(ROOT, 'package.json'),
  });
}
