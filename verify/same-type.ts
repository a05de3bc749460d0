/**
 * `true` where two types are the same in everything. Assignability both ways would miss a property that only one of them
 * has, where it is optional.
 */
export type SameType<One, Other> =
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what makes TypeScript compare them as a whole
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
