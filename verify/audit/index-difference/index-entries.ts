import { type ChangeFeedEntry, type DicomWebClient, FEED_PAGE } from '../../clients/dicomweb';
import type { Clock } from '../../clock';
import { countText } from '../../quantity';
import { patiently } from '../patiently';

/** Pages that are asked for at once. */
const AT_ONCE = 8;
const PROGRESS_PAGES = 50;

export interface FeedRequest {
  readonly client: DicomWebClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
  readonly onEntry: (entry: ChangeFeedEntry) => void;
}

/**
 * Reads the whole change feed of a service, pages side by side: entries come in no order, each once.
 *
 * @returns how many there were
 */
export async function readIndexEntries(request: FeedRequest): Promise<number> {
  const { client, clock, signal, progress, onEntry } = request;
  const latest = await patiently(() => client.latestChange(), { clock, signal });
  // Sequences may have gaps, and grow meanwhile: there are no more entries than this that are old enough to matter.
  const most = latest?.sequence ?? 0;
  let next = 0;
  let entries = 0;
  let pages = 0;
  const worker = async (): Promise<void> => {
    for (let skipped = next; skipped < most; skipped = next) {
      next += FEED_PAGE;
      const page = await patiently(() => client.feedPage(skipped), { clock, signal });
      page.forEach(onEntry);
      entries += page.length;
      pages += 1;
      if (pages % PROGRESS_PAGES === 0)
        progress(`${countText(entries)} of ${countText(most)} entries of the index`);
      if (page.length < FEED_PAGE) return;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return entries;
}
