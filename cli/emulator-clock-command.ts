import { Command } from 'commander';
import { type CommandContext, UsageError } from './command-context';
import { askEmulator } from './emulator-admin';
import { OptionReader } from './option-reader';

interface ClockOptions {
  readonly emulator: string;
  readonly json?: boolean;
}

interface JumpOptions extends ClockOptions {
  readonly days?: number;
  readonly hours?: number;
}

/** `dicom-lake emulator clock`: shows the clock of a running emulator, or moves it on. */
export function emulatorClockCommand(context: CommandContext): Command {
  const show = clockCommand('show', 'show what time it is in the emulator')
    .addHelpText('after', '\nExample:\n  dicom-lake emulator clock show --emulator ready.json')
    .action((options: ClockOptions) =>
      tell(context, options, askEmulator(context, options.emulator)('GET', '/clock')),
    );
  const reader = new OptionReader();
  const amount = (flag: string): ((text: string) => number) =>
    reader.decimal(flag, 'a number from 0 to 876000', { minimum: 0, maximum: 876_000 });
  const jump = clockCommand('jump', 'move the clock of the emulator on, so that what falls due happens')
    .option('--days <number>', 'days, added to --hours', amount('--days'))
    .option('--hours <number>', 'hours, added to --days', amount('--hours'))
    .addHelpText('after', CLOCK_HELP)
    .action((options: JumpOptions) => {
      reader.check();
      const { emulator, days, hours } = options;
      if (days === undefined && hours === undefined) throw new UsageError('give --days, --hours or both');
      const body = { ...(days === undefined ? {} : { days }), ...(hours === undefined ? {} : { hours }) };
      return tellJump(context, options, askEmulator(context, emulator)('POST', '/clock/jump', body));
    });
  return new Command('clock')
    .description('show the clock of a running emulator, or move it on')
    .addCommand(show, { isDefault: true })
    .addCommand(jump)
    .addHelpText('after', CLOCK_HELP);
}

const CLOCK_HELP = `
A jump tells what lifecycle and inventory policies did in the time that passed; with --json, run by run.

Examples:
  dicom-lake emulator clock --emulator ready.json
  dicom-lake emulator clock jump --days 120 --emulator ready.json`;

function clockCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .requiredOption('--emulator <file>', 'ready file of the running emulator')
    .option('--json', 'print JSON');
}

async function tell(context: CommandContext, { json }: ClockOptions, asked: Promise<unknown>): Promise<void> {
  const answer = (await asked) as { readonly now: string };
  context.out(json === true ? `${JSON.stringify(answer)}\n` : `${answer.now}\n`);
}

/** As the admin API answers a jump. */
interface Jump {
  readonly now: string;
  readonly lifecycleRuns: readonly {
    readonly actions: Readonly<Record<string, Totals>>;
    readonly returnedToHot: Totals;
    readonly emptyDirectories: number;
    readonly minimumStaysCutShort: Readonly<Record<string, Totals>>;
  }[];
  readonly inventoryRuns: readonly {
    readonly ruleName: string;
    readonly status: string;
    readonly message: string;
    readonly manifest?: string;
  }[];
}

interface Totals {
  readonly files: number;
}

async function tellJump(
  context: CommandContext,
  options: ClockOptions,
  asked: Promise<unknown>,
): Promise<void> {
  const jump = (await asked) as Jump;
  await tell(context, options, Promise.resolve(jump));
  if (options.json === true) return;
  for (const line of [...lifecycleLines(jump.lifecycleRuns), ...inventoryLines(jump.inventoryRuns)]) {
    context.err(`${line}\n`);
  }
}

function lifecycleLines(runs: Jump['lifecycleRuns']): readonly string[] {
  if (runs.length === 0) return [];
  const done = [
    ...counts(runs.map(({ actions }) => actions)),
    ...counts(runs.map(({ returnedToHot }) => ({ 'returned to hot': returnedToHot }))),
    ...counts(runs.map(({ emptyDirectories }) => ({ 'empty directories': { files: emptyDirectories } }))),
  ];
  const short = counts(runs.map(({ minimumStaysCutShort }) => minimumStaysCutShort));
  return [
    `lifecycle policies ran ${runs.length} times: ${done.join(', ') || 'nothing to do'}`,
    ...(short.length === 0 ? [] : [`minimum stays cut short, and billed all the same: ${short.join(', ')}`]),
  ];
}

/** `tierToCool 12` for each name, summed up over the runs. */
function counts(runs: readonly Readonly<Record<string, Totals>>[]): readonly string[] {
  const sums = new Map<string, number>();
  for (const [name, { files }] of runs.flatMap((run) => Object.entries(run))) {
    sums.set(name, (sums.get(name) ?? 0) + files);
  }
  return [...sums].filter(([, files]) => files > 0).map(([name, files]) => `${name} ${files}`);
}

function inventoryLines(runs: Jump['inventoryRuns']): readonly string[] {
  return runs.map(
    ({ ruleName, status, message, manifest }) =>
      `inventory rule ${ruleName}: ${status.toLowerCase()}, ${manifest ?? message}`,
  );
}
