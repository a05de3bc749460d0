import type { DeploymentManifest } from '../../../contract';
import type { Experiment, ExperimentContext, Observed } from '../experiment';
import { closeLake, openLake } from '../lake-firewall';
import { takeRole } from '../lake-role';
import { cameTrue } from '../settled';

/** As emulator/arm/resource-health.ts words a lake that was lost. */
const ASSUMED = {
  availabilityState: 'Degraded',
  reasonType: 'Unplanned',
  reasonChronicity: 'Persistent',
  detailedStatus: 'ConnectedStoreDegraded',
};

const LOSSES: Readonly<
  Record<string, (context: ExperimentContext, manifest: DeploymentManifest) => Promise<() => Promise<void>>>
> = {
  roleTaken: takeRole,
  firewallClosed: async (context, manifest) => {
    await closeLake(context, manifest, { resourceInstance: false, trustedServices: false });
    return () => openLake(context, manifest);
  },
};

const PATIENCE = { everyMs: 60_000, atMostMs: 40 * 60_000 };

type Id = 'as assumed' | 'other words' | 'no change' | 'undecided';

export const resourceHealthWords: Experiment<Id> = {
  id: 'resource-health-words',
  questions: ['resource-health-words'],
  measured:
    'the service’s role is taken, and given back; then the firewall is closed, and opened: each time what Resource ' +
    'Health and the activity log say until it changes, 40 minutes at most',
  answers: {
    'as assumed': {
      meaning: 'state, reason and status are those of the emulator',
      goesTo: [
        { file: 'docs/emulator-fidelity.md', change: 'row "Resource Health of a DICOM service": measured' },
      ],
    },
    'other words': {
      meaning: 'the state changes, and is worded otherwise',
      goesTo: [
        { file: 'emulator/arm/resource-health.ts', change: 'DETAILS, reasonType, reasonChronicity, titles' },
        { file: 'constructs/lake-monitoring.ts', change: 'which states and reasons the alert takes' },
        { file: 'docs/runbook/health.md', change: 'what Resource Health says' },
        { file: 'docs/emulator-fidelity.md', change: 'row "Resource Health of a DICOM service"' },
      ],
    },
    'no change': {
      meaning: 'Resource Health says nothing of a lost lake within 40 minutes',
      goesTo: [
        { file: 'verify/checks/health/resource-health.ts', change: 'severity, and what it is trusted for' },
        {
          file: 'constructs/lake-monitoring.ts',
          change: 'the alert on Resource Health is no alarm for the lake',
        },
        { file: 'docs/runbook/health.md', change: 'what Resource Health does not say' },
      ],
    },
    undecided: { meaning: 'the service was not Available to begin with', goesTo: [] },
  },
  rights: [],
  minutes: 160,
  operations: 0,
  deploysApart: 0,
  unpriced: [],
  onEmulator: { answers: 'as assumed' },
  run: async (context) => {
    const manifest = await context.deployment();
    const state = async (): Promise<string> => (await health(context, manifest))['availabilityState'] ?? '';
    const isWell = (): Promise<boolean> =>
      cameTrue(context, async () => (await state()) === 'Available', PATIENCE);
    const observed: Record<string, Observed[string]> = {};
    const answers: Id[] = [];
    for (const [loss, lose] of Object.entries(LOSSES)) {
      if (!(await isWell())) {
        answers.push('undecided');
        continue;
      }
      context.progress(`${loss}: waiting for Resource Health`);
      const start = context.clock.now();
      const restore = await lose(context, manifest);
      try {
        const changed = await cameTrue(context, async () => (await state()) !== 'Available', PATIENCE);
        const words = await health(context, manifest);
        for (const [name, value] of Object.entries(words)) observed[`${loss}.${name}`] = value;
        observed[`${loss}.minutes`] = Math.round((context.clock.now() - start) / 60_000);
        observed[`${loss}.causes`] = await causes(context, manifest, start);
        const isAssumed = Object.entries(ASSUMED).every(([name, value]) => words[name] === value);
        answers.push(!changed ? 'no change' : isAssumed ? 'as assumed' : 'other words');
      } finally {
        await restore();
      }
    }
    await isWell();
    const worst = (['undecided', 'no change', 'other words'] as const).find((one) => answers.includes(one));
    return { answer: worst ?? 'as assumed', observed };
  },
};

/** What is said now, without texts that name the service. */
async function health(
  { owned }: ExperimentContext,
  { dicomService }: DeploymentManifest,
): Promise<Readonly<Record<string, string>>> {
  const id = `${dicomService.id}/providers/Microsoft.ResourceHealth/availabilityStatuses/current`;
  const { properties = {} } = ((await owned.read(id, '2022-10-01')) ?? {}) as {
    readonly properties?: object;
  };
  const { availabilityState, reasonType, reasonChronicity, detailedStatus, title } = properties as Readonly<
    Record<string, unknown>
  >;
  const said = { availabilityState, reasonType, reasonChronicity, detailedStatus, title };
  return Object.fromEntries(
    Object.entries(said).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

/** Of the events in the activity log; it is told why where that cannot be read. */
async function causes(
  { owned, clock }: ExperimentContext,
  { subscriptionId, dicomService }: DeploymentManifest,
  since: number,
): Promise<readonly string[]> {
  const times = [since, clock.now()].map((time) => new Date(time).toISOString());
  const $filter = `eventTimestamp ge '${times[0]}' and eventTimestamp le '${times[1]}' and resourceUri eq '${dicomService.id}'`;
  const log = `/subscriptions/${subscriptionId}/providers/Microsoft.Insights/eventtypes/management/values`;
  try {
    const answer = await owned.read(log, '2015-04-01', { $filter });
    if (answer === undefined) return ['no activity log'];
    const events = (answer['value'] ?? []) as readonly {
      readonly category?: { readonly value?: string };
      readonly properties?: Readonly<Record<string, string>>;
    }[];
    return events.flatMap(({ category, properties: said = {} }) =>
      category?.value === 'ResourceHealth'
        ? [
            `${said['previousHealthStatus']} to ${said['currentHealthStatus']}: ${said['cause']}, ${said['type']}`,
          ]
        : [],
    );
  } catch (error) {
    return [`not read: ${(error as Error).message}`];
  }
}
