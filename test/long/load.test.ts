import { runLoad } from '../../bench/load/run-load';
import { CLI_PATH, temporaryFolder } from '../support/cli';
import { provisionLake } from '../support/emulator';
import type { Emulator } from '../../emulator';

test('mixed traffic over five crashes: everything acknowledged is there and identical, and nothing else', async () => {
  using folder = temporaryFolder();
  const report = await runLoad({
    cliPath: CLI_PATH,
    stateFolder: folder.path,
    seconds: 4,
    kills: 5,
    seed: 20_260_131,
    deploy: (emulator) => provisionLake(emulator as Emulator),
    onProgress: () => undefined,
  });
  expect(report.problems).toEqual([]);
  expect(report.restartMs).toHaveLength(6);
  expect(report.operations.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'store',
      'store several',
      'replace',
      'delete',
      'dfs rename',
      'blob put',
      'ARM put',
    ]),
  );
}, 120_000);
