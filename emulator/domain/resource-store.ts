import { ForgetfulState, type StateStore, type StateTable } from './state-store';

/** A resource as Azure Resource Manager keeps it. */
export interface Resource {
  /** As the first PUT spelled it. */
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A resource as it survives a restart. */
interface ResourceRow extends Resource {
  readonly order: number;
}

/** Resources by id; ids are compared without regard to case. */
export class ResourceStore {
  private readonly resources = new Map<string, ResourceRow>();
  private readonly rows: StateTable<ResourceRow>;
  private lastOrder = 0;
  private changes = 0;

  public constructor(state: StateStore = new ForgetfulState()) {
    this.rows = state.table('resources');
    const left = this.rows.rows().toSorted(([, a], [, b]) => a.order - b.order);
    for (const [key, row] of left) this.resources.set(key, row);
    this.lastOrder = left.at(-1)?.[1].order ?? 0;
  }

  /** Another number after every change, for whoever keeps what is read of all resources. */
  public get version(): number {
    return this.changes;
  }

  public get(id: string): Resource | undefined {
    return this.resources.get(id.toLowerCase());
  }

  /** Creates or replaces; the id keeps the spelling of the creation. */
  public put(id: string, body: Readonly<Record<string, unknown>>): Resource {
    const key = id.toLowerCase();
    const { id: spelled, order } = this.resources.get(key) ?? { id, order: (this.lastOrder += 1) };
    const resource = { id: spelled, body, order };
    this.changes += 1;
    this.resources.set(key, resource);
    this.rows.put(key, resource);
    return resource;
  }

  /** Replaces one text by another in all bodies. */
  public replaceText(from: string, to: string): void {
    for (const { id, body } of [...this.resources.values()]) {
      const before = JSON.stringify(body);
      const after = before.replaceAll(from, to);
      if (after !== before) this.put(id, JSON.parse(after) as Resource['body']);
    }
  }

  /** Removes a resource and everything below it; answers what was removed, children first. */
  public delete(id: string): readonly Resource[] {
    const children = [...this.below(id)].sort((a, b) => b.id.length - a.id.length);
    const removed = [...children, ...[this.get(id)].filter((one) => one !== undefined)];
    this.changes += 1;
    for (const resource of removed) {
      this.resources.delete(resource.id.toLowerCase());
      this.rows.delete(resource.id.toLowerCase());
    }
    return removed;
  }

  /** Everything below an id, in the order of creation. */
  public below(id: string): readonly Resource[] {
    const prefix = `${id.toLowerCase()}/`;
    return [...this.resources].filter(([key]) => key.startsWith(prefix)).map(([, resource]) => resource);
  }
}
