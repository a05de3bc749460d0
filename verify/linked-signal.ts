import { setMaxListeners } from 'node:events';

/** A signal that aborts with any of several, until it is released. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Lets go of the others, so that those which outlive the run keep nothing of it. */
  release(): void;
}

/** In place of AbortSignal.any, of which a signal that lives on remembers every one. */
export function linkedSignal(sources: readonly AbortSignal[]): LinkedSignal {
  const controller = new AbortController();
  // Every request under way listens.
  setMaxListeners(0, controller.signal);
  const links = sources.map((source) => {
    const abort = (): void => controller.abort(source.reason);
    if (source.aborted) abort();
    else source.addEventListener('abort', abort, { once: true });
    return () => source.removeEventListener('abort', abort);
  });
  return { signal: controller.signal, release: () => links.forEach((unlink) => unlink()) };
}
