import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CommandContext } from '../../cli/command-context';
import { showProgress } from '../../cli/progress';
import { ManualClock } from '../../verify';
import { type CliResult, runCli, temporaryFolder } from '../support/cli';
import { startDicomService, type TestDicomService } from '../support/dicom-service';
import { runOnTerminal, screenOf, whyNoTerminal } from '../support/terminal';

const missing = whyNoTerminal();
if (missing !== undefined && process.env['REQUIRE_PEERS'] === '1')
  throw new Error(`CI needs every peer, but ${missing}`);
const onTerminal = missing === undefined ? describe : describe.skip;

const ARGS = ['verify', 'manifest.json', '--emulator', 'ready.json', '--state', 'journal'];
const ESCAPE = '\u001b';

interface Folder extends AsyncDisposable {
  readonly path: string;
}

async function setUp(fileRemovalPeriodMs = 100): Promise<Folder> {
  const service: TestDicomService = await startDicomService({ fileRemovalPeriodMs });
  const folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'ready.json'), JSON.stringify(service.emulator.ready));
  writeFileSync(path.join(folder.path, 'manifest.json'), JSON.stringify(service.lake.manifest));
  return {
    path: folder.path,
    [Symbol.asyncDispose]: async () => {
      folder[Symbol.dispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}

test('a probe that repeats itself, beside others, is not repeated', () => {
  const written: string[] = [];
  const context = { err: (text: string) => written.push(text), environment: {} } as unknown as CommandContext;
  const { tell } = showProgress(context, false, new ManualClock());
  tell({ kind: 'planned', probes: [{ id: 'lake.health-file', title: 'the health file' }] });
  for (const seconds of [1, 2, 3]) {
    tell({ kind: 'message', probe: 'lake.health-file', message: `watching (${seconds} s)` });
    tell({ kind: 'message', message: `deleting\u001b[2J ${seconds}` });
  }
  expect(written).toEqual(['  the health file: watching (1 s)\n', '  deleting [2J 1\n']);
});

describe('progress where nobody watches', () => {
  const run = (folder: Folder, args: readonly string[] = []): Promise<CliResult> =>
    runCli([...ARGS, '--only', 'dicomweb', 'tiers', '--json', ...args], { cwd: folder.path });

  test('is plain lines on standard error, each said once, and nothing but the report on standard output', async () => {
    await using folder = await setUp();
    const { exitCode, stdout, stderr } = await run(folder);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ counts: { fail: 0 } });
    const lines = stderr.trimEnd().split('\n');
    expect(stderr).not.toContain(ESCAPE);
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines).toEqual(
      expect.arrayContaining([
        '  instances go in, come out and go away: round trip of synthetic',
        expect.stringMatching(/^ {2}done: the lifecycle policy of the storage account \(\d+ s\)$/) as unknown,
      ]),
    );
  });

  test('is nothing with --quiet', async () => {
    await using folder = await setUp();
    expect(await run(folder, ['--quiet'])).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

onTerminal('progress on a terminal', () => {
  test('is a list that is drawn over, above the report', async () => {
    await using folder = await setUp();
    const { exitCode, written } = await runOnTerminal(
      [...ARGS, '--only', 'dicomweb/instance-stored', 'tiers'],
      { cwd: folder.path },
    );
    expect(exitCode).toBe(0);
    const screen = screenOf(written);
    const head = screen.slice(
      0,
      screen.findIndex((line) => line.startsWith('Verified ')),
    );
    expect(head.map((line) => line.replace(/^ {2}done +\d+ s {2}/, ''))).toEqual([
      'instances go in, come out and go away',
      'every file of the service, and its access tier',
      'the lifecycle policy of the storage account',
      'the blob service of the storage account',
    ]);
    expect(written).toContain('running');
    expect(written).toContain(`${ESCAPE}[32mdone`);
  });

  test('stays a list on a terminal that is too small for it', async () => {
    await using folder = await setUp();
    const size = { rows: 4, columns: 40 };
    const { written } = await runOnTerminal([...ARGS, '--only', 'dicomweb/instance-stored', 'tiers'], {
      cwd: folder.path,
      ...size,
    });
    expect(written).toContain('in all: ');
    const screen = screenOf(written, 40);
    const head = screen.slice(
      0,
      screen.findIndex((line) => line.startsWith('Verified ')),
    );
    expect(head).toHaveLength(4);
  });

  test('has no colours with NO_COLOR, and is plain lines in CI', async () => {
    await using folder = await setUp();
    const only = [...ARGS, '--only', 'tiers', '--json'];
    const colorless = await runOnTerminal(only, { cwd: folder.path, env: { NO_COLOR: '1' } });
    expect(colorless.written).toContain(`${ESCAPE}[?7l`);
    expect(colorless.written).not.toMatch(/\u001b\[\d+m/);
    const ci = await runOnTerminal(only, { cwd: folder.path, env: { CI: 'true', NO_COLOR: '1' } });
    expect(ci.written).not.toContain(ESCAPE);
    expect(ci.written).toContain('  done: every file of the service, and its access tier');
  });

  test('lets go of the terminal at Ctrl-C, and says that it is cleaning up', async () => {
    await using folder = await setUp(600_000);
    let pressed = false;
    const { exitCode, written } = await runOnTerminal([...ARGS, '--only', 'contract'], {
      cwd: folder.path,
      onText: (text, type) => {
        if (pressed || !/waiting for|removed/.test(text)) return;
        pressed = true;
        type('\u0003');
      },
    });
    expect(exitCode).toBe(130);
    const [before = '', after = ''] = written.split(
      'Stopping and cleaning up; press Ctrl-C again to give up at once.',
    );
    expect(after).not.toBe('');
    expect(after).not.toMatch(/\u001b\[\d*[AJ]|\u001b\[\?/);
    expect(before.lastIndexOf(`${ESCAPE}[?7h`)).toBeGreaterThan(before.lastIndexOf(`${ESCAPE}[?7l`));
    expect(written).not.toContain(`${ESCAPE}[?25l`);
    expect(after).toContain('Interrupted.');
  }, 30_000);
});
