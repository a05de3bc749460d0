import { SystemClock } from '../../verify';

/** Waits up to 5 seconds for the service to remove the files of deleted images, which it does by and by. */
export async function expectFilesRemoved(list: () => Promise<readonly string[]>): Promise<void> {
  const clock = new SystemClock();
  for (let tries = 0; tries < 100 && (await list()).length > 0; tries += 1) await clock.sleep(50);
  expect(await list()).toEqual([]);
}
