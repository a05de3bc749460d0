/** Ids of resources are the same in any case. */
export function isSameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

export function isSameUrl(one: string, other: string): boolean {
  return one.replace(/\/+$/, '').toLowerCase() === other.replace(/\/+$/, '').toLowerCase();
}

/** A setting in words. */
export function onOrOff(value: boolean): string {
  return value ? 'on' : 'off';
}
