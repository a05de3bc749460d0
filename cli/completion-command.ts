import { Argument, Command } from 'commander';
import type { CommandContext } from './command-context';
import { candidates } from './completion/candidates';
import { COMPLETION_SCRIPTS, type CompletionShell } from './completion/completion-scripts';

/** `dicom-lake completion`. */
export function completionCommand(context: CommandContext): Command {
  return new Command('completion')
    .description('print a script that lets a shell complete commands, options and their values')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(COMPLETION_SCRIPTS)))
    .addHelpText('after', COMPLETION_HELP)
    .action((shell: CompletionShell) => context.out(COMPLETION_SCRIPTS[shell]));
}

const COMPLETION_HELP = `
The script asks the dicom-lake that is on the command line, so that it stays right after an upgrade. Where dicom-lake is
installed in a project only, node_modules/.bin has to be on the PATH.

Examples:
  dicom-lake completion bash >> ~/.bashrc
  dicom-lake completion zsh > "\${fpath[1]}/_dicom-lake"
  dicom-lake completion fish > ~/.config/fish/completions/dicom-lake.fish
  dicom-lake completion powershell >> $PROFILE`;

/** `dicom-lake complete`, which the scripts ask: a line of value, tab and description for each candidate. */
export function completeCommand(
  context: CommandContext,
  programFor: (words: readonly string[]) => Promise<Command>,
): Command {
  return new Command('complete')
    .description('answer the completion script of a shell')
    .argument('[before...]', 'the words before the one that is completed, behind --')
    .requiredOption('--word <text>', 'the word as far as it is typed')
    .addHelpText('after', '\nExample:\n  dicom-lake complete --word=--prof -- verify outputs.json')
    .action(async (before: readonly string[], { word }: { readonly word: string }) => {
      for (const { value, description } of candidates(await programFor(before), before, word))
        context.out(`${value}\t${description}\n`);
    });
}
