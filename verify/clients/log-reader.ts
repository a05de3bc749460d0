import { ServiceRefusal, UnreadableAnswer } from '../error';
import { type ArmBody, objectIn, objectsIn, textIn, parseArmBody } from './arm-body';
import type { SendHttp } from './http';

/** One row of a result, by the names of its columns. */
export type LogRow = Readonly<Record<string, unknown>>;

const OPERATION = 'a query of logs';

/**
 * Queries the logs of one resource, in whichever Log Analytics workspaces they are kept. Whoever may read the resource
 * may do so, unless a workspace was made to ask for permissions of its own.
 *
 * Not by Azure's SDK (@azure/monitor-query-logs 1.0.0), which cannot be interrupted.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/api/azure-resource-queries
 */
export class LogReader {
  public constructor(
    private readonly send: SendHttp,
    /** Without a version, and without a slash at the end. */
    private readonly endpoint: string,
  ) {}

  /**
   * @param resourceId with the slash at its beginning
   * @param query in the Kusto query language
   * @throws ServiceRefusal where it is answered anything but 200; UnreadableAnswer where that is no table, or a part of
   * one only
   */
  public async query(resourceId: string, query: string, signal?: AbortSignal): Promise<readonly LogRow[]> {
    const answer = await this.send({
      method: 'POST',
      url: `${this.endpoint}/v1${resourceId}/query`,
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from(JSON.stringify({ query })),
      ...(signal === undefined ? {} : { signal }),
    });
    const body = parseArmBody(answer.body);
    if (answer.status !== 200) {
      const code = body === undefined ? undefined : textIn(objectIn(body, 'error'), 'code');
      throw new ServiceRefusal('logs', OPERATION, answer.status, code);
    }
    if (body === undefined) throw new UnreadableAnswer(OPERATION, 'it is no JSON object');
    if (body['error'] !== undefined)
      throw new UnreadableAnswer(OPERATION, 'it holds a part of the result only');
    return rowsOf(body);
  }
}

function rowsOf(body: ArmBody): readonly LogRow[] {
  const [table] = objectsIn(body, 'tables');
  const rows = table?.['rows'];
  if (table === undefined || !Array.isArray(rows)) throw new UnreadableAnswer(OPERATION, 'it has no table');
  const names = objectsIn(table, 'columns').map((column) => textIn(column, 'name') ?? '');
  return rows.map((row: unknown) => {
    if (!Array.isArray(row)) throw new UnreadableAnswer(OPERATION, 'a row is no list');
    return Object.fromEntries(names.map((name, at) => [name, row[at] as unknown]));
  });
}
