import { Command, CommanderError } from 'commander';
import { version } from '../package.json';
import { type CommandContext, type ExitCode, UsageError } from './command-context';

type LoadCommand = (context: CommandContext, setExitCode: (code: ExitCode) => void) => Promise<Command>;

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, LoadCommand>> = {
  preflight: async (...setting) => (await import('./preflight-command.js')).preflightCommand(...setting),
  guard: async (...setting) => (await import('./guard-command.js')).guardCommand(...setting),
  verify: async (...setting) => (await import('./verify-command.js')).verifyCommand(...setting),
  watch: async (...setting) => (await import('./watch-command.js')).watchCommand(...setting),
  audit: async (...setting) => (await import('./audit-command.js')).auditCommand(...setting),
  manifest: async (context) => (await import('./manifest-command.js')).manifestCommand(context),
  sweep: async (...setting) => (await import('./sweep-command.js')).sweepCommand(...setting),
  emulator: async (context) => (await import('./emulator-command.js')).emulatorCommand(context),
  local: async (context) => (await import('./local-apply-command.js')).localCommand(context),
  demo: async (...setting) => (await import('./demo-command.js')).demoCommand(...setting),
};

/** Reading what one command needs takes a fraction of a second; so all are read only where none is named. */
function loadersFor([name = '']: readonly string[]): readonly LoadCommand[] {
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return named === undefined ? Object.values(COMMANDS) : [named];
}

/** The program with the command that the words name, or with all where they name none. */
export async function commandTree(
  words: readonly string[],
  context: CommandContext,
  setExitCode: (code: ExitCode) => void,
): Promise<Command> {
  const program = new Command('dicom-lake')
    .description(
      'Deploy the DICOM service of Azure Health Data Services on a data lake you own, and prove that it works.',
    )
    .version(version)
    .configureOutput({ writeOut: context.out, writeErr: context.err })
    .exitOverride()
    .showHelpAfterError('(add --help for the options and an example)')
    .addHelpText('after', EXIT_CODES);
  for (const load of loadersFor(words)) {
    program.addCommand(inherit(await load(context, setExitCode), program));
  }
  return program;
}

/** Runs one command line and answers what the process should exit with. Prints every expected error itself. */
export async function runProgram(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = await commandTree(args, context, (code) => (exitCode = code));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (context.signal.aborted) {
      context.err('Interrupted.\n');
      return 130;
    }
    if (error instanceof UsageError) {
      context.err(
        `error: ${[error.message, ...error.problems.map((problem) => `  - ${problem}`)].join('\n')}\n`,
      );
      return 2;
    }
    throw error;
  }
}

const EXIT_CODES = `
Exit codes:
  0    everything asked for passed
  1    a check failed
  2    wrong use: an unknown flag, or input that cannot be read
  3    nothing failed, but something could not be judged
  130  interrupted; what had been started was cleaned up`;

/** Subcommands print and exit as the program does; commander copies that only for commands it creates itself. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
  return command;
}
