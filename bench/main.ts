import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { sectionMarkdown, withSection } from './benchmarks-page';
import { machineText, thisMachine } from './machine';
import { SECTIONS } from './sections';
import { terminalText } from './terminal-text';

const PAGE = path.resolve(__dirname, '../../docs/benchmarks.md');

interface BenchFlags {
  readonly rounds: number;
  readonly write?: true;
}

const program = new Command('bench')
  .description('measures the project side by side with what else there is, as ratios')
  .addArgument(
    new Argument('[sections...]', 'what to measure; everything unless told').choices(
      SECTIONS.map(({ name }) => name),
    ),
  )
  .option('--rounds <number>', 'how often each is run, 5 for figures to be kept', rounds, 5)
  .option('--write', 'keep the figures in docs/benchmarks.md, in place of those of the same sections')
  .addHelpText('after', '\nExample:\n  npm run bench -- synthesis verify --rounds 7 --write')
  .action(async (names: readonly string[], flags: BenchFlags) => {
    const chosen = SECTIONS.filter(({ name }) => names.length === 0 || names.includes(name));
    const machine = thisMachine();
    process.stdout.write(`${machineText(machine)}; ${flags.rounds} rounds\n\n`);
    for (const section of chosen) {
      const progress = (message: string): void => void process.stderr.write(`${section.name}: ${message}\n`);
      const result = await section.run({ rounds: flags.rounds, progress });
      if ('skipped' in result) {
        process.stdout.write(`${section.title}: skipped, ${result.skipped}\n\n`);
        continue;
      }
      process.stdout.write(`${terminalText(section, result)}\n`);
      if (flags.write === true) {
        const markdown = sectionMarkdown(section, { result, machine, rounds: flags.rounds });
        for (const { file, svg } of result.pictures ?? [])
          writeFileSync(path.join(path.dirname(PAGE), 'images', file), svg);
        writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), section, markdown));
      }
    }
  });

void program.parseAsync();

function rounds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('give a whole number, 1 or more.');
  return value;
}
