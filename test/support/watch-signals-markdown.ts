import {
  type AttributeDefinition,
  ATTRIBUTES,
  CHECK_EVENT,
  type MetricDefinition,
  METRICS,
  type SpanDefinition,
  SPANS,
} from '../../verify/watch/signals';

/** The part of docs/watch.md that lists what is sent. */
export function watchSignalsMarkdown(): string {
  const metrics: readonly MetricDefinition[] = Object.values(METRICS);
  const spans: readonly SpanDefinition[] = Object.values(SPANS);
  const attributes: readonly AttributeDefinition[] = Object.values(ATTRIBUTES);
  return [
    '### Metrics',
    '',
    '| metric | kind | unit | meaning | attributes |',
    '| --- | --- | --- | --- | --- |',
    ...metrics.map(
      (one) =>
        `| \`${one.name}\` | ${one.kind} | \`${one.unit}\` | ${one.description} | ${namesOf(one.attributes)} |`,
    ),
    '',
    '### Traces',
    '',
    '| span | meaning | attributes |',
    '| --- | --- | --- |',
    ...spans.map(
      ({ name, description, attributes: own }) => `| \`${name}\` | ${description} | ${namesOf(own)} |`,
    ),
    '',
    `The span of a run has an event \`${CHECK_EVENT.name}\` for each check that warns, fails or is inconclusive, waived or not, with`,
    `${namesOf(CHECK_EVENT.attributes)}.`,
    '',
    '### Attributes',
    '',
    '| attribute | meaning |',
    '| --- | --- |',
    ...attributes.map(({ name, description }) => `| \`${name}\` | ${description} |`),
    '',
  ].join('\n');
}

function namesOf(attributes: readonly AttributeDefinition[]): string {
  return attributes.map(({ name }) => `\`${name}\``).join(', ');
}
