import type { IConstruct } from 'constructs';

/**
 * The constructs of one kind in an application, for those of which there may be one for each of something: they are
 * asked for by every new one, and a search of the whole application each time would grow with its square.
 */
export class ApplicationKin<T extends IConstruct> {
  readonly #made = new WeakMap<IConstruct, T[]>();

  /** The others that are still in the application, in the order of being made; the one that asks joins them. */
  othersOf(construct: T): readonly T[] {
    const { root } = construct.node;
    const others = (this.#made.get(root) ?? []).filter((one) => one !== construct && isAttached(one));
    this.#made.set(root, [...others, construct]);
    return others;
  }
}

/** A construct may be taken out again, alone or with what it is in. */
function isAttached(construct: IConstruct): boolean {
  return construct.node.scopes.every((one) => {
    const { scope, id } = one.node;
    return scope === undefined || scope.node.tryFindChild(id) === one;
  });
}
