import type { LoadReport, MemorySample } from './run-load';

const PROBLEMS_SHOWN = 20;
/** So many points of time show whether memory grows. */
const MEMORY_LINES = 12;

/** A report for people. */
export function loadText(report: LoadReport): string {
  const { seconds, kills, requests, operations, memory, restartMs, checked, problems } = report;
  const rows = operations.map(
    ({ name, count, perSecond, p50Ms, p99Ms }) =>
      `  ${name.padEnd(30)}${String(count).padStart(9)}${[perSecond, p50Ms, p99Ms].map((one) => one.toFixed(1).padStart(9)).join('')}`,
  );
  const verdict =
    problems.length === 0
      ? 'Everything acknowledged was there and identical, and nothing else.'
      : [`${problems.length} problems:`, ...problems.slice(0, PROBLEMS_SHOWN).map((one) => `  ${one}`)].join(
          '\n',
        );
  return [
    `${requests} requests in ${Math.round(seconds)} s (${(requests / seconds).toFixed(0)} a second), killed ${kills} times`,
    '',
    `  ${'request'.padEnd(30)}${'count'.padStart(9)}${'a second'.padStart(9)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}`,
    ...rows,
    '',
    'Resident memory:',
    ...spread(memory).map(
      ({ atSeconds, run, residentBytes }) =>
        `  ${`${Math.round(atSeconds)} s`.padStart(7)}  run ${run}  ${Math.round(residentBytes / 2 ** 20)} MiB`,
    ),
    '',
    `Ready again after ${restartMs.map((ms) => `${Math.round(ms)} ms`).join(', ')}`,
    `Compared at the end: ${checked.things} instances, files and resources, ${checked.changes} changes, ${checked.contents} contents`,
    verdict,
    '',
  ].join('\n');
}

function spread(samples: readonly MemorySample[]): readonly MemorySample[] {
  const step = Math.max(1, Math.floor(samples.length / MEMORY_LINES));
  return samples.filter((_, at) => at % step === step - 1);
}
