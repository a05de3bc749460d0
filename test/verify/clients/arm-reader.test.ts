import { ArmReader } from '../../../verify/clients/arm-reader';
import type { HttpAnswer } from '../../../verify/clients/http';

/** Answers 200 with the number of the request, or what is given in its place. */
function countingReader(statuses: readonly number[] = []): { arm: ArmReader; sent: string[] } {
  const sent: string[] = [];
  const arm = new ArmReader(({ url }): Promise<HttpAnswer> => {
    sent.push(new URL(url).pathname);
    const body = { number: sent.length, value: [] };
    const status = statuses[sent.length - 1] ?? 200;
    return Promise.resolve({ status, header: () => undefined, body: Buffer.from(JSON.stringify(body)) });
  }, 'https://arm.example');
  return { arm, sent };
}

test('within a run every probe that reads a resource gets the one answer, also while it is under way', async () => {
  const { arm, sent } = countingReader();
  const run = arm.forOneRun();
  const [one, two] = await Promise.all([run.get('/a', '1'), run.get('/a', '1')]);
  expect([one, two, await run.get('/a', '1')]).toEqual([one, one, one]);
  expect(sent).toEqual(['/a']);
  await run.get('/a', '2');
  await run.get('/a', '1', undefined, { $expand: 'x' });
  expect(sent).toHaveLength(3);
});

test('the next run asks anew, and so does who asks outside of one', async () => {
  const { arm, sent } = countingReader();
  await arm.forOneRun().get('/a', '1');
  await arm.forOneRun().get('/a', '1');
  await arm.get('/a', '1');
  await arm.get('/a', '1');
  expect(sent).toHaveLength(4);
});

test('a refusal is not kept, so that whoever waits for a role sees it count', async () => {
  const { arm, sent } = countingReader([403, 403]);
  const run = arm.forOneRun();
  await expect(run.get('/a', '1')).rejects.toMatchObject({ status: 403 });
  await expect(Promise.all([run.get('/a', '1'), run.get('/a', '1')])).rejects.toMatchObject({ status: 403 });
  expect(await run.get('/a', '1')).toMatchObject({ number: 3 });
  expect(sent).toHaveLength(3);
});

test('lists are always sent', async () => {
  const { arm, sent } = countingReader();
  const run = arm.forOneRun();
  await run.list('/roles', '1');
  await run.list('/roles', '1');
  expect(sent).toHaveLength(2);
});
