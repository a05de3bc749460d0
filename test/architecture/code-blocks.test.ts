import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AZURE_COMMANDS, azureCommandOf } from '../support/docs/azure-cli';
import { dataProblems, shellProblems } from '../support/docs/data';
import { namesKitCommand } from '../support/docs/kit-command';
import { kustoProblems } from '../support/docs/kusto';
import {
  anchorsOf,
  blocksOf,
  type CodeBlock,
  inlineCodeOf,
  linksOf,
  pageOf,
  PAGES,
  readPage,
  ROOT,
} from '../support/docs/page';
import { commandsIn, readShell } from '../support/docs/shell';
import { synthesizeBlock, typeProblems } from '../support/docs/typescript';

/**
 * Every block of code of every page is held by its language. What the pages say of a block stands in a comment right
 * before it:
 *
 * - `<!-- run -->` before `sh`: test/long runs it; `run: background` while the rest of the page runs, `run: exits 1`
 *   where that is how it ends,
 * - `<!-- output -->` before what the last run block printed, `<!-- output: FILE -->` before what it left in a file,
 * - `<!-- sql: NAME -->` before SQL that a test takes by its name.
 *
 * `console` has commands after `$` with what they print; a test that names the page runs them. Blocks of TypeScript with a
 * file name after the language may import each other.
 */
const HELD_BY_LANGUAGE: Readonly<
  Record<string, (block: CodeBlock) => readonly string[] | Promise<readonly string[]>>
> = {
  sh: scriptProblems,
  console: consoleProblems,
  json: dataProblems,
  yaml: dataProblems,
  ts: (block) => TYPES.get(block) ?? [],
  kusto: ({ code }) => kustoProblems(code),
  sql: ({ mark }) =>
    mark?.kind === 'sql' ? [] : ['put <!-- sql: NAME --> before it, and take it by that name in a test'],
};

const TESTS = readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.includes('architecture'))
  .map((name) => readFileSync(path.join(ROOT, 'test', name), 'utf8'));
const BLOCKS = new Map(PAGES.map((page) => [page, blocksOf(page)]));
const ALL = [...BLOCKS.values()].flat();
const TYPES = typeProblems(ALL.filter(({ language }) => language === 'ts'));

test.each(PAGES)('every block of code of %s is held', async (page) => {
  const problems = await Promise.all((BLOCKS.get(page) ?? []).map(problemsOf));
  expect(problems.flat()).toEqual([]);
});

test.each(PAGES)('commands in the text of %s are understood', async (page) => {
  const commands = inlineCodeOf(page).filter(({ code }) => /^(npx )?(dicom-lake|az|npm run) /.test(code));
  const problems = commands.map(async ({ place, code }) => {
    const isName = await namesKitCommand(code.replace(/^(npx )?dicom-lake /, '').split(' '));
    return isName ? [] : (await shellProblems(code)).map((problem) => `${place}: ${problem}`);
  });
  expect((await Promise.all(problems)).flat()).toEqual([]);
});

test.each(PAGES)('every link of %s leads somewhere', (page) => {
  const broken = linksOf(page).filter(({ to }) => {
    if (/^(https?|mailto):/.test(to)) return false;
    const [file = '', anchor] = to.split('#');
    const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
    if (!existsSync(path.join(ROOT, target))) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor);
  });
  expect(broken).toEqual([]);
});

test.each(ALL.filter(({ language, code }) => language === 'ts' && code.includes('.synth()')))(
  'the program of $place synthesizes',
  async (block) => {
    await expect(synthesizeBlock(block, sourceOf)).resolves.toBeUndefined();
  },
);

test('the list of the Azure CLI has no command that the docs do not use', async () => {
  const read = await Promise.all(PAGES.map((page) => commandsIn(readPage(page), 'az')));
  const used = read.flat().map(azureCommandOf);
  expect(AZURE_COMMANDS.filter((command) => !used.includes(command))).toEqual([]);
});

async function problemsOf(block: CodeBlock): Promise<readonly string[]> {
  const hold = HELD_BY_LANGUAGE[block.language];
  if (block.mark?.kind === 'output') return outputProblems(block);
  const problems =
    hold === undefined
      ? [
          ['', 'text'].includes(block.language)
            ? 'put <!-- output --> before it where the last run block prints it, <!-- output: FILE --> where that leaves it in a file'
            : `nothing holds the language '${block.language}'; known are ${Object.keys(HELD_BY_LANGUAGE).join(', ')}`,
        ]
      : await hold(block);
  return problems.map((problem) => `${block.place}: ${problem}`);
}

async function scriptProblems({ code, place }: CodeBlock): Promise<readonly string[]> {
  const scripts = (BLOCKS.get(pageOf(place)) ?? []).filter(({ language }) => language === 'sh');
  const read = await Promise.all(scripts.map((script) => readShell(script.code)));
  return shellProblems(
    code,
    read.flatMap(({ functions }) => functions),
  );
}

async function consoleProblems({ code, place }: CodeBlock): Promise<readonly string[]> {
  const name = path.basename(pageOf(place));
  const commands = Array.from(code.matchAll(/^\$ (.*)$/gm), ([, command]) => command ?? '');
  const isRun = TESTS.some((test) => test.includes(name));
  return [
    ...(isRun ? [] : [`no test names '${name}': what the block shows is run by nobody`]),
    ...(await Promise.all(commands.map((command) => shellProblems(command)))).flat(),
  ];
}

/** What it says is compared where the page is run; here, that something runs at all. */
function outputProblems({ place, mark }: CodeBlock): readonly string[] {
  const [page = '', line] = place.split(':');
  const runs = (BLOCKS.get(page) ?? []).filter(
    (other) =>
      other.mark?.kind === 'run' &&
      (mark?.value !== undefined || Number(other.place.split(':')[1]) < Number(line)),
  );
  return runs.length > 0 ? [] : [`${place}: no block with <!-- run --> prints this`];
}

/** The package from its sources, everything else as it is installed. */
function sourceOf(name: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the name is known only here
  return require(name === 'dicom-lake' ? '../../index' : name);
}
