import { ROOT_CONTEXT, type Span, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { shownOutcome } from '../../reporters/shown-outcome';
import { ATTRIBUTES, CHECK_EVENT, SPANS } from '../signals';
import { nameOf } from '../run-text';
import { isWell, type ReportedRun, type WatchRun } from '../watch-run';

/** Turns a run that has ended into the spans of signals.ts. */
export function traceRun(run: WatchRun, tracer: Tracer, address: string): void {
  const startTime = new Date(run.startedAt);
  const endTime = new Date(run.startedAt + run.durationMs);
  const span = tracer.startSpan(SPANS.run.name, { startTime }, ROOT_CONTEXT);
  span.setAttributes({
    [ATTRIBUTES.serverAddress.name]: address,
    [ATTRIBUTES.runNumber.name]: run.number,
    [ATTRIBUTES.runOutcome.name]: run.outcome,
  });
  if (run.outcome === 'error') {
    span.setAttribute(ATTRIBUTES.errorType.name, nameOf(run.error));
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'the run ended without a report' });
  } else {
    describeReport(span, run, endTime);
    traceProbes(run, tracer, span);
  }
  span.end(endTime);
}

function describeReport(span: Span, { report, waiverProblem }: ReportedRun, time: Date): void {
  const { manifestSha256, evidenceSha256, counts, rows, waivers } = report;
  span.setAttribute(ATTRIBUTES.evidence.name, evidenceSha256);
  if (manifestSha256 !== undefined) span.setAttribute(ATTRIBUTES.manifest.name, manifestSha256);
  if (waivers !== undefined || waiverProblem !== undefined)
    span.setAttribute(ATTRIBUTES.waiversUsable.name, waiverProblem === undefined);
  for (const row of rows.filter(({ outcome }) => !isWell(outcome))) {
    const { id, severity, reason = '', waived } = row;
    span.addEvent(
      CHECK_EVENT.name,
      {
        [ATTRIBUTES.checkId.name]: id,
        [ATTRIBUTES.checkSeverity.name]: severity,
        [ATTRIBUTES.checkOutcome.name]: shownOutcome(row),
        [ATTRIBUTES.checkReason.name]: reason,
        ...(waived === undefined ? {} : { [ATTRIBUTES.checkWaivedUntil.name]: waived.until }),
      },
      time,
    );
  }
  if (counts.fail > 0) {
    const ids = rows.filter((row) => shownOutcome(row) === 'fail').map(({ id }) => id);
    span.setStatus({ code: SpanStatusCode.ERROR, message: `failed: ${ids.join(', ')}` });
  }
}

/** Probes run side by side, from the start of the run. */
function traceProbes({ report }: ReportedRun, tracer: Tracer, root: Span): void {
  const started = Date.parse(report.startedAt);
  for (const { id, durationMs, error } of report.probes) {
    const span = tracer.startSpan(
      `${SPANS.probe.name} ${id}`,
      { startTime: new Date(started), attributes: { [ATTRIBUTES.probeId.name]: id } },
      trace.setSpan(ROOT_CONTEXT, root),
    );
    if (error !== undefined) {
      span.setAttribute(ATTRIBUTES.errorType.name, error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: 'the evidence could not be had' });
    }
    span.end(new Date(started + durationMs));
  }
}
