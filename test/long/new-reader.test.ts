import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { temporaryFolder } from '../support/cli';
import { blocksOf, type CodeBlock, ROOT } from '../support/docs/page';
import { runPage } from '../support/docs/session';

jest.setTimeout(900_000);

/** What it takes somebody who has nothing but Node and git: a clone, and the commands of README as they stand there. */
test('who follows README on a fresh clone gets what README shows', async () => {
  using folder = temporaryFolder();
  const clone = path.join(folder.path, 'dicom-lake');
  const startedAt = performance.now();
  execFileSync('git', ['clone', '--quiet', ROOT, clone]);
  const cloned = (performance.now() - startedAt) / 1000;

  const { ran, problems } = await runPage(blocksOf('README.md'), {
    folder: clone,
    environment: environment(),
  });

  tell(cloned, ran);
  expect(problems).toEqual([]);
  expect(ran.length).toBeGreaterThan(0);
});

/** That of the machine, for npm to find its registry; without what jest and npm have put into it. */
function environment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^(npm_|JEST_|NODE_ENV$|NODE_OPTIONS$|INIT_CWD$)/.test(name)
        ? []
        : [[name, value]],
    ),
  );
}

/** Times are for people to read: no test holds them. */
function tell(cloned: number, ran: readonly { readonly block: CodeBlock; readonly seconds: number }[]): void {
  const lines = ran.map(
    ({ block, seconds }) => `${seconds.toFixed(1)} s  ${block.code.trim()} (${block.place})`,
  );
  process.stderr.write(`${[`${cloned.toFixed(1)} s  git clone`, ...lines].join('\n')}\n`);
}
