import { type EmulatorProcess as SpawnedEmulator, spawnEmulator } from '../../bench/emulator-process';
import type { Emulator } from '../../emulator';
import { CLI_PATH } from './cli';

/** The built command line running an emulator in a process of its own. */
export interface EmulatorProcess extends Pick<SpawnedEmulator, 'kill' | 'memory'>, AsyncDisposable {
  /** As far as the helpers for clients need it. */
  readonly emulator: Emulator;
}

export async function startEmulatorProcess(...args: readonly string[]): Promise<EmulatorProcess> {
  const spawned = await spawnEmulator(CLI_PATH, args);
  return { ...spawned, emulator: spawned as unknown as Emulator };
}
