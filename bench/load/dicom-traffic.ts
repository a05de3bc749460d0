import { AUDIENCES } from '../../contract';
import type { Chance } from './chance';
import { HttpClient, type Answer, type Sending } from './http-client';
import { Ledger, type Event, type Outcome } from './ledger';
import type { Traffic, LoadSession } from './traffic';
import { digestOf, makeInstance, PREAMBLE_BYTES, uidOf, type LoadInstance } from './load-instance';

const JSON_ACCEPT = 'application/dicom+json';
const BOUNDARY = 'load-boundary';
const SERIES = 3;
const PAGE = 200;
/** From so many instances on it deletes more than it stores. */
const FULL = 150;

const TAG = { sopInstanceUid: '00080018', instanceNumber: '00200013' } as const;

type JsonDataset = Readonly<Record<string, { readonly Value?: readonly unknown[] } | undefined>>;

/** What this client knows of contents beside their digest. */
type Details = Pick<LoadInstance, 'series' | 'version' | 'frameDigest'>;

/** Stores, retrieves, finds and deletes the instances of a study of its own. */
export class DicomTraffic implements Traffic {
  public readonly study: string;
  private readonly ledger = new Ledger();
  private readonly detailsByDigest = new Map<string, Details>();
  private readonly seriesByUid = new Map<string, string>();
  private readonly lately: string[] = [];
  private created = 0;
  private session: { readonly http: HttpClient; readonly url: string } | undefined;

  public constructor(
    private readonly name: string,
    private readonly chance: Chance,
  ) {
    this.study = uidOf(name);
  }

  public get size(): number {
    return this.ledger.world.size;
  }

  /** What the change feed owes of this client, in order. */
  public get events(): readonly Event[] {
    return this.ledger.events;
  }

  public get world(): ReadonlyMap<string, string> {
    return this.ledger.world;
  }

  public connect({ emulator, target, credential, measurements }: LoadSession): void {
    this.session?.http.close();
    const scope = `${AUDIENCES.dicom}/.default`;
    const http = new HttpClient({ ca: emulator.ca, credential, scope, measurements });
    this.session = { http, url: `${target.serviceUrl}/v2` };
  }

  public async step(): Promise<void> {
    const { size } = this;
    const isFull = size >= FULL;
    const step = this.chance.weighted({
      store: isFull ? 0 : 20,
      storeSeveral: isFull ? 0 : 6,
      storeDuplicate: size > 0 ? 3 : 0,
      replace: size > 0 ? 6 : 0,
      retrieve: size > 0 ? 20 : 0,
      retrieveFrame: size > 0 ? 8 : 0,
      retrieveMetadata: size > 0 ? 8 : 0,
      search: 8,
      remove: size > 0 ? (isFull ? 20 : 8) : 0,
      removeSeries: isFull ? 1 : 0,
      readChanges: 5,
    });
    await this[step]();
  }

  public async check(): Promise<readonly string[]> {
    const found = new Map<string, string>();
    for (const uid of new Set([...this.ledger.possibleNames(), ...this.lately])) {
      const { status, body } = await this.send(this.pathOf(uid), original([200, 404]));
      if (status === 200) found.set(uid, digestOf(body.subarray(PREAMBLE_BYTES)));
    }
    const problems = this.ledger.settle(found).map((problem) => `${this.name}: instance ${problem}`);
    const listed = await this.searchAll();
    const described = await this.versionsOf(`/studies/${this.study}/metadata`, found.size);
    for (const [kind, versions] of [
      ['search', listed],
      ['metadata', described],
    ] as const) {
      for (const uid of new Set([...found.keys(), ...versions.keys()])) {
        const expected = this.detailsByDigest.get(found.get(uid) ?? '')?.version;
        if (versions.get(uid) === expected) continue;
        problems.push(
          `${this.name}: ${kind} shows version ${versions.get(uid) ?? 'none'} of ${uid}, expected ${expected ?? 'none'}`,
        );
      }
    }
    return problems;
  }

