import { Command, InvalidArgumentError } from 'commander';
import { describeValues, checksOf, FAULTS, type SetFault } from '../emulator';
import type { CommandContext } from './command-context';
import { askEmulator } from './emulator-admin';

interface ListOptions {
  readonly emulator?: string;
  readonly json?: boolean;
}

interface SetOptions {
  readonly emulator: string;
  readonly param: Readonly<Record<string, string>>;
  readonly whenPossible?: boolean;
  readonly json?: boolean;
}

interface ClearOptions {
  readonly emulator: string;
  readonly json?: boolean;
}

const READY_FILE = 'ready file of the running emulator';
const AS_JSON = 'print JSON';

/** `dicom-lake emulator fault`: what can be made to go wrong in a running emulator. */
export function emulatorFaultCommand(context: CommandContext): Command {
  const list = new Command('list')
    .description('list every fault; with --emulator also which of them are set')
    .option('--emulator <file>', READY_FILE)
    .option('--json', AS_JSON)
    .addHelpText('after', '\nExample:\n  dicom-lake emulator fault list --emulator ready.json')
    .addHelpText('after', () => faultList({ withParameters: false }))
    .action((options: ListOptions) => listFaults(context, options));
  const set = new Command('set')
    .description('set a fault; one that is set already gets the new parameters')
    .argument('<id>', 'id of the fault, such as lake/role-removed')
    .requiredOption('--emulator <file>', READY_FILE)
    .option('--param <name=value...>', 'parameters of the fault', parameter, {})
    .option('--when-possible', 'wait for what the fault would harm where it is not there yet')
    .option('--json', AS_JSON)
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', () => faultList({ withParameters: true }))
    .action((id: string, options: SetOptions) => setFault(context, id, options));
  const clear = new Command('clear')
    .description('take one fault back, or all of them')
    .argument('[id]', 'id of the fault; without it all are taken back')
    .requiredOption('--emulator <file>', READY_FILE)
    .option('--json', AS_JSON)
    .addHelpText('after', EXAMPLES)
    .action((id: string | undefined, options: ClearOptions) => clearFaults(context, id, options));
  return new Command('fault')
    .description('make something go wrong in a running emulator, and right again')
    .addCommand(list)
    .addCommand(set)
    .addCommand(clear)
    .addHelpText('after', EXAMPLES);
}

const EXAMPLES = `
Examples:
  dicom-lake emulator fault set lake/role-removed --emulator ready.json
  dicom-lake emulator fault set dicom/throttled --param retryAfterSeconds=1 method=POST --emulator ready.json
  dicom-lake emulator fault clear --emulator ready.json`;

/** Every fault, one a line, for the help. */
export function faultList(options: { readonly withParameters: boolean }): string {
  const width = Math.max(...FAULTS.map(({ id }) => id.length));
  const lines = FAULTS.flatMap(({ id, title, parameters }) => [
    `  ${id.padEnd(width)}  ${title}`,
    ...Object.entries(options.withParameters ? parameters : {}).map(
      ([name, one]) =>
        `  ${' '.repeat(width)}    ${name}: ${one.meaning} (${describeValues(one)}; default ${JSON.stringify(one.default)})`,
    ),
  ]);
  return ['', `Faults (${FAULTS.length}; docs/faults.md tells more):`, ...lines].join('\n');
}

async function listFaults(context: CommandContext, { emulator, json }: ListOptions): Promise<void> {
  const set = emulator === undefined ? [] : await setFaults(context, emulator);
  const rows = FAULTS.map((fault) => {
    const { id, title, effect, parameters } = fault;
    const { state, parameters: chosen } = set.find((one) => one.id === id) ?? {};
    return {
      id,
      title,
      effect,
      parameters,
      checks: checksOf(fault),
      ...(state === undefined ? {} : { state, chosen }),
    };
  });
  if (json === true) {
    context.out(`${JSON.stringify({ faults: rows }, null, 2)}\n`);
    return;
  }
  const width = Math.max(...rows.map(({ id }) => id.length));
  const lines = rows.map(({ id, title, state }) => {
    const mark = state === undefined ? '' : ` [${state}]`;
    return `${id.padEnd(width)}  ${title}${mark}\n`;
  });
  context.out(lines.join(''));
}

async function setFaults(context: CommandContext, emulator: string): Promise<readonly SetFault[]> {
  const answer = await askEmulator(context, emulator)('GET', '/faults');
  return (answer as { readonly faults: readonly SetFault[] }).faults;
}

async function setFault(context: CommandContext, id: string, options: SetOptions): Promise<void> {
  const { emulator, param, whenPossible = false, json } = options;
  const ask = askEmulator(context, emulator);
  const set = (await ask('POST', '/faults', { id, parameters: param, whenPossible })) as SetFault;
  if (json === true) context.out(`${JSON.stringify(set)}\n`);
  else if (set.state === 'active') context.out(`${id} is set\n`);
  else context.out(`${id} waits for what it would harm\n`);
}

async function clearFaults(
  context: CommandContext,
  id: string | undefined,
  { emulator, json }: ClearOptions,
): Promise<void> {
  const ask = askEmulator(context, emulator);
  const answer = await ask('DELETE', id === undefined ? '/faults' : `/faults/${id}`);
  const { cleared } = answer as { readonly cleared: readonly string[] };
  if (json === true) context.out(`${JSON.stringify({ cleared })}\n`);
  else if (cleared.length === 0) context.out('no fault was set\n');
  else context.out(cleared.map((one) => `${one} is taken back\n`).join(''));
}

function parameter(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name = '', value = ''] = /^([A-Za-z]+)=(.*)$/s.exec(text) ?? [];
  if (name === '') throw new InvalidArgumentError('give name=value.');
  return { ...before, [name]: value };
}
