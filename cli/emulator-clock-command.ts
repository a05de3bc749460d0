import { Command, InvalidArgumentError } from 'commander';
import { type CommandContext, UsageError } from './command-context';
import { askEmulator } from './emulator-admin';

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
  const show = clockCommand('show', 'show what time it is in the emulator').action((options: ClockOptions) =>
    tell(context, options, askEmulator(context, options.emulator)('GET', '/clock')),
  );
  const jump = clockCommand('jump', 'move the clock of the emulator on, so that what falls due happens')
    .option('--days <number>', 'days, added to --hours', amount)
    .option('--hours <number>', 'hours, added to --days', amount)
    .action((options: JumpOptions) => {
      const { emulator, days, hours } = options;
      if (days === undefined && hours === undefined) throw new UsageError('give --days, --hours or both');
      const body = { ...(days === undefined ? {} : { days }), ...(hours === undefined ? {} : { hours }) };
      return tell(context, options, askEmulator(context, emulator)('POST', '/clock/jump', body));
    });
  return new Command('clock')
    .description('show the clock of a running emulator, or move it on')
    .addCommand(show, { isDefault: true })
    .addCommand(jump)
    .addHelpText('after', '\nExample:\n  dicom-lake emulator clock jump --days 120 --emulator ready.json');
}

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

function amount(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 876_000) || text.trim() === '')
    throw new InvalidArgumentError('give a number, not below 0 and at most 876000.');
  return value;
}