  private async store(): Promise<void> {
    const instance = this.newInstance();
    await this.ledger.request([stored([instance], 'Create')], () =>
      this.send('/studies', storing('store', [instance], [200])),
    );
  }

  private async storeSeveral(): Promise<void> {
    const instances = Array.from({ length: 2 + this.chance.below(4) }, () => this.newInstance());
    const outcomes = instances.map((_, at) => stored(instances.slice(0, at + 1), 'Create'));
    await this.ledger.request(outcomes, () =>
      this.send('/studies', storing('store several', instances, [200])),
    );
  }

  private async storeDuplicate(): Promise<void> {
    const uid = this.someUid();
    const again = this.make(uid, this.detailsOf(uid).version + 1);
    await this.ledger.request([], () => this.send('/studies', storing('store duplicate', [again], [409])));
  }

  private async replace(): Promise<void> {
    const uid = this.someUid();
    const next = this.make(uid, this.detailsOf(uid).version + 1);
    await this.ledger.request([stored([next], 'Update')], () =>
      this.send('/studies', { ...storing('replace', [next], [200]), method: 'PUT' }),
    );
  }

  private async retrieve(): Promise<void> {
    const uid = this.someUid();
    const { body } = await this.send(this.pathOf(uid), { ...original([200]), name: 'retrieve' });
    this.expectSame(uid, this.ledger.world.get(uid), digestOf(body.subarray(PREAMBLE_BYTES)));
  }

  private async retrieveFrame(): Promise<void> {
    const uid = this.someUid();
    const headers = { Accept: 'application/octet-stream; transfer-syntax=*' };
    const { body } = await this.send(`${this.pathOf(uid)}/frames/1`, {
      name: 'retrieve frame',
      headers,
      expected: [200],
    });
    this.expectSame(uid, this.detailsOf(uid).frameDigest, digestOf(body));
  }

  private async retrieveMetadata(): Promise<void> {
    const uid = this.someUid();
    const versions = await this.versionsOf(`${this.pathOf(uid)}/metadata`, 1);
    this.expectSame(uid, this.detailsOf(uid).version, versions.get(uid));
  }

  private async search(): Promise<void> {
    const uid = this.size > 0 ? this.someUid() : uidOf('nothing');
    const query = new URLSearchParams({ SOPInstanceUID: uid, includefield: TAG.instanceNumber });
    const versions = await this.versionsOf(`/studies/${this.study}/instances?${String(query)}`, 1);
    const digest = this.ledger.world.get(uid);
    this.expectSame(uid, digest && this.detailsByDigest.get(digest)?.version, versions.get(uid));
  }

  private async remove(): Promise<void> {
    const uid = this.someUid();
    await this.ledger.request([removed([uid])], () =>
      this.send(this.pathOf(uid), { name: 'delete', method: 'DELETE', expected: [204] }),
    );
    this.remember([uid]);
  }

  private async removeSeries(): Promise<void> {
    const series = this.detailsOf(this.someUid()).series;
    const uids = [...this.ledger.world.keys()].filter((uid) => this.seriesByUid.get(uid) === series);
    const path = `/studies/${this.study}/series/${series}`;
    // In the order of watermarks, which is that of the last store of each.
    const inOrder = this.byLastStore(uids);
    await this.ledger.request([removed(inOrder)], () =>
      this.send(path, { name: 'delete series', method: 'DELETE', expected: [204] }),
    );
    this.remember(uids);
  }

  private async readChanges(): Promise<void> {
    await this.send(`/changefeed?limit=20&offset=${this.chance.below(100)}`, {
      name: 'change feed',
      expected: [200],
    });
  }

  private newInstance(): LoadInstance {
    this.created += 1;
    const uid = uidOf(`${this.name}/${this.created}`);
    this.seriesByUid.set(uid, uidOf(`${this.name}/series/${this.chance.below(SERIES)}`));
    return this.make(uid, 1);
  }

  private make(uid: string, version: number): LoadInstance {
    const series = this.seriesByUid.get(uid) ?? '';
    const instance = makeInstance({ study: this.study, series, uid }, version, this.chance);
    this.detailsByDigest.set(instance.digest, { series, version, frameDigest: instance.frameDigest });
    return instance;
  }

