import type { HttpRequest } from '../http/exchange';

/** A request whose caller is known. */
export interface ArmCall {
  readonly request: HttpRequest;
  readonly path: string;
  /** Object id. */
  readonly caller: string;
  /** @throws ServiceFault where no role of the caller has the operation at the scope */
  readonly demand: (operation: string, scope: string) => void;
}
