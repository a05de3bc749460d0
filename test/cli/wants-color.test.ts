import { wantsColor } from '../../cli/wants-color';
import { runCli, temporaryFolder } from '../support/cli';

test.each<[string, Readonly<Record<string, string>>, boolean, boolean]>([
  ['a terminal', {}, true, true],
  ['a file', {}, false, false],
  ['a dumb terminal', { TERM: 'dumb' }, true, false],
  ['NO_COLOR', { NO_COLOR: '1' }, true, false],
  ['NO_COLOR that is empty', { NO_COLOR: '' }, true, true],
  ['FORCE_COLOR in a log', { FORCE_COLOR: '1' }, false, true],
  ['FORCE_COLOR on a dumb terminal', { FORCE_COLOR: '3', TERM: 'dumb' }, true, true],
  ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false],
  ['both', { FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
])('%s', (_what, environment, isTerminal, colors) => {
  expect(wantsColor(environment, isTerminal)).toBe(colors);
});

test('the command line colours a report where it is forced to, and never with NO_COLOR', async () => {
  using folder = temporaryFolder();
  const doctor = async (env: Readonly<Record<string, string>>): Promise<boolean> => {
    const { stdout } = await runCli(['doctor'], { cwd: folder.path, env: { HTTPS_PROXY: 'none', ...env } });
    return stdout.includes('\u001b[');
  };
  expect(await doctor({ FORCE_COLOR: '1' })).toBe(true);
  expect(await doctor({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
  expect(await doctor({})).toBe(false);
});
