import { type Command, CommanderError } from 'commander';
import { commandTree } from '../../../cli/program';
import { FAULTS } from '../../../emulator';
import { makePlan } from '../../../verify/plan';
import type { Profile } from '../../../verify/profile';
import { idleContext } from '../idle-context';
import { isPlaceholder } from './shell';

/**
 * Reads a command line with the program that a user would start, and carries nothing out.
 *
 * @param args the words after `dicom-lake`
 * @returns what is wrong with it
 */
export async function kitCommandProblem(args: readonly string[]): Promise<string | undefined> {
  const program = await commandTree(args, idleContext(), () => undefined);
  let chosen: Command | undefined;
  program.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  for (const command of program.commands) idle(command, (one) => (chosen = one));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return chosen === undefined ? undefined : valueProblem(chosen);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? undefined : error.message;
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether the words are the name of a command and nothing else, as text speaks of it. */
export async function namesKitCommand(words: readonly string[]): Promise<boolean> {
  let command: Command | undefined = await commandTree(words, idleContext(), () => undefined);
  for (const word of words) command = command?.commands.find((child) => child.name() === word);
  return command !== undefined;
}

function idle(command: Command, onChosen: (command: Command) => void): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  // Groups have no action: without a command they print their help and fail, as they do for a user.
  const isGroup = command.commands.length > 0 && command.options.length === 0;
  if (!isGroup) command.action(() => onChosen(command));
  for (const child of command.commands) idle(child, onChosen);
}

/** What commander leaves to the actions: names of checks and of faults. */
function valueProblem(command: Command): string | undefined {
  const { only = [], skip = [], profile = 'full' } = command.opts<PlanOptions>();
  try {
    makePlan({
      only: only.filter((name) => !isPlaceholder(name)),
      skip: skip.filter((name) => !isPlaceholder(name)),
      profile,
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const [id] = command.args;
  if (
    command.parent?.name() !== 'fault' ||
    id === undefined ||
    isPlaceholder(id) ||
    FAULTS.some((fault) => fault.id === id)
  )
    return undefined;
  return `there is no fault '${id}'; docs/faults.md lists them`;
}

interface PlanOptions {
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly profile?: Profile;
}
