import type { Command } from 'commander';
import { commandTree } from '../../cli/program';
import { runCli, temporaryFolder } from '../support/cli';
import { kitCommandProblem } from '../support/docs/kit-command';
import { readShell, type ShellCommand } from '../support/docs/shell';
import { idleContext } from '../support/idle-context';

let program: Command;
let written = '';

beforeAll(async () => {
  program = await commandTree(
    [],
    idleContext((text) => (written += text)),
    () => undefined,
  );
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

/** The command lines of the kit below the heading of a help. */
async function examplesIn(help: string): Promise<readonly ShellCommand[]> {
  const [, below = ''] = /^Examples?:\n((?: {2}.*\n?)+)/m.exec(help) ?? [];
  const { commands, problems } = await readShell(below);
  expect(problems).toEqual([]);
  return commands
    .map((words) => (words[0] === 'npx' ? words.slice(1) : words))
    .filter(([name]) => name === 'dicom-lake');
}

test('there are commands to look at', () => {
  expect(all(program).length).toBeGreaterThan(20);
});

test('the help of every command has an example of it', async () => {
  const without: string[] = [];
  for (const [name, command] of all(program)) {
    const examples = await examplesIn(helpOf(command));
    if (!examples.some((words) => `${words.join(' ')} `.startsWith(`${name} `))) without.push(name);
  }
  expect(without).toEqual([]);
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
  const helps = all(program).map(([, command]) => helpOf(command));
  const examples = (await Promise.all(helps.map(examplesIn))).flat();
  expect(examples.length).toBeGreaterThan(40);
  const problems = await Promise.all(examples.map(([, ...args]) => kitCommandProblem(args)));
  expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
});

test.each([
  [['verify', '--profle', 'quick'], '(Did you mean --profile?)'],
  [['emulator', 'fault', 'sett'], '(Did you mean set?)'],
])('%j is answered with what was meant', async (args, answer) => {
  using folder = temporaryFolder();
  const { exitCode, stderr } = await runCli(args, { cwd: folder.path });
  expect(stderr).toContain(answer);
  expect(exitCode).toBe(2);
});
