import type { ParsedScript, SyntaxNode, Word } from 'unbash' with { 'resolution-mode': 'import' };
import { scriptsIn } from './page';

/** The words of one command, without quotes; variables and placeholders stay as they are written. */
export type ShellCommand = readonly string[];

/** What a script would run, `$(…)` and both sides of `|` and `&&` included. */
export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  /** Names of the functions that it defines. */
  readonly functions: readonly string[];
  readonly problems: readonly string[];
}

/** Reads a script of bash, in which `<name of something>` stands for what the reader has to fill in. */
export async function readShell(script: string): Promise<ShellScript> {
  const { parse, forEachChild } = await import('unbash');
  const commands: ShellCommand[] = [];
  const functions: string[] = [];
  const problems: string[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'Script') problems.push(...errorsOf(node));
    if (node.type === 'Command' && node.name !== undefined)
      commands.push([node.name, ...node.args.filter(isWord)].map(({ value }) => value));
    if (node.type === 'Function') functions.push(node.name.value);
    forEachChild(node, visit);
  };
  visit(parse(withoutPlaceholders(script)));
  return { commands, functions, problems };
}

/** What the shell of some Markdown would start of one program, from its blocks and the code in its text. */
export async function commandsIn(markdown: string, program: string): Promise<readonly ShellCommand[]> {
  const read = await Promise.all(scriptsIn(markdown).map(readShell));
  return read.flatMap(({ commands }) => commands).filter(([name]) => name === program);
}

/** Placeholders as words of a shell: to bash they would be redirections. */
export function withoutPlaceholders(
  script: string,
  valueOf: (name: string) => string = placeholderOf,
): string {
  return script.replaceAll(/(?<!<)<([A-Za-z](?:[^<>\n]*[^<>\s])?)>/g, (_all, name: string) => valueOf(name));
}

/** `<group of roles>` as one word that nothing else is. */
function placeholderOf(name: string): string {
  return `_${name.replaceAll(/[^A-Za-z0-9]+/g, '-')}_`;
}

export function isPlaceholder(word: string): boolean {
  return /^_.*_$/.test(word);
}

function errorsOf({ errors = [] }: ParsedScript): readonly string[] {
  return errors.map(({ message }) => `bash cannot read it: ${message}`);
}

function isWord(argument: { readonly type: string }): argument is Word {
  return argument.type === 'Word';
}
