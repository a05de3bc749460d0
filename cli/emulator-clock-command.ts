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
  const show = clockCommand('show', 'show what time it is in the emulator').action((options: ClockOptions) =>
    tell(context, options, askEmulator(context, options.emulator)('GET', '/clock')),
  );
  const reader = new OptionReader();
  const amount = (flag: string): ((text: string) => number) =>
    reader.decimal(flag, 'a number from 0 to 876000', { minimum: 0, maximum: 876_000 });
  const jump = clockCommand('jump', 'move the clock of the emulator on, so that what falls due happens')
    .option('--days <number>', 'days, added to --hours', amount('--days'))
    .option('--hours <number>', 'hours, added to --days', amount('--hours'))
    .action((options: JumpOptions) => {
      reader.check();
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
