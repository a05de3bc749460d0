import { type CommandContext, UsageError } from './command-context';
import { readEmulatorReady } from './json-file';

/** Asks the admin API of a running emulator. */
export type AskEmulator = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
) => Promise<unknown>;

/** @throws UsageError where the ready file cannot be used; the asking throws it where the emulator refuses or is gone */
export function askEmulator(context: CommandContext, readyFile: string): AskEmulator {
  const { endpoint, token } = readEmulatorReady(context, readyFile).ready.admin;
  return async (method, path, body) => {
    const answer = await fetch(`${endpoint}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      signal: context.signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      context.signal.throwIfAborted();
      const { cause } = error as { readonly cause?: NodeJS.ErrnoException };
      throw new UsageError(
        `the emulator of '${readyFile}' does not answer at ${endpoint} (${cause?.code ?? String(error)}); is it still running?`,
      );
    });
    const result: unknown = await answer.json();
    if (answer.ok) return result;
    const { error } = result as { readonly error?: { readonly code: string; readonly message: string } };
    throw new UsageError(
      `the emulator refused: ${error?.message ?? `it answered ${answer.status}`} (${error?.code ?? 'no code'})`,
    );
  };
}
