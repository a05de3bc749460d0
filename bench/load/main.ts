import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { deployMinimalStack } from './deploy-minimal-stack';
import { loadText } from './load-text';
import { ProgressLine } from './progress-line';
import { runLoad } from './run-load';

interface LoadFlags {
  readonly minutes: number;
  readonly kills: number;
  readonly seed: number;
  readonly json?: true;
}

const program = new Command('load')
  .description('mixed traffic at full speed against an emulator that is killed in the middle of it')
  .option('--minutes <minutes>', 'how long the traffic goes on', positive, 10)
  .option('--kills <number>', 'how often the emulator is killed', wholeNumber, 1)
  .option('--seed <number>', 'what the traffic and the moments of the crashes are chosen by', wholeNumber, 1)
  .option('--json', 'print the results as JSON')
  .addHelpText('after', '\nExample:\n  npm run load -- --minutes 10 --kills 5')
  .action(async ({ minutes, kills, seed, json }: LoadFlags) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'dicom-lake-load-'));
    const progress = new ProgressLine(process.stderr);
    try {
      const report = await runLoad({
        cliPath: path.join(__dirname, '../../cli/dicom-lake.js'),
        stateFolder: folder,
        seconds: minutes * 60,
        kills,
        seed,
        deploy: deployMinimalStack,
        onProgress: (text) => progress.show(text),
      });
      progress.end();
      process.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : loadText(report));
      process.exitCode = report.problems.length === 0 ? 0 : 1;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

void program.parseAsync();

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('give a number above 0.');
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError('give a whole number, not below 0.');
  return value;
}
