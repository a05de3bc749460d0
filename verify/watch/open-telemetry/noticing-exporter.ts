/** Told of a problem when it begins, and of undefined when it is over. */
export type Notice = (problem: string | undefined) => void;

interface Exporter<Items> {
  export(items: Items, done: (result: { readonly code: number; readonly error?: Error }) => void): void;
}

/** An exporter that tells when it no longer gets through and when it does again, and nothing in between. */
export function noticing<Items, E extends Exporter<Items>>(exporter: E & Exporter<Items>, notice: Notice): E {
  const send = exporter.export.bind(exporter);
  let isDown = false;
  exporter.export = (items, done) =>
    send(items, (result) => {
      const failed = result.code !== 0;
      if (failed !== isDown) notice(failed ? problemOf(result.error) : undefined);
      isDown = failed;
      done(result);
    });
  return exporter;
}

/** Nothing of the answer's body, and no header: a collector may repeat the credentials it refuses. */
function problemOf(error: Error | undefined): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  if (typeof code === 'number') return `HTTP ${code}`;
  return typeof code === 'string' ? code : 'no answer in time';
}
