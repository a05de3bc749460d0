import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { type CodeBlock, pageOf, ROOT } from './page';

/** The entries of the package as package.json exports them, resolved to the sources. */
const ENTRIES: Readonly<Record<string, string>> = {
  'dicom-lake': './index.ts',
  'dicom-lake/contract': './contract/index.ts',
  'dicom-lake/emulator': './emulator/index.ts',
  'dicom-lake/verify': './verify/index.ts',
};

/**
 * Type-checks blocks, each as a module of its own beside the project that uses the package.
 *
 * @returns what the compiler says, by block
 */
export function typeProblems(blocks: readonly CodeBlock[]): ReadonlyMap<CodeBlock, readonly string[]> {
  const files = new Map(blocks.map((block, at) => [fileOf(block, at), block]));
  const options: ts.CompilerOptions = {
    ...settings(),
    noUnusedLocals: false,
    noUnusedParameters: false,
    incremental: false,
    types: ['node'],
    paths: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, [file]])),
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    directoryExists: (name) =>
      [...files.keys()].some((file) => path.dirname(file) === path.resolve(name)) ||
      (disk.directoryExists?.(name) ?? true),
    fileExists: (name) => files.has(path.resolve(name)) || disk.fileExists(name),
    readFile: (name) => files.get(path.resolve(name))?.code ?? disk.readFile(name),
    getSourceFile: (name, version, ...rest) => {
      const block = files.get(path.resolve(name));
      return block === undefined
        ? disk.getSourceFile(name, version, ...rest)
        : ts.createSourceFile(name, block.code, version);
    },
  };
  const program = ts.createProgram({ rootNames: [...files.keys()], options, host });
  return new Map(
    [...files].map(([name, block]) => {
      const source = program.getSourceFile(name);
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [block, [...relativeImports(block, blocks), ...found.map(sentenceOf)]];
    }),
  );
}

/** Runs a block as the program that it is, with the package from its sources; answers nothing, and throws what it throws. */
export async function synthesizeBlock({ code }: CodeBlock, load: (name: string) => unknown): Promise<void> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'dicom-lake-block-'));
  const before = process.env['CDKTF_OUTDIR'];
  process.env['CDKTF_OUTDIR'] = folder;
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the block is a program of this repository
    const run = new Function('require', 'exports', `return (async () => {${outputText}})()`) as (
      load: (name: string) => unknown,
      exports: object,
    ) => Promise<void>;
    await run(load, {});
  } finally {
    if (before === undefined) delete process.env['CDKTF_OUTDIR'];
    else process.env['CDKTF_OUTDIR'] = before;
    rmSync(folder, { recursive: true, force: true });
  }
}

function settings(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), (name) => ts.sys.readFile(name)) as {
    readonly config: unknown;
  };
  return ts.parseJsonConfigFileContent(
    { ...(config as object), include: [], files: ['index.ts'] },
    ts.sys,
    ROOT,
  ).options;
}

/** Blocks with a file name lie side by side, each page in a folder of its own. */
function fileOf({ place, language, file }: CodeBlock, at: number): string {
  return file === undefined
    ? path.join(ROOT, `block-${at}.${language}`)
    : path.join(ROOT, `blocks-of-${pageOf(place).replaceAll(/\W/g, '-')}`, file);
}

/** Whoever copies the block has no sources of the package beside it, only the other blocks of the page. */
function relativeImports({ code, place }: CodeBlock, blocks: readonly CodeBlock[]): readonly string[] {
  const beside = blocks
    .filter((other) => pageOf(other.place) === pageOf(place))
    .map(({ file }) => `./${file?.replace(/\.ts$/, '') ?? ''}`);
  return Array.from(code.matchAll(/from '(\.[^']*)'/g), ([, name]) => name ?? '')
    .filter((name) => !beside.includes(name.replace(/\.js$/, '')))
    .map((name) => `imports '${name}', which the reader does not have: import from 'dicom-lake'`);
}

function sentenceOf({ code, file, start, messageText }: ts.Diagnostic): string {
  const line = file === undefined || start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line;
  return `line ${line + 1} of the block: TS${code} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
