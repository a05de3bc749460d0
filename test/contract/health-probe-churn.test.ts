import { healthProbeChurn } from '../../contract';

test.each([
  [0, 0],
  [7, 20_160],
  [365, 1_051_200],
])('with %s days of soft delete the health probe keeps %s deleted files', (days, softDeletedFiles) => {
  expect(healthProbeChurn(days)).toEqual({ filesPerDay: 2880, operationsPerDay: 8640, softDeletedFiles });
});
