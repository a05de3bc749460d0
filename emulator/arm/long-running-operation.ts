import { randomUUID } from 'node:crypto';
import { ServiceFault } from '../fault';
import type { HttpRequest } from '../http/exchange';
import type { Body } from './resource-type';

const STATUS_PATH = /^\/subscriptions\/[^/]+\/providers\/[^/]+\/locations\/[^/]+\/operations\/([^/]+)$/i;
const AT_ONCE = { 'Retry-After': '0' };

/**
 * The operations that writes start. All have ended by the time somebody asks, and are kept for as long as the
 * emulator runs: a client takes a 404 for "still running" and would wait for ever.
 */
export class LongRunningOperations {
  private readonly started = new Set<string>();

  /** @returns the headers that tell a client where to ask, and not to wait before it does */
  public start(request: HttpRequest, resourceType: string): Readonly<Record<string, string>> {
    const operation = randomUUID();
    this.started.add(operation);
    const [, subscription = ''] = /^\/subscriptions\/([^/]+)/i.exec(request.url.pathname) ?? [];
    const namespace = resourceType.split('/')[0] ?? '';
    const status = new URL(
      `/subscriptions/${subscription}/providers/${namespace}/locations/emulator/operations/${operation}`,
      request.url,
    );
    status.searchParams.set('api-version', request.url.searchParams.get('api-version') ?? '');
    return { 'Azure-AsyncOperation': status.href, ...AT_ONCE };
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
}
