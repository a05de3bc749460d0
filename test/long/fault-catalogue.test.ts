import { explainServiceError } from '../../contract';
import { FAULTS } from '../../emulator';
import { FaultBench, type Seen } from '../emulator/faults/fault-bench';
import { WITNESSES } from '../emulator/faults/witnesses';

test('the catalogue has at least forty faults, each with a witness for every symptom', () => {
  expect(FAULTS.length).toBeGreaterThanOrEqual(40);
  expect(Object.keys(WITNESSES).sort()).toEqual(FAULTS.map(({ id }) => id).sort());
});

test.each(FAULTS)('$id is explained: every status and code it leads to is known', ({ symptoms }) => {
  for (const symptom of symptoms) {
    if ('seen' in symptom) continue;
    const { plane, status, code } = symptom;
    const explained = explainServiceError(plane, status, code);
    expect({ plane, status, code, known: explained?.code }).toEqual({ plane, status, code, known: code });
  }
});

test.each(FAULTS)('$id: not there before, there once it is set, gone once it is cleared', async (fault) => {
  const { prepare, parameters, observers } = WITNESSES[fault.id];
  expect(observers).toHaveLength(fault.symptoms.length);
  await using bench = await FaultBench.start();
  await prepare?.(bench);
  const look = async (): Promise<readonly Seen[]> => {
    const seen: Seen[] = [];
    for (const observe of observers) seen.push(await observe(bench));
    return seen;
  };
  const wells = fault.symptoms.map(() => 'well');
  expect(await look()).toEqual(wells);

  expect(await bench.faults.set(fault.id, parameters)).toMatchObject({ id: fault.id, state: 'active' });
  expect(bench.faults.active().map(({ id }) => id)).toEqual([fault.id]);
  expect(await look()).toMatchObject(
    fault.symptoms.map((symptom) =>
      'seen' in symptom
        ? 'ill'
        : { status: symptom.status, ...(symptom.code === undefined ? {} : { code: symptom.code }) },
    ),
  );

  expect(await bench.faults.clear(fault.id)).toEqual([fault.id]);
  expect(bench.faults.active()).toEqual([]);
  expect(await look()).toEqual(wells);
});
