/** A resource as Azure Resource Manager keeps it. */
export interface Resource {
  /** As the first PUT spelled it. */
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Resources by id; ids are compared without regard to case. */
export class ResourceStore {
  private readonly resources = new Map<string, Resource>();

  public get(id: string): Resource | undefined {
    return this.resources.get(id.toLowerCase());
  }

  /** Creates or replaces; the id keeps the spelling of the creation. */
  public put(id: string, body: Readonly<Record<string, unknown>>): Resource {
    const resource = { id: this.get(id)?.id ?? id, body };
    this.resources.set(id.toLowerCase(), resource);
    return resource;
  }

  /** Removes a resource and everything below it; answers what was removed, children first. */
  public delete(id: string): readonly Resource[] {
    const children = [...this.below(id)].sort((a, b) => b.id.length - a.id.length);
    const removed = [...children, ...[this.get(id)].filter((one) => one !== undefined)];
    for (const resource of removed) this.resources.delete(resource.id.toLowerCase());
    return removed;
  }

  /** Everything below an id, in the order of creation. */
  public below(id: string): readonly Resource[] {
    const prefix = `${id.toLowerCase()}/`;
    return [...this.resources].filter(([key]) => key.startsWith(prefix)).map(([, resource]) => resource);
  }
}
