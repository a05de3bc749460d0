import { jsonReport } from '../../../verify';
import { ROWS } from '../../support/report-rows';
import { reportOf } from '../../support/verify-evidence';

test('the JSON report is the report, every finding of it, on lines of its own', () => {
  const report = reportOf(Object.values(ROWS), {
    leftovers: ['2.25.1'],
    probes: [{ id: 'lake.tier-census', durationMs: 12, error: 'UNREACHABLE' }],
  });
  const text = jsonReport(report);
  expect(JSON.parse(text)).toEqual(report);
  expect(text).toMatch(/^\{\n  "schemaVersion": 1,\n.*\}\n$/s);
});
