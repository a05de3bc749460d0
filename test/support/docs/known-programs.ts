import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { azureProblem } from './azure-cli';
import { kitCommandProblem } from './kit-command';
import { ROOT } from './page';
import type { ShellCommand } from './shell';

type Judge = (args: readonly string[]) => Promise<string | undefined> | string | undefined;

const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

const SCRIPTS_OF_NPM = ['test', 'start'];

const terraform = subcommands({
  apply: ['-auto-approve', '-input', '-var', '-var-file', '-lock-timeout'],
  destroy: ['-auto-approve', '-input', '-target'],
  'force-unlock': ['-force'],
  import: ['-var', '-var-file'],
  init: ['-backend-config', '-input', '-migrate-state', '-reconfigure', '-upgrade'],
  output: ['-json', '-raw'],
  plan: ['-detailed-exitcode', '-input', '-lock-timeout', '-out', '-refresh-only', '-target', '-var'],
  providers: [],
  show: ['-json', '-no-color'],
  state: ['-id'],
  validate: ['-json'],
  version: ['-json'],
});

const cdktf = subcommands({
  deploy: [
    '--app',
    '--auto-approve',
    '--outputs-file',
    '--outputs-file-include-sensitive-outputs',
    '--output',
    '--skip-synth',
  ],
  destroy: ['--app', '--auto-approve', '--output', '--skip-synth'],
  diff: ['--app', '--output', '--skip-synth'],
  output: ['--app', '--outputs-file', '--output', '--skip-synth'],
  synth: ['--app', '--output', '--hcl'],
});

/**
 * What commands of the docs may start. Programs of others have the commands and flags that their own help lists, as far
 * as the docs use them: look a new one up there before you add it.
 */
const PROGRAMS: Readonly<Record<string, Judge>> = {
  'dicom-lake': kitCommandProblem,
  npx: (args) => throughNpx(args),
  npm: npmProblem,
  node: ([script = '']) => missingFile(script.replace(/^(?:\.\/)?dist\/(.*)\.js$/, '$1.ts')),
  '.ci/run': () => missingFile('.ci/run'),
  az: azureProblem,
  terraform,
  tofu: terraform,
  cdktf,
  cdktn: cdktf,
  docker: subcommands({
    build: ['--build-arg', '--file', '--platform', '--tag', '-f', '-t'],
    login: ['--username', '--password-stdin'],
    buildx: [],
    push: [],
    run: [
      ...['--cap-drop', '--detach', '--env', '--env-file', '--health-cmd', '--health-start-period', '--name'],
      ...[
        '--network',
        '--read-only',
        '--rm',
        '--security-opt',
        '--stop-timeout',
        '--tmpfs',
        '--user',
        '--volume',
      ],
    ],
    tag: [],
  }),
  gh: subcommands({ api: ['--method'], secret: ['--body', '--env'], variable: ['--body', '--env'] }),
  git: subcommands({
    add: [],
    clone: ['--branch', '--depth'],
    commit: ['-m'],
    diff: ['--no-index'],
    init: [],
    tag: [],
  }),
  ...Object.fromEntries(
    [
      ...[
        'cat',
        'cd',
        'cp',
        'curl',
        'echo',
        'eval',
        'export',
        'grep',
        'head',
        'jq',
        'mkdir',
        'nslookup',
        'read',
      ],
      ...['rm', 'set'],
    ].map((name) => [name, () => undefined]),
  ),
};

/** What is wrong with a command; undefined where nothing is. */
export async function commandProblem([program = '', ...args]: ShellCommand): Promise<string | undefined> {
  const judge = Object.hasOwn(PROGRAMS, program) ? PROGRAMS[program] : undefined;
  if (judge === undefined)
    return `nobody knows the program '${program}': write the command otherwise, or add the program to test/support/docs/known-programs.ts`;
  const problem = await judge(args);
  return problem === undefined ? undefined : `'${[program, ...args].join(' ')}': ${problem}`;
}

/** Runs what a package brings: the kit itself, or one of the packages that it is developed with. */
async function throughNpx([first = '', ...rest]: readonly string[]): Promise<string | undefined> {
  if (first !== 'dicom-lake' && !existsSync(path.join(ROOT, 'node_modules/.bin', first)))
    return `no package of package.json brings the program '${first}'`;
  return Object.hasOwn(PROGRAMS, first) ? commandProblem([first, ...rest]) : undefined;
}

function npmProblem([command = '', ...args]: readonly string[]): string | undefined {
  const known = ['ci', 'init', 'install', 'pack', 'run', ...SCRIPTS_OF_NPM];
  if (!known.includes(command)) return unknown('command', command, known);
  const script = command === 'run' ? args.find((arg) => !arg.startsWith('-')) : command;
  if (command !== 'run' && !SCRIPTS_OF_NPM.includes(command)) return undefined;
  if (script !== undefined && Object.hasOwn(scripts, script)) return undefined;
  return unknown('script', script ?? '', Object.keys(scripts));
}

function subcommands(known: Readonly<Record<string, readonly string[]>>): Judge {
  const global = ['-chdir', '--help', '-h', '--version'];
  return (args) => {
    const [command = '', ...rest] = args.filter((arg) => !arg.startsWith('-chdir='));
    if (global.includes(command)) return undefined;
    const flags = known[command];
    if (flags === undefined) return unknown('command', command, Object.keys(known));
    // What a container runs has flags of its own.
    const image = command === 'run' ? rest.findIndex((arg) => arg.includes('/dicom-lake:')) : -1;
    const own = image < 0 ? rest : rest.slice(0, image);
    const odd = own.map((arg) => arg.split('=')[0] ?? '').filter((arg) => /^-./.test(arg));
    const first = odd.find((flag) => !flags.includes(flag) && !global.includes(flag));
    return first === undefined ? undefined : unknown(`flag of '${command}'`, first, flags);
  };
}

function unknown(what: string, got: string, known: readonly string[]): string {
  return `there is no ${what} '${got}'; known are ${known.join(', ')}`;
}

function missingFile(file: string): string | undefined {
  return existsSync(path.join(ROOT, file)) ? undefined : `the repository has no file '${file}'`;
}
