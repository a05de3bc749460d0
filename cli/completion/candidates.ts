import type { Argument, Command, Option } from 'commander';

/** What may stand at one place of a command line. */
export interface Candidate {
  readonly value: string;
  /** One line; empty where there is nothing to say. */
  readonly description: string;
}

/**
 * What a word on a command line may become, from the program itself, so that it is never behind it. None where only
 * the user knows, as for the name of a file: then a shell offers files.
 *
 * @param before words between the name of the program and the word
 * @param word as far as it is typed
 */
export function candidates(program: Command, before: readonly string[], word: string): readonly Candidate[] {
  const { command, open, positional, optionsAreOver } = readWords(program, before);
  const [, flag, part] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  if (!optionsAreOver && flag !== undefined && part !== undefined)
    return choicesOf(optionOf(command, flag), part).map(({ value, description }) => ({
      value: `${flag}=${value}`,
      description,
    }));
  if (open !== undefined && !word.startsWith('-')) return choicesOf(open, word);
  if (open?.required === true && !open.variadic) return [];
  if (!optionsAreOver && word.startsWith('-')) return optionsOf(command, word);
  return [
    ...(positional === 0 ? subcommandsOf(command, word) : []),
    ...choicesOf(argumentAt(command, positional), word),
  ];
}

interface Position {
  readonly command: Command;
  /** The option whose value is next, if it has one. */
  readonly open?: Option | undefined;
  /** How many arguments of the command there were. */
  readonly positional: number;
  /** Behind `--`. */
  readonly optionsAreOver: boolean;
}

function readWords(program: Command, words: readonly string[]): Position {
  return words.reduce<Position>(readWord, { command: program, positional: 0, optionsAreOver: false });
}

function readWord({ command, open, positional, optionsAreOver }: Position, word: string): Position {
  if (optionsAreOver) return { command, positional: positional + 1, optionsAreOver };
  const takesIt = open !== undefined && (!word.startsWith('-') || (open.required && !open.variadic));
  if (takesIt) return { command, open: open.variadic ? open : undefined, positional, optionsAreOver };
  if (word === '--') return { command, positional, optionsAreOver: true };
  if (word.startsWith('-')) {
    const option = word.includes('=') ? undefined : optionOf(command, word);
    const takesValue = option !== undefined && (option.required || option.optional);
    return { command, open: takesValue ? option : undefined, positional, optionsAreOver };
  }
  const child = positional === 0 ? command.commands.find((one) => one.name() === word) : undefined;
  return child === undefined
    ? { command, positional: positional + 1, optionsAreOver }
    : { command: child, positional: 0, optionsAreOver };
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command
    .createHelp()
    .visibleOptions(command)
    .find(({ long, short }) => long === flag || short === flag);
}

function optionsOf(command: Command, word: string): readonly Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, short, description }) =>
      [long, word === '-' ? undefined : short].flatMap((value) =>
        value?.startsWith(word) === true ? [{ value, description: oneLine(description) }] : [],
      ),
    );
}

function subcommandsOf(command: Command, word: string): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name().startsWith(word))
    .map((one) => ({ value: one.name(), description: oneLine(one.description()) }));
}

function argumentAt({ registeredArguments: all }: Command, index: number): Argument | undefined {
  const last = all.at(-1);
  return all[index] ?? (last?.variadic === true ? last : undefined);
}

function choicesOf(
  of: { readonly argChoices?: readonly string[] | undefined } | undefined,
  word: string,
): readonly Candidate[] {
  return (of?.argChoices ?? [])
    .filter((value) => value.startsWith(word))
    .map((value) => ({ value, description: '' }));
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
