/**
 * Whether output takes colours: NO_COLOR says no, FORCE_COLOR yes, also to a file or a log; else a terminal does that
 * is not a dumb one.
 *
 * @see https://no-color.org
 * @see https://force-color.org
 */
export function wantsColor(
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  const { NO_COLOR: no = '', FORCE_COLOR: force = '', TERM: term } = environment;
  if (no !== '') return false;
  if (force !== '') return force !== '0' && force !== 'false';
  return isTerminal && term !== 'dumb';
}
