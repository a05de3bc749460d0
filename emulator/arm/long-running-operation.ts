import { randomUUID } from 'node:crypto';
import type { StateStore, StateTable } from '../domain/state-store';
import { ServiceFault } from '../fault';
import type { HttpRequest } from '../http/exchange';
import type { Body } from './resource-type';

const STATUS_PATH = /^\/subscriptions\/[^/]+\/providers\/[^/]+\/locations\/[^/]+\/operations\/([^/]+)$/i;
const AT_ONCE = { 'Retry-After': '0' };

/** An operation as it survives a restart. */
interface Operation {
  readonly startedAt: number;
}

/**
 * The operations that requests start. All have ended by the time somebody asks, and are kept for good, also over a
 * restart: a client takes a 404 for "still running" and would wait for ever.
 */
export class LongRunningOperations {
  private readonly started: Set<string>;
  private readonly rows: StateTable<Operation>;

  public constructor(state: StateStore) {
    this.rows = state.table('operations');
    this.started = new Set(this.rows.rows().map(([operation]) => operation));
  }

  /** @returns the headers of a write: where to ask, and not to wait before that */
  public startWrite(request: HttpRequest, resourceType: string): Readonly<Record<string, string>> {
    return { 'Azure-AsyncOperation': this.start(request, resourceType), ...AT_ONCE };
  }

  /** @returns the headers of a deletion that is answered with 202 */
  public startDeletion(request: HttpRequest, resourceType: string): Readonly<Record<string, string>> {
    return { Location: this.start(request, resourceType), ...AT_ONCE };
  }

  /**
   * Status of the operation that a path names; undefined where it names none.
   *
   * @throws ServiceFault where nobody started the operation
   */
  public statusAt(path: string): { readonly body: Body; readonly headers: typeof AT_ONCE } | undefined {
    const operation = STATUS_PATH.exec(path)?.[1];
    if (operation === undefined) return undefined;
    if (!this.started.has(operation)) {
      throw new ServiceFault(404, 'OperationNotFound', `There is no operation '${operation}'.`);
    }
    return { body: { name: operation, status: 'Succeeded' }, headers: AT_ONCE };
  }

  private start(request: HttpRequest, resourceType: string): string {
    const operation = randomUUID();
    this.started.add(operation);
    this.rows.put(operation, { startedAt: request.receivedAt });
    const [, subscription = ''] = /^\/subscriptions\/([^/]+)/i.exec(request.url.pathname) ?? [];
    const namespace = resourceType.split('/')[0] ?? '';
    const status = new URL(
      `/subscriptions/${subscription}/providers/${namespace}/locations/emulator/operations/${operation}`,
      request.url,
    );
    status.searchParams.set('api-version', request.url.searchParams.get('api-version') ?? '');
    return status.href;
  }
}
