import type { Authenticate, Authorize } from '../domain/authorizer';
import type { DicomTrouble, StoreRefusal } from '../domain/dicom-trouble';
import type { TokenTrouble } from '../entra/token-trouble';
import type { ServiceFault } from '../fault';
import type { Handler, HttpRequest, HttpResponse } from '../http/exchange';
import type { Undo } from './fault-definition';

/** A plane that can be made to misbehave. */
export type FaultyPlane = 'arm' | 'entra' | 'storage' | 'dicom' | 'logs';

/** Stands before a plane: answers itself, or passes the request on and changes what comes back. */
export type Interception = (request: HttpRequest, next: Handler) => Promise<HttpResponse>;

/** Refuses a call to a lake, whoever makes it over whatever way; undefined lets it pass. */
export type LakeRefusal = (call: {
  readonly principalId: string;
  /** ARM id of the container, or of the account. */
  readonly scope: string;
}) => ServiceFault | undefined;

/** Where faults that are no state of Azure take hold. Without faults every hook is empty. */
export class FaultHooks {
  private readonly interceptions: Readonly<Record<FaultyPlane, Set<Interception>>> = {
    arm: new Set(),
    entra: new Set(),
    storage: new Set(),
    dicom: new Set(),
    logs: new Set(),
  };
  private readonly lakeRefusals = new Set<LakeRefusal>();
  private readonly afterRequests = new Set<() => Promise<void>>();
  private readonly storeRefusals = new Set<StoreRefusal>();
  private readonly stoppedHealthWriters = new Set<string>();
  private readonly feedDelays = new Map<string, number>();
  private readonly openContainers = new Set<string>();
  private readonly foreignAudiences = new Set<string>();
  private readonly admittedAs = new Set<string>();
  private tokenAudience: string | undefined;
  private tokenSkewMs = 0;
  private logLosses = 0;

  /** For the constructor of the DICOM services. */
  public readonly dicomTrouble: DicomTrouble = {
    refusalOfStore: (store) => firstOf(this.storeRefusals, (refusal) => refusal(store)),
    changeFeedDelayMs: (serviceId) => this.feedDelays.get(serviceId.toLowerCase()) ?? 0,
    healthWriterStopped: (serviceId) => this.stoppedHealthWriters.has(serviceId.toLowerCase()),
  };

  /** For the constructor of the token authority. */
  public readonly tokenTrouble: TokenTrouble = {
    audience: () => this.tokenAudience,
    clockSkewMs: () => this.tokenSkewMs,
  };

  public intercept(plane: FaultyPlane, interception: Interception): Undo {
    return added(this.interceptions[plane], interception);
  }

  public refuseLakeCalls(refusal: LakeRefusal): Undo {
    return added(this.lakeRefusals, refusal);
  }

  /** `action` runs after every request to a plane that may have changed something, before the answer goes out. */
  public afterRequest(action: () => Promise<void>): Undo {
    return added(this.afterRequests, action);
  }

  public refuseStores(refusal: StoreRefusal): Undo {
    return added(this.storeRefusals, refusal);
  }

  public stopHealthWriter(serviceId: string): Undo {
    return added(this.stoppedHealthWriters, serviceId.toLowerCase());
  }

  public delayChangeFeed(serviceId: string, milliseconds: number): Undo {
    this.feedDelays.set(serviceId.toLowerCase(), milliseconds);
    return () => void this.feedDelays.delete(serviceId.toLowerCase());
  }

  /** Lets anybody read a container, by its ARM id. */
  public openToAnybody(containerId: string): Undo {
    return added(this.openContainers, containerId.toLowerCase());
  }

  public isOpenToAnybody(containerId: string): boolean {
    return this.openContainers.has(containerId.toLowerCase());
  }

  /** DICOM services take tokens that are meant for another service. */
  public acceptAudience(audience: string): Undo {
    return added(this.foreignAudiences, audience);
  }

  /** DICOM services take whoever shows no token for somebody. */
  public admitWithoutToken(objectId: string): Undo {
    return added(this.admittedAs, objectId);
  }

  /** For the DICOM plane: what faults let in, and else what the authority does. */
  public admitting(authenticate: Authenticate): Authenticate {
    return (authorization, audiences) => {
      const [objectId] = this.admittedAs;
      if (authorization === undefined && objectId !== undefined) return Promise.resolve({ objectId });
      return authenticate(authorization, [...audiences, ...this.foreignAudiences]);
    };
  }

  /** Whatever is logged from now on gets lost. */
  public loseLogs(): Undo {
    this.logLosses += 1;
    return () => void (this.logLosses -= 1);
  }

  public readonly isLosingLogs = (): boolean => this.logLosses > 0;

  public giveTokensAudience(audience: string): Undo {
    this.tokenAudience = audience;
    return () => {
      this.tokenAudience = undefined;
    };
  }

  public skewTokenClock(milliseconds: number): Undo {
    this.tokenSkewMs = milliseconds;
    return () => {
      this.tokenSkewMs = 0;
    };
  }

  /** The last interception set is the first to see a request. */
  public handle(plane: FaultyPlane, request: HttpRequest, handler: Handler): Promise<HttpResponse> {
    const chain = [...this.interceptions[plane]].reduce<Handler>(
      (next, interception) => (received) => interception(received, next),
      handler,
    );
    return chain(request);
  }

  public async settle(): Promise<void> {
    for (const action of [...this.afterRequests]) await action();
  }

  /** @throws ServiceFault from the authorizer, where a fault refuses the call */
  public refusing(authorize: Authorize): Authorize {
    return (principalId, plane, operation, scope) => {
      const fault = firstOf(this.lakeRefusals, (refusal) => refusal({ principalId, scope }));
      if (fault !== undefined) throw fault;
      return authorize(principalId, plane, operation, scope);
    };
  }
}

function added<Item>(items: Set<Item>, item: Item): Undo {
  items.add(item);
  return () => void items.delete(item);
}

function firstOf<Item, Result>(
  items: Iterable<Item>,
  ask: (item: Item) => Result | undefined,
): Result | undefined {
  for (const item of items) {
    const answer = ask(item);
    if (answer !== undefined) return answer;
  }
  return undefined;
}
