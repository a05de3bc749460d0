import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Argument, Command, Option } from 'commander';
import { candidates } from '../../cli/completion/candidates';
import { COMPLETION_SCRIPTS, type CompletionShell } from '../../cli/completion/completion-scripts';
import { CLI_PATH, runCli, temporaryFolder } from '../support/cli';

const PROGRAM = new Command('ship')
  .addCommand(
    new Command('sail')
      .description('go\n  to sea')
      .argument('[chart]', 'a file')
      .addOption(new Option('-w, --wind <name>', 'where from').choices(['north', 'northeast', 'south']))
      .addOption(new Option('--flags <names...>', 'which flags').choices(['red', 'green']))
      .addOption(new Option('--lights [color]', 'with lights').choices(['white']))
      .addOption(new Option('--secret', 'not shown').hideHelp())
      .option('--fast', 'be quick')
      .option('--log <file>', 'where to write'),
  )
  .addCommand(
    new Command('anchor')
      .description('stay')
      .addCommand(
        new Command('drop').description('let it go').addArgument(new Argument('<side>').choices(['port'])),
      ),
  )
  .addCommand(new Command('sink').description('never'), { hidden: true });

function valuesOf(line: string): readonly string[] {
  const words = line.split(' ');
  return candidates(PROGRAM, words.slice(0, -1), words.at(-1) ?? '').map(({ value }) => value);
}

test.each<[string, readonly string[]]>([
  ['', ['sail', 'anchor', 'help']],
  ['s', ['sail']],
  ['anchor ', ['drop', 'help']],
  ['anchor drop ', ['port']],
  ['anchor drop port ', []],
  ['sail ', []],
  ['sail sa', []],
  ['sail --f', ['--flags', '--fast']],
  ['sail --se', []],
  ['sail -w', ['-w']],
  ['sail --wind ', ['north', 'northeast', 'south']],
  ['sail -w nor', ['north', 'northeast']],
  ['sail --wind=s', ['--wind=south']],
  ['sail --wind --fast', []],
  ['sail --wind south --fa', ['--fast']],
  ['sail --wind=south --fa', ['--fast']],
  ['sail --flags red ', ['red', 'green']],
  ['sail --flags red --fa', ['--fast']],
  ['sail --lights --fa', ['--fast']],
  ['sail --lights w', ['white']],
  ['sail --log ', []],
  ['sail --fast --unknown --fa', ['--fast']],
  ['sail -- --fa', []],
])('%j may become %j', (line, values) => {
  expect(valuesOf(line)).toEqual(values);
});

test('a description is one line', () => {
  expect(candidates(PROGRAM, [], 'sa')).toEqual([{ value: 'sail', description: 'go to sea' }]);
});

interface ShellCase {
  /** A program that prints what its shell would offer for these words. */
  readonly script: (words: readonly string[]) => string;
  readonly check: readonly string[];
}

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ');

const SHELLS: Readonly<Record<'bash' | 'zsh' | 'fish', ShellCase>> = {
  bash: {
    check: ['-n'],
    script: (words) =>
      `source ./script; COMP_WORDS=(${quoted(words)}); COMP_CWORD=${words.length - 1}; _dicom_lake; printf '%s\\n' "\${COMPREPLY[@]}"`,
  },
  zsh: {
    check: ['-n'],
    script: (words) => `
      compdef() { }
      _describe() { print -l -- "\${(@P)2}" }
      _files() { print FILES }
      source ./script
      words=(${quoted(words)}); CURRENT=${words.length}; _dicom_lake`,
  },
  fish: {
    check: ['--no-execute'],
    script: (words) => `source ./script; complete -C ${quoted([words.join(' ')])}`,
  },
};

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0;
}

/** Bash is everywhere; the others are looked at where they are. */
describe.each(
  (Object.keys(SHELLS) as (keyof typeof SHELLS)[]).filter((shell) => shell === 'bash' || isInstalled(shell)),
)('in %s', (shell) => {
  const { script, check } = SHELLS[shell];
  let folder: ReturnType<typeof temporaryFolder>;

  beforeAll(() => {
    folder = temporaryFolder();
    writeFileSync(path.join(folder.path, 'script'), COMPLETION_SCRIPTS[shell]);
    const command = path.join(folder.path, 'dicom-lake');
    writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${CLI_PATH}' "$@"\n`);
    chmodSync(command, 0o755);
  });

  afterAll(() => folder[Symbol.dispose]());

  const offered = (...words: readonly string[]): readonly string[] =>
    execFileSync(shell, ['-c', script(words)], {
      cwd: folder.path,
      env: { HOME: folder.path, PATH: `${folder.path}:${process.env['PATH'] ?? ''}` },
      encoding: 'utf8',
    })
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(/[\t:]/)[0] ?? '');

  test('the shell can read the script', () => {
    expect(spawnSync(shell, [...check, 'script'], { cwd: folder.path }).status).toBe(0);
  });

  test('commands, options and values are offered', () => {
    expect(offered('dicom-lake', 've')).toEqual(['verify']);
    expect(offered('dicom-lake', 'emulator', 'clock', '')).toEqual(expect.arrayContaining(['show', 'jump']));
    expect(offered('dicom-lake', 'init', '--pip')).toEqual(['--pipeline']);
    expect(offered('dicom-lake', 'init', '--pipeline', 'a')).toEqual(['azure', 'azd']);
  });

  if (shell === 'bash') {
    test('what stands behind = is offered without what stands before it, and nothing where a file is asked for', () => {
      expect(offered('dicom-lake', 'init', '--pipeline', '=', 'g')).toEqual(['github']);
      expect(offered('dicom-lake', 'init', '--pipeline', '=')).toEqual(['github', 'azure', 'azd', 'none']);
      expect(offered('dicom-lake', 'guard', '')).toEqual([]);
    });
  }
});

test('the script for every shell is printed', async () => {
  using folder = temporaryFolder();
  for (const shell of Object.keys(COMPLETION_SCRIPTS) as CompletionShell[]) {
    const { stdout, exitCode } = await runCli(['completion', shell], { cwd: folder.path });
    expect({ stdout, exitCode }).toEqual({ stdout: COMPLETION_SCRIPTS[shell], exitCode: 0 });
  }
  const { stderr, exitCode } = await runCli(['completion', 'tcsh'], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Allowed choices are bash, zsh, fish, powershell.');
});
