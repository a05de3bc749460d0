/** What an action throws. */
export function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** What a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** Status and code of the error of a service that a call rejects with, such as `409 BlobArchived`. */
export async function refusalOf(call: Promise<unknown> | undefined): Promise<string> {
  const { statusCode, code, details } = (await rejectionOf(call ?? Promise.resolve())) as {
    readonly statusCode?: number;
    readonly code?: string;
    readonly details?: { readonly errorCode?: string };
  };
  return `${statusCode ?? 'no status'} ${code ?? details?.errorCode ?? 'no code'}`;
}
