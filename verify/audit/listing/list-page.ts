import { AUDIENCES, type DeploymentManifest } from '../../../contract';
import { type AzureConnection, reachable } from '../../clients/azure';
import { httpSender } from '../../clients/http';
import { ServiceRefusal, UnreadableAnswer } from '../../error';
import type { NameRange } from './name-range';
import { type EntryTaker, type ListedPage, PageParser } from './page-parser';

/** The first version that begins a listing at a name, and one that every Azure knows. */
const VERSIONS = { byName: '2026-02-06', byFolder: '2023-11-03' } as const;

/** As many as Azure gives in one answer. */
export const PAGE_SIZE = 5_000;

/**
 * The next page of a range: a page may go on beyond its end.
 *
 * @throws ServiceRefusal, UnreadableAnswer or EvidenceError
 */
export type ListPage = (range: NameRange, entries: EntryTaker, signal: AbortSignal) => Promise<ListedPage>;

/** Lists the container of a deployment, a page at a time. @param pageSize entries, up to PAGE_SIZE */
export function pageLister(
  { lake }: DeploymentManifest,
  { credential, ca }: AzureConnection,
  pageSize: number,
): ListPage {
  const send = httpSender({
    ...(ca === undefined ? {} : { ca }),
    token: { credential, scope: `${AUDIENCES.storage}/.default` },
  });
  const container = `${reachable(lake.blobEndpoint).replace(/\/$/, '')}/${lake.containerName}`;
  return async (range, entries, signal) => {
    const parser = new PageParser(entries);
    const answer = await send({
      method: 'GET',
      url: `${container}?${parametersOf(range, pageSize).toString()}`,
      headers: {
        'x-ms-version': range.from === undefined ? VERSIONS.byFolder : VERSIONS.byName,
        Accept: 'application/xml',
      },
      signal,
      onChunk: (chunk) => parser.write(chunk),
    });
    if (answer.status !== 200)
      throw new ServiceRefusal('lake', OPERATION, answer.status, answer.header('x-ms-error-code'));
    try {
      return parser.end();
    } catch (cause) {
      throw new UnreadableAnswer(OPERATION, (cause as Error).message, { cause });
    }
  };
}

const OPERATION = 'listing the files of the lake';

function parametersOf(
  { prefix, from, marker, byHierarchy = false }: NameRange,
  pageSize: number,
): URLSearchParams {
  return new URLSearchParams({
    restype: 'container',
    comp: 'list',
    maxresults: String(pageSize),
    prefix,
    ...(from === undefined ? {} : { startFrom: from }),
    ...(marker === undefined ? {} : { marker }),
    ...(byHierarchy ? { delimiter: '/' } : {}),
  });
}
