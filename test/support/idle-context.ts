import type { CommandContext } from '../../cli/command-context';

/**
 * For commands whose lines are read and not carried out.
 *
 * @param write told of what they print
 */
export function idleContext(write: (text: string) => void = () => undefined): CommandContext {
  return {
    out: write,
    err: write,
    workingDirectory: '/nowhere',
    environment: {},
    nodePath: 'node',
    nodeVersion: '20.9.0',
    color: false,
    signal: new AbortController().signal,
    identity: { host: 'here', pid: 1, isAlive: () => undefined },
  };
}
