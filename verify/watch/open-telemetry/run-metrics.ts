import type { Attributes, Counter, Histogram, Meter, ObservableResult } from '@opentelemetry/api';
import type { TierCensus } from '../../evidence/tiers';
import { shownOutcome, type ShownOutcome } from '../../reporters/shown-outcome';
import { ATTRIBUTES, type MetricDefinition, METRICS } from '../signals';
import type { ReportedRun, WatchRun } from '../watch-run';

const OUTCOMES: readonly ShownOutcome[] = [
  'pass',
  'warn',
  'fail',
  'inconclusive',
  'not-applicable',
  'waived',
];

/** Turns runs into the metrics of signals.ts. Keeps the last report and nothing else. */
export class RunMetrics {
  private readonly runs: Counter;
  private readonly runDuration: Histogram;
  private readonly probeDuration: Histogram;
  private last: ReportedRun | undefined;

  public constructor(
    private readonly meter: Meter,
    private readonly address: string,
  ) {
    this.runs = meter.createCounter(METRICS.runs.name, optionsOf(METRICS.runs));
    this.runDuration = meter.createHistogram(METRICS.runDuration.name, optionsOf(METRICS.runDuration));
    this.probeDuration = meter.createHistogram(METRICS.probeDuration.name, optionsOf(METRICS.probeDuration));
    this.observe(METRICS.lastRun, (run, result) =>
      result.observe((run.startedAt + run.durationMs) / 1000, this.with({})),
    );
    this.observe(METRICS.checkStatus, (run, result) => this.observeChecks(run, result));
    this.observe(METRICS.healthFileAge, ({ evidence }, result) => {
      const gathered = evidence['lake.health-file'];
      const age = gathered?.state === 'had' ? gathered.evidence.newestAgeSeconds : undefined;
      if (age !== undefined) result.observe(age, this.with({}));
    });
    this.observe(METRICS.fileCount, (run, result) => this.observeTiers(run, result, 'count'));
    this.observe(METRICS.fileSize, (run, result) => this.observeTiers(run, result, 'bytes'));
    this.observe(METRICS.leftovers, ({ report }, result) =>
      result.observe(report.leftovers.length, this.with({})),
    );
  }

  public record(run: WatchRun): void {
    const attributes = this.with({ [ATTRIBUTES.runOutcome.name]: run.outcome });
    this.runs.add(1, attributes);
    this.runDuration.record(run.durationMs / 1000, attributes);
    if (run.outcome === 'error') {
      // What the last report said may be true no more.
      this.last = undefined;
      return;
    }
    if (run.outcome === 'interrupted') return;
    for (const { id, durationMs, error } of run.report.probes) {
      this.probeDuration.record(
        durationMs / 1000,
        this.with({
          [ATTRIBUTES.probeId.name]: id,
          ...(error === undefined ? {} : { [ATTRIBUTES.errorType.name]: error }),
        }),
      );
    }
    this.last = run;
  }

  private observeChecks({ report }: ReportedRun, result: ObservableResult): void {
    for (const row of report.rows) {
      const { id, severity } = row;
      for (const one of OUTCOMES) {
        result.observe(
          one === shownOutcome(row) ? 1 : 0,
          this.with({
            [ATTRIBUTES.checkId.name]: id,
            [ATTRIBUTES.checkSeverity.name]: severity,
            [ATTRIBUTES.checkOutcome.name]: one,
          }),
        );
      }
    }
  }

  private observeTiers(
    { evidence }: ReportedRun,
    result: ObservableResult,
    what: Exclude<keyof TierCensus['tiers'][number], 'tier'>,
  ): void {
    const gathered = evidence['lake.tier-census'];
    if (gathered?.state !== 'had') return;
    for (const sums of gathered.evidence.tiers)
      result.observe(sums[what], this.with({ [ATTRIBUTES.tier.name]: sums.tier }));
  }

  /** Registers a metric that is read from the last report whenever metrics are sent. */
  private observe(
    definition: MetricDefinition,
    read: (run: ReportedRun, result: ObservableResult) => void,
  ): void {
    const instrument = this.meter.createObservableGauge(definition.name, optionsOf(definition));
    instrument.addCallback((result) => {
      if (this.last !== undefined) read(this.last, result);
    });
  }

  private with(attributes: Attributes): Attributes {
    return { [ATTRIBUTES.serverAddress.name]: this.address, ...attributes };
  }
}

function optionsOf({ unit, description, buckets }: MetricDefinition): object {
  return {
    unit,
    description,
    ...(buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } }),
  };
}
