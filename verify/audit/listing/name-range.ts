/** Names of the lake that are listed one page after another. Its ends and `last` are whole paths. */
export interface NameRange {
  readonly prefix: string;
  /** The first name of it. @default - the first with the prefix */
  readonly from?: string;
  /** The first name after it. @default - none: it ends with the prefix */
  readonly end?: string;
  /** Of the next page; absent where none was listed. */
  readonly marker?: string;
  /** The last name that was counted. */
  readonly last?: string;
  /** Whether folders are told by their names, and what is in them is not listed. */
  readonly byHierarchy?: boolean;
}

/** Whether a name belongs to a range: the last page of one goes on beyond its end. */
export function isWithin({ from, end }: NameRange, name: string): boolean {
  return (from === undefined || name >= from) && (end === undefined || name < end);
}
