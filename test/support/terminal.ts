import { execFileSync, spawn } from 'node:child_process';
import { CLI_PATH } from './cli';

/** Why there can be no pseudo-terminal, or undefined where there can. */
export function whyNoTerminal(): string | undefined {
  try {
    execFileSync('script', ['-qec', 'true', '/dev/null'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'script of util-linux is not installed';
  }
}

export interface TerminalRun {
  readonly exitCode: number | null;
  /** All that was written to the terminal. */
  readonly written: string;
}

/**
 * Runs the built command line on a pseudo-terminal: standard output and standard error are the same there.
 *
 * @param onText told of what was written so far; types with the function that it is given
 */
export function runOnTerminal(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly rows?: number;
    readonly columns?: number;
    readonly env?: Readonly<Record<string, string>>;
    readonly onText?: (written: string, type: (keys: string) => void) => void;
  },
): Promise<TerminalRun> {
  const { cwd, rows = 40, columns = 100, env = {}, onText } = options;
  const quoted = [process.execPath, CLI_PATH, ...args].map((arg) => `'${arg}'`).join(' ');
  // Ctrl-C reaches whoever runs in the foreground, so the shell must be gone by then.
  const command = `stty rows ${rows} cols ${columns} && exec ${quoted}`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written += text;
    onText?.(written, (keys) => child.stdin.write(keys));
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, written }));
  });
}

/** The lines that a terminal shows after this was written to it, for the few sequences that are used here. */
export function screenOf(written: string, columns = 100): readonly string[] {
  const lines: string[] = [''];
  let row = 0;
  let column = 0;
  let wraps = true;
  for (const [token] of written.matchAll(/\u001b\[\??\d*[A-Za-z]|[^\u001b]/gu)) {
    const [, amount = '', kind = ''] = /^\u001b\[(\??\d*)([A-Za-z])$/.exec(token) ?? [];
    if (kind === 'm') continue;
    if (kind === 'A') row = Math.max(0, row - Number(amount || 1));
    else if (kind === 'J') lines.splice(row, lines.length, (lines[row] ?? '').slice(0, column));
    else if (amount === '?7') wraps = kind === 'h';
    else if (kind !== '') throw new Error(`an unexpected sequence: ${JSON.stringify(token)}`);
    else if (token === '\r') column = 0;
    else if (token === '\n') row += 1;
    else {
      if (column >= columns) {
        if (wraps) {
          row += 1;
          column = 0;
        } else column = columns - 1;
      }
      const line = (lines[row] ?? '').padEnd(column);
      lines[row] = line.slice(0, column) + token + line.slice(column + 1);
      column += 1;
    }
    while (lines.length <= row) lines.push('');
  }
  return lines.map((line) => line.trimEnd());
}
