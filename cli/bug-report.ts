import { redact } from '../verify';

/** Errors whose messages may quote what a service answered, or a file. */
const QUOTING = ['RestError', 'SyntaxError'];

/** What is printed of an error that nobody expected. */
export function bugReport(error: unknown): string {
  const { name, message, stack } = (error ?? {}) as Partial<Error>;
  if (stack === undefined) return redact(String(error));
  const shown =
    name !== undefined && QUOTING.includes(name) && message !== undefined && message !== ''
      ? stack.replaceAll(message, 'its message is left out, as it may quote an answer or a file')
      : stack;
  return redact(shown);
}
