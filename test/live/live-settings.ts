import { parseArgs } from 'node:util';
import { NAME_RULES } from '../../contract';
import { EXPERIMENTS } from './experiments';

const LIVE_COMMANDS = ['plan', 'run', 'clean-up', 'report'] as const;

export type LiveCommand = (typeof LIVE_COMMANDS)[number];

/** Where a run may work; nothing of it has a default. */
export interface LivePlace {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly location: string;
  readonly group: string;
}

export type LiveSettings =
  | { readonly command: 'plan'; readonly folder: string; readonly only: readonly string[] }
  | { readonly command: 'report'; readonly folder: string; readonly only: readonly string[] }
  | {
      readonly command: 'run' | 'clean-up';
      readonly folder: string;
      readonly only: readonly string[];
      readonly place: LivePlace;
    };

export type LiveSettingsResult =
  | { readonly ok: true; readonly settings: LiveSettings }
  | { readonly ok: false; readonly problems: readonly string[] };

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const VARIABLES = {
  tenantId: ['DICOM_LAKE_LIVE_TENANT', GUID, 'the id of the tenant, a lower-case GUID'],
  subscriptionId: ['DICOM_LAKE_LIVE_SUBSCRIPTION', GUID, 'the id of the subscription, a lower-case GUID'],
  location: ['DICOM_LAKE_LIVE_LOCATION', /^[a-z0-9]{3,40}$/, 'a region such as westeurope'],
  group: [
    'DICOM_LAKE_LIVE_GROUP',
    /^[a-z][a-z0-9-]{2,59}$/,
    'a resource group that does not exist yet: 3 to 60 lower-case letters, digits or dashes, a letter first',
  ],
} as const satisfies Record<keyof LivePlace, readonly [string, RegExp, string]>;

/** Reads what a run was asked to do; everything that is wrong with it at once. */
export function readLiveSettings(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): LiveSettingsResult {
  const problems: string[] = [];
  const { command, confirm, folder, only } = readArguments(args, problems);
  const place: Partial<Record<keyof LivePlace, string>> = {};
  if (command === 'run' || command === 'clean-up') {
    for (const key of Object.keys(VARIABLES) as (keyof LivePlace)[]) {
      const [name, pattern, allowed] = VARIABLES[key];
      const value = environment[name] ?? '';
      place[key] = value;
      if (!pattern.test(value))
        problems.push(
          `${name} must be ${allowed}, got ${value === '' ? 'nothing' : `'${value}'`}; export it`,
        );
    }
    const { subscriptionId = '', group = '' } = place;
    if (subscriptionId === '' || group === '' || confirm !== `${subscriptionId}/${group}`)
      problems.push(
        '--confirm must name subscription and resource group again, as ' +
          `'${subscriptionId || 'SUBSCRIPTION'}/${group || 'GROUP'}', got ` +
          `${confirm === undefined ? 'nothing' : `'${confirm}'`}; give it if this may be spent there`,
      );
  }
  if (problems.length > 0) return { ok: false, problems };
  if (command === 'plan' || command === 'report') return { ok: true, settings: { command, folder, only } };
  return { ok: true, settings: { command, folder, only, place: place as LivePlace } };
}

interface ReadArguments {
  readonly command: LiveCommand;
  readonly confirm: string | undefined;
  readonly folder: string;
  readonly only: readonly string[];
}

function readArguments(args: readonly string[], problems: string[]): ReadArguments {
  const options = {
    confirm: { type: 'string' },
    folder: { type: 'string', default: 'out/live' },
    only: { type: 'string', default: '' },
  } as const;
  const nothing: ReadArguments = { command: 'plan', confirm: undefined, folder: 'out/live', only: [] };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [command = 'plan', ...more] = positionals;
    const known = LIVE_COMMANDS.find((one) => one === command);
    if (known === undefined || more.length > 0)
      problems.push(
        `the command must be one of ${LIVE_COMMANDS.join(', ')}, got '${positionals.join(' ')}'; name one`,
      );
    const only = values.only.split(',').filter((id) => id !== '');
    const ids = EXPERIMENTS.map(({ id }) => id);
    for (const id of only.filter((one) => !ids.includes(one)))
      problems.push(`--only must name experiments out of ${ids.join(', ')}, got '${id}'; correct it`);
    return { command: known ?? 'plan', confirm: values.confirm, folder: values.folder, only };
  } catch (error) {
    problems.push((error as Error).message);
    return nothing;
  }
}

/** As {@link NAME_RULES} has it for what is made of the group's name. */
export function groupApartOf(group: string): string {
  const name = `${group}-apart`;
  if (!NAME_RULES.resourceGroup.pattern.test(name)) throw new Error(`'${name}' is no name of a group`);
  return name;
}
