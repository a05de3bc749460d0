import { RUN_OUTCOMES } from './watch-run';

export interface AttributeDefinition {
  readonly name: string;
  readonly description: string;
}

export interface MetricDefinition {
  readonly name: string;
  readonly kind: 'counter' | 'histogram' | 'gauge';
  /** In UCUM, as OpenTelemetry wants it. */
  readonly unit: string;
  readonly description: string;
  readonly attributes: readonly AttributeDefinition[];
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

export interface SpanDefinition {
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly AttributeDefinition[];
}

/** Every attribute that is sent. Those without the prefix are OpenTelemetry's own. */
export const ATTRIBUTES = {
  serverAddress: { name: 'server.address', description: 'host of the DICOM service that is watched' },
  runOutcome: { name: 'dicom_lake.run.outcome', description: listed(RUN_OUTCOMES) },
  runNumber: { name: 'dicom_lake.run.number', description: 'counted from 1 since the watch began' },
  checkId: { name: 'dicom_lake.check.id', description: 'as in docs/checks.md' },
  checkOutcome: {
    name: 'dicom_lake.check.outcome',
    description:
      'pass, warn, fail, inconclusive or not-applicable, or waived where all that was found is waived',
  },
  checkSeverity: { name: 'dicom_lake.check.severity', description: 'blocker, major or minor' },
  checkReason: { name: 'dicom_lake.check.reason', description: 'the reason that the report gives' },
  checkWaivedUntil: {
    name: 'dicom_lake.check.waived_until',
    description: 'the last day of the waiver, in UTC; absent where the check is not waived',
  },
  probeId: {
    name: 'dicom_lake.probe.id',
    description: 'the evidence that is gathered, as in docs/checks.md',
  },
  errorType: {
    name: 'error.type',
    description: 'why there is no evidence, as a code; of a run without a report, the kind of the error',
  },
  tier: { name: 'dicom_lake.access_tier', description: 'Hot, Cool, Cold or Archive' },
  manifest: { name: 'dicom_lake.manifest.sha256', description: 'SHA-256 of the manifest' },
  waiversUsable: {
    name: 'dicom_lake.waivers.usable',
    description:
      'false where the file of waivers could not be used, so that nothing was waived; absent where there is none',
  },
  evidence: { name: 'dicom_lake.evidence.sha256', description: 'SHA-256 of the evidence that was judged' },
} as const satisfies Record<string, AttributeDefinition>;

const { serverAddress, runOutcome, checkId, checkOutcome, checkSeverity, probeId, errorType, tier } =
  ATTRIBUTES;

/** Every metric of the watch. */
export const METRICS = {
  runs: {
    name: 'dicom_lake.runs',
    kind: 'counter',
    unit: '{run}',
    description: 'Runs that have ended.',
    attributes: [serverAddress, runOutcome],
  },
  runDuration: {
    name: 'dicom_lake.run.duration',
    kind: 'histogram',
    unit: 's',
    description: 'How long a run took.',
    attributes: [serverAddress, runOutcome],
    buckets: [1, 2.5, 5, 10, 30, 60, 90, 120, 300, 600, 900, 1800],
  },
  lastRun: {
    name: 'dicom_lake.run.last_end_time',
    kind: 'gauge',
    unit: 's',
    description: 'When the last run with a report ended, in seconds since 1970.',
    attributes: [serverAddress],
  },
  checkStatus: {
    name: 'dicom_lake.check.status',
    kind: 'gauge',
    unit: '{check}',
    description: 'For each check and each outcome: 1 where it is the outcome of the last report, else 0.',
    attributes: [serverAddress, checkId, checkSeverity, checkOutcome],
  },
  probeDuration: {
    name: 'dicom_lake.probe.duration',
    kind: 'histogram',
    unit: 's',
    description: 'How long it took to gather one kind of evidence.',
    attributes: [serverAddress, probeId, errorType],
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 90, 120, 300, 600, 900],
  },
  healthFileAge: {
    name: 'dicom_lake.health_file.age',
    kind: 'gauge',
    unit: 's',
    description:
      'Age of the newest health file of the DICOM service, when it was last looked for; absent where none was seen.',
    attributes: [serverAddress],
  },
  fileCount: {
    name: 'dicom_lake.file.count',
    kind: 'gauge',
    unit: '{file}',
    description:
      'Files of the DICOM service in the lake, when they were last counted; among them may be an image of the watch itself.',
    attributes: [serverAddress, tier],
  },
  fileSize: {
    name: 'dicom_lake.file.size',
    kind: 'gauge',
    unit: 'By',
    description: 'Bytes in those files.',
    attributes: [serverAddress, tier],
  },
  leftovers: {
    name: 'dicom_lake.leftover.count',
    kind: 'gauge',
    unit: '{study}',
    description: 'Studies of the watch itself that could not be deleted yet.',
    attributes: [serverAddress],
  },
} as const satisfies Record<string, MetricDefinition>;

/** Every span of a run. */
export const SPANS = {
  run: {
    name: 'dicom-lake verify',
    description:
      'One run, the root of its trace. Its status is an error where a check failed and is not waived, or where there is no report.',
    attributes: [
      serverAddress,
      ATTRIBUTES.runNumber,
      runOutcome,
      ATTRIBUTES.manifest,
      ATTRIBUTES.evidence,
      ATTRIBUTES.waiversUsable,
      errorType,
    ],
  },
  probe: {
    name: 'gather',
    description:
      'One kind of evidence; the name is followed by its id. Its status is an error where there is none.',
    attributes: [probeId, errorType],
  },
} as const satisfies Record<string, SpanDefinition>;

/** The event on the span of a run for each check that warns, fails or is inconclusive, waived or not. */
export const CHECK_EVENT = {
  name: 'dicom_lake.check',
  attributes: [checkId, checkSeverity, checkOutcome, ATTRIBUTES.checkReason, ATTRIBUTES.checkWaivedUntil],
} as const satisfies Omit<SpanDefinition, 'description'>;

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
