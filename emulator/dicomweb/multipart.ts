import { ServiceFault } from '../fault';

export interface ReceivedPart {
  /** Absent where the part has no Content-Type. */
  readonly contentType: string | undefined;
  readonly content: Buffer;
}

export interface SentPart {
  readonly contentType: string;
  readonly content: Buffer;
}

/**
 * The parts of a multipart body.
 *
 * @throws ServiceFault 400 where the body ends before the last boundary
 * @see https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1
 */
export function splitMultipart(body: Buffer, boundary: string): readonly ReceivedPart[] {
  const parts: ReceivedPart[] = [];
  let delimiter = findDelimiter(body, boundary, 0);
  while (delimiter !== undefined) {
    if (delimiter.last) return parts;
    const headerEnd = body.indexOf('\r\n\r\n', delimiter.end);
    const next: Delimiter | undefined =
      headerEnd < 0 ? undefined : findDelimiter(body, boundary, headerEnd + '\r\n'.length);
    if (next !== undefined) {
      const headers = body.toString('latin1', delimiter.end, headerEnd);
      const from = headerEnd + '\r\n\r\n'.length;
      const content = body.subarray(from, Math.max(from, next.start));
      parts.push({ contentType: contentTypeIn(headers), content });
    }
    delimiter = next;
  }
  throw new ServiceFault(
    400,
    'BadRequest',
    `The multipart body ends after ${parts.length} parts without its last boundary '--${boundary}--'.`,
  );
}

/** Writes parts as the service does: with their Content-Type and nothing else. */
export async function* joinMultipart(
  boundary: string,
  parts: AsyncIterable<SentPart> | Iterable<SentPart>,
): AsyncIterable<Buffer> {
  let separator = '';
  for await (const { contentType, content } of parts) {
    yield Buffer.from(`${separator}--${boundary}\r\nContent-Type: ${contentType}\r\n\r\n`);
    yield content;
    separator = '\r\n';
  }
  yield Buffer.from(`${separator}--${boundary}--\r\n`);
}

interface Delimiter {
  /** Where the content before it ends. */
  readonly start: number;
  /** Where its own line ends, before the line break. */
  readonly end: number;
  readonly last: boolean;
}

/** A delimiter stands at the start of a line; what begins like one but goes on is content. */
function findDelimiter(body: Buffer, boundary: string, from: number): Delimiter | undefined {
  const token = `--${boundary}`;
  for (let at = body.indexOf(token, from); at >= 0; at = body.indexOf(token, at + 1)) {
    const atLineStart = at === 0 || body.toString('latin1', at - 2, at) === '\r\n';
    const end = at + token.length;
    const rest = body.toString('latin1', end, end + 80);
    const last = rest.startsWith('--');
    if (atLineStart && (last || /^[ \t]*\r\n/.test(rest))) {
      return { start: Math.max(0, at - 2), end, last };
    }
  }
  return undefined;
}

function contentTypeIn(headers: string): string | undefined {
  return /(?:^|\r\n)content-type:[ \t]*(.*?)[ \t]*(?:\r\n|$)/i.exec(headers)?.[1];
}
