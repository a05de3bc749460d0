import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { shownProblem } from './output';
import type { CodeBlock } from './page';
import { withoutPlaceholders } from './shell';

/** What a page's reader would do, and in what surroundings. */
export interface Session {
  /** Where the reader is. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What the reader fills in for `<name>`. */
  readonly values?: Readonly<Record<string, string>>;
}

/** A block as it ran. */
export interface RanBlock {
  readonly block: CodeBlock;
  readonly seconds: number;
}

/**
 * Runs the blocks of a page that say so, one after the other as in one terminal, and compares what the page shows with
 * what came of them.
 *
 * @returns what ran, and every problem with its place
 */
export async function runPage(
  blocks: readonly CodeBlock[],
  session: Session,
): Promise<{ readonly ran: readonly RanBlock[]; readonly problems: readonly string[] }> {
  const runner = new PageRunner(session);
  const ran: RanBlock[] = [];
  const problems: string[] = [];
  try {
    for (const block of blocks) {
      const startedAt = performance.now();
      if (block.mark?.kind === 'run') {
        problems.push(...(await runner.run(block)));
        ran.push({ block, seconds: (performance.now() - startedAt) / 1000 });
      } else if (block.mark?.kind === 'output' && block.mark.value === undefined) {
        problems.push(...placed(block, shownProblem(block.code, runner.printed, 'whole')));
      }
    }
    for (const block of blocks.filter(({ mark }) => mark?.kind === 'output' && mark.value !== undefined)) {
      const file = path.resolve(session.folder, block.mark?.value ?? '');
      const problem = existsSync(file)
        ? shownProblem(block.code, [readFileSync(file, 'utf8')], 'part')
        : `no block of the page made the file ${block.mark?.value}`;
      problems.push(...placed(block, problem));
    }
  } finally {
    await runner.stop();
  }
  return { ran, problems };
}

function placed({ place }: CodeBlock, problem: string | undefined): readonly string[] {
  return problem === undefined ? [] : [`${place}: ${problem}`];
}

class PageRunner {
  /** Of the last block: standard output alone, and with standard error. */
  public printed: readonly string[] = [];
  private readonly background: ChildProcess[] = [];
  /** Variables go on from one block to the next, as in one shell. */
  private readonly state = mkdtempSync(path.join(tmpdir(), 'dicom-lake-shell-'));

  public constructor(private readonly session: Session) {}

  public async run(block: CodeBlock): Promise<readonly string[]> {
    const { value = 'exits 0' } = block.mark ?? {};
    const script = withoutPlaceholders(block.code, (name) => {
      const known = this.session.values?.[name];
      if (known === undefined) throw new Error(`${block.place}: the session has no value for <${name}>`);
      return known;
    });
    if (value === 'background') return placed(block, await this.start(script));
    const [, expected] = /^exits (\d+)$/.exec(value) ?? [];
    if (expected === undefined)
      return placed(block, `a block is run, run: background or run: exits N, got '${value}'`);
    const exitCode = await this.wait(script);
    return exitCode === Number(expected)
      ? []
      : placed(block, `ended with ${exitCode}, not ${expected}, and printed:\n${this.printed[1] ?? ''}`);
  }

  public async stop(): Promise<void> {
    for (const child of this.background.filter(({ exitCode }) => exitCode === null)) {
      const ended = once(child, 'exit');
      process.kill(-(child.pid ?? 0), 'SIGTERM');
      await ended;
    }
    rmSync(this.state, { recursive: true, force: true });
  }

  /** Starts what goes on running, and waits for its first line. */
  private async start(script: string): Promise<string | undefined> {
    const child = this.shell(script, true);
    this.background.push(child);
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [unknown];
    return typeof line === 'string' ? undefined : `ended at once, with ${String(line)}`;
  }

  private async wait(script: string): Promise<number | null> {
    const child = this.shell(
      `set -euo pipefail\n[ ! -e "$DOCS_STATE" ] || . "$DOCS_STATE"\ntrap 'export -p > "$DOCS_STATE"' EXIT\n${script}`,
      false,
    );
    let out = '';
    let all = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      all += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (all += text));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    this.printed = [out, all];
    return exitCode;
  }

  private shell(script: string, isGroup: boolean): ChildProcess {
    const { folder, environment } = this.session;
    return spawn('bash', ['-c', script], {
      cwd: folder,
      env: { ...environment, DOCS_STATE: path.join(this.state, 'variables') },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: isGroup,
    });
  }
}