  private byLastStore(uids: readonly string[]): readonly string[] {
    const lastStore = new Map(this.ledger.events.map(({ name }, at) => [name, at]));
    return uids.toSorted((a, b) => (lastStore.get(a) ?? 0) - (lastStore.get(b) ?? 0));
  }

  private someUid(): string {
    return this.chance.oneOf([...this.ledger.world.keys()]);
  }

  private detailsOf(uid: string): Details {
    const details = this.detailsByDigest.get(this.ledger.world.get(uid) ?? '');
    if (details === undefined) throw new Error(`${uid} was never stored`);
    return details;
  }

  private remember(uids: readonly string[]): void {
    this.lately.push(...uids);
    this.lately.splice(0, Math.max(0, this.lately.length - FULL));
  }

  private expectSame(uid: string, expected: unknown, got: unknown): void {
    if (expected !== got) throw new Error(`${uid}: expected ${String(expected)}, got ${String(got)}`);
  }

  private pathOf(uid: string): string {
    return `/studies/${this.study}/series/${this.seriesByUid.get(uid) ?? ''}/instances/${uid}`;
  }

  private async searchAll(): Promise<ReadonlyMap<string, number>> {
    const all = new Map<string, number>();
    for (let offset = 0; ; offset += PAGE) {
      const path = `/studies/${this.study}/instances?limit=${PAGE}&offset=${offset}&includefield=${TAG.instanceNumber}`;
      const page = await this.versionsOf(path, PAGE);
      for (const [uid, version] of page) {
        if (all.has(uid)) throw new Error(`${this.name}: the search shows ${uid} twice`);
        all.set(uid, version);
      }
      if (page.size < PAGE) return all;
    }
  }

  /** InstanceNumber of each instance that a JSON answer tells of. */
  private async versionsOf(path: string, most: number): Promise<ReadonlyMap<string, number>> {
    const isSearch = path.includes('?');
    const { status, body } = await this.send(path, {
      name: isSearch ? 'search' : 'retrieve metadata',
      headers: { Accept: JSON_ACCEPT },
      expected: [200, isSearch ? 204 : 404],
    });
    const datasets = status === 200 ? (JSON.parse(body.toString('utf8')) as readonly JsonDataset[]) : [];
    if (datasets.length > most)
      throw new Error(`${path} shows ${datasets.length} instances, expected ${most} at most`);
    return new Map(
      datasets.map((dataset) => [
        text(dataset, TAG.sopInstanceUid),
        Number(text(dataset, TAG.instanceNumber)),
      ]),
    );
  }

  private send(path: string, sending: Sending): Promise<Answer> {
    if (this.session === undefined) throw new Error('no emulator is connected');
    return this.session.http.send(this.session.url + path, sending);
  }
}

function text(dataset: JsonDataset, tag: string): string {
  return String(dataset[tag]?.Value?.[0]);
}

function stored(instances: readonly LoadInstance[], action: Event['action']): Outcome {
  return {
    changes: new Map(instances.map(({ uid, digest }) => [uid, digest])),
    events: instances.map(({ uid }) => ({ action, name: uid })),
  };
}

function removed(uids: readonly string[]): Outcome {
  return {
    changes: new Map(uids.map((uid) => [uid, undefined])),
    events: uids.map((name) => ({ action: 'Delete', name })),
  };
}

function original(expected: readonly number[]): Sending {
  return {
    name: 'check instance',
    headers: { Accept: 'application/dicom; transfer-syntax=*' },
    expected,
  };
}

function storing(name: string, instances: readonly LoadInstance[], expected: readonly number[]): Sending {
  const parts = instances.flatMap(({ file }) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`),
    file,
    Buffer.from('\r\n'),
  ]);
  const type = `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`;
  const [only] = instances;
  const isSingle = instances.length === 1 && only !== undefined;
  return {
    name,
    method: 'POST',
    headers: { Accept: JSON_ACCEPT, 'Content-Type': isSingle ? 'application/dicom' : type },
    body: isSingle ? only.file : Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]),
    expected,
  };
}
