import type { Command } from 'commander';
import type { CommandContext } from '../../cli/command-context';
import { commandTree } from '../../cli/program';
import { runCli, temporaryFolder } from '../support/cli';

let program: Command;
let written = '';

const CONTEXT: CommandContext = {
  out: (text) => void (written += text),
  err: (text) => void (written += text),
  workingDirectory: '/nowhere',
  environment: {},
  nodePath: 'node',
  nodeVersion: '20.9.0',
  color: false,
  signal: new AbortController().signal,
  identity: { host: 'here', pid: 1, isAlive: () => undefined },
};

const freshProgram = (): Promise<Command> => commandTree([], CONTEXT, () => undefined);

beforeAll(async () => {
  program = await freshProgram();
});

/** All commands with their names in full, without those that commander adds. */
function all(command: Command, above = ''): readonly (readonly [string, Command])[] {
  const name = `${above} ${command.name()}`.trim();
  return [[name, command], ...command.commands.flatMap((child) => all(child, name))];
}

function helpOf(command: Command): string {
  written = '';
  command.outputHelp();
  return written;
}

/** What stands below a heading of a help, without the lines of other commands in it. */
function examplesIn(help: string): readonly string[] {
  const [, below = ''] = /^Examples?:\n((?: {2}.*\n?)+)/m.exec(help) ?? [];
  return below
    .replaceAll(/ \\\n\s+/g, ' ')
    .split('\n')
    .flatMap((line) => line.split(/ (?:&&|\|) |"\$\(|\)"/))
    .map((part) =>
      part
        .trim()
        .replace(/^(?:[A-Z_]+=\S+ )+/, '')
        .replace(/^npx (?=dicom-lake)/, ''),
    )
    .filter((part) => part.startsWith('dicom-lake '));
}

/** A word for each argument, as a shell reads them; what is redirected is left out. */
function wordsOf(line: string): readonly string[] {
  const words = Array.from(line.matchAll(/"[^"]*"|'[^']*'|\S+/g), ([word]) =>
    word.replace(/^["']|["']$/g, ''),
  );
  const end = words.findIndex((word) => word === '>' || word === '>>');
  return end < 0 ? words : words.slice(0, end);
}

test('there are commands to look at', () => {
  expect(all(program).length).toBeGreaterThan(20);
});

test('the help of every command has an example of it', () => {
  const without = all(program).filter(
    ([name, command]) => !examplesIn(helpOf(command)).some((example) => `${example} `.startsWith(`${name} `)),
  );
  expect(without.map(([name]) => name)).toEqual([]);
});

test('every command, option and argument is described', () => {
  const without = all(program).flatMap(([name, command]) => [
    ...(command.description() === '' ? [name] : []),
    ...command.options.filter(({ description }) => description === '').map(({ flags }) => `${name} ${flags}`),
    ...command.registeredArguments
      .filter(({ description }) => description === '')
      .map((argument) => `${name} <${argument.name()}>`),
  ]);
  expect(without).toEqual([]);
});

test('commands that judge tell their exit codes', () => {
  const judges = ['doctor', 'preflight', 'guard', 'verify', 'watch', 'audit', 'sweep', 'demo', 'init'];
  const without = judges.filter((name) => {
    const command = program.commands.find((one) => one.name() === name);
    return command === undefined || !/^Exit codes:\n {2}0 +\S.*\n {2}\d/m.test(helpOf(command));
  });
  expect(without).toEqual([]);
});

test('every example in a help is a command line that is understood', async () => {
  const examples = [...new Set(all(program).flatMap(([, command]) => examplesIn(helpOf(command))))];
  expect(examples.length).toBeGreaterThan(40);
  const wrong: string[] = [];
  for (const example of examples) {
    const fresh = await freshProgram();
    idle(fresh);
    written = '';
    try {
      await fresh.parseAsync([...wordsOf(example).slice(1)], { from: 'user' });
    } catch {
      wrong.push(`${example}: ${written}`);
    }
  }
  expect(wrong).toEqual([]);
});

/** Reads a command line and carries nothing out. */
function idle(command: Command): void {
  if (command.commands.length === 0 || command.name() === 'emulator') command.action(() => undefined);
  for (const child of command.commands) idle(child);
}

test.each([
  [['verify', '--profle', 'quick'], '(Did you mean --profile?)'],
  [['emulator', 'fault', 'sett'], '(Did you mean set?)'],
])('%j is answered with what was meant', async (args, answer) => {
  using folder = temporaryFolder();
  const { exitCode, stderr } = await runCli(args, { cwd: folder.path });
  expect(stderr).toContain(answer);
  expect(exitCode).toBe(2);
});
