import { AUDIENCES } from '../../contract';
import type { Chance } from './chance';
import { HttpClient, type Answer, type Sending } from './http-client';
import { Ledger, type Outcome } from './ledger';
import type { Traffic, LoadSession } from './traffic';

const API = '2024-03-31';
/** From so many workspaces on it deletes more than it makes. */
const FULL = 20;
const OPERATIONS_REMEMBERED = 50;

/** Creates, tags, reads and deletes workspaces of its own through Azure Resource Manager. */
export class ArmTraffic implements Traffic {
  private readonly ledger = new Ledger();
  private operations: string[] = [];
  private count = 0;
  private session:
    { readonly http: HttpClient; readonly endpoint: string; readonly groupId: string } | undefined;

  public constructor(
    private readonly name: string,
    private readonly chance: Chance,
  ) {}

  public get size(): number {
    return this.ledger.world.size;
  }

  public connect({ emulator, target, credential, measurements }: LoadSession): void {
    this.session?.http.close();
    const scope = `${AUDIENCES.arm}/.default`;
    const http = new HttpClient({ ca: emulator.ca, credential, scope, measurements });
    this.session = { http, endpoint: emulator.ready.endpoints.arm, groupId: target.groupId };
  }

  public async step(): Promise<void> {
    const { size } = this;
    const step = this.chance.weighted({
      create: size >= FULL ? 0 : 3,
      tag: size > 0 ? 3 : 0,
      read: size > 0 ? 6 : 0,
      remove: size > 0 ? (size >= FULL ? 6 : 2) : 0,
    });
    await this[step]();
  }

  public async check(): Promise<readonly string[]> {
    const found = new Map<string, string>();
    for (const name of this.ledger.possibleNames()) {
      const { status, body } = await this.send(name, { name: 'check workspace', expected: [200, 404] });
      if (status === 200) found.set(name, versionIn(body));
    }
    const problems = this.ledger.settle(found).map((problem) => `${this.name}: workspace ${problem}`);
    for (const operation of this.operations) {
      const answer = await this.connected.http.send(operation, {
        name: 'read operation',
        expected: [200, 404],
      });
      if (answer.status === 404)
        problems.push(`${this.name}: the operation ${operation} is not known any more`);
    }
    return problems;
  }

  private create(): Promise<void> {
    return this.put(`${this.name}${(this.count += 1)}`);
  }

  private tag(): Promise<void> {
    return this.put(this.someName());
  }

  private async put(name: string): Promise<void> {
    const version = String((this.count += 1));
    const body = Buffer.from(JSON.stringify({ location: 'westeurope', tags: { version }, properties: {} }));
    await this.ledger.request([changed(name, version)], async () => {
      const headers = { 'Content-Type': 'application/json' };
      const sending = { name: 'ARM put', method: 'PUT', headers, body, expected: [200, 201] };
      this.remember(await this.send(name, sending));
    });
  }

  private async read(): Promise<void> {
    const name = this.someName();
    const { body } = await this.send(name, { name: 'ARM get', expected: [200] });
    if (versionIn(body) !== this.ledger.world.get(name)) throw new Error(`${name} has the wrong tag`);
  }

  private async remove(): Promise<void> {
    const name = this.someName();
    await this.ledger.request([changed(name, undefined)], () =>
      this.send(name, { name: 'ARM delete', method: 'DELETE', expected: [200, 202] }),
    );
  }

  private remember({ headers }: Answer): void {
    const operation = headers['azure-asyncoperation'];
    if (typeof operation !== 'string') throw new Error('the creation of a workspace told of no operation');
    this.operations = [...this.operations, operation].slice(-OPERATIONS_REMEMBERED);
  }

  private someName(): string {
    return this.chance.oneOf([...this.ledger.world.keys()]);
  }

  private send(name: string, sending: Sending): Promise<Answer> {
    const { http, endpoint, groupId } = this.connected;
    const id = `${groupId}/providers/Microsoft.HealthcareApis/workspaces/${name}`;
    return http.send(`${endpoint}${id}?api-version=${API}`, sending);
  }

  private get connected(): NonNullable<ArmTraffic['session']> {
    if (this.session === undefined) throw new Error('no emulator is connected');
    return this.session;
  }
}

function versionIn(body: Buffer): string {
  return (JSON.parse(body.toString('utf8')) as { tags: { version: string } }).tags.version;
}

function changed(name: string, version: string | undefined): Outcome {
  return { changes: new Map([[name, version]]) };
}
