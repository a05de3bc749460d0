import { ServiceFault } from '../fault';

export interface ReceivedPart {
  /** Absent where the part has no Content-Type. */
  readonly contentType: string | undefined;
  /** To be read to its end before the next part is asked for. */
  readonly content: AsyncIterable<Buffer>;
}

export interface SentPart {
  readonly contentType: string;
  readonly content: Buffer | AsyncIterable<Buffer>;
}

/** What a part may have in headers. */
const MAX_HEADER_BYTES = 16 * 1024;
/** White space that may stand between a boundary and the end of its line. */
const MAX_PADDING_BYTES = 80;

/**
 * The parts of a multipart body, one after the other, as they come.
 *
 * @throws ServiceFault 400 where the body ends before the last boundary, or the headers of a part are too long
 * @see https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1
 */
export async function* splitMultipart(
  body: AsyncIterable<Buffer>,
  boundary: string,
): AsyncGenerator<ReceivedPart, void, undefined> {
  const reader = new MultipartReader(body, boundary);
  await skip(reader.untilDelimiter());
  for (let count = 0; ; count += 1) {
    if (await reader.isLast()) return;
    const headers = await reader.readHeaders(count);
    const content = reader.untilDelimiter(count);
    yield { contentType: contentTypeIn(headers), content };
    await skip(content);
  }
}

/** A delimiter stands at the start of a line; what begins like one but goes on is content. */
class MultipartReader {
  private readonly source: AsyncIterator<Buffer>;
  private readonly delimiter: Buffer;
  /** Begins with a line break of its own, so that a delimiter may stand right at the start. */
  private buffer: Buffer = Buffer.from('\r\n');
  private ended = false;

  public constructor(
    body: AsyncIterable<Buffer>,
    private readonly boundary: string,
  ) {
    this.source = body[Symbol.asyncIterator]();
    this.delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /** What stands before the next delimiter, which is consumed as well, but for the rest of its line. */
  public async *untilDelimiter(partsBefore = 0): AsyncGenerator<Buffer, void, undefined> {
    let isFirst = true;
    const take = (end: number): Buffer => {
      // The line break in front belongs to what came before: the headers of the part, or nothing.
      const start = isFirst ? Math.min(2, end) : 0;
      isFirst = isFirst && end < 2;
      const taken = this.buffer.subarray(start, end);
      this.buffer = this.buffer.subarray(end);
      return taken;
    };
    for (;;) {
      const at = this.buffer.indexOf(this.delimiter);
      const end = at + this.delimiter.length;
      if (at >= 0 && this.buffer.length < end + MAX_PADDING_BYTES && (await this.more())) continue;
      if (at >= 0 && /^(--|[ \t]*\r\n)/.test(this.buffer.toString('latin1', end, end + MAX_PADDING_BYTES))) {
        const content = take(at);
        if (content.length > 0) yield content;
        this.buffer = this.buffer.subarray(end - at);
        return;
      }
      // Of what only looks like a delimiter, its line break is content for sure.
      const safe = at >= 0 ? at + 2 : this.lengthBeforeDelimiter();
      if (safe > 2 || at >= 0) {
        const content = take(safe);
        if (content.length > 0) yield content;
      }
      if (at < 0 && !(await this.more())) throw this.cutOff(partsBefore);
    }
  }

  /** Only what a delimiter may begin with waits for the next chunk: joining chunks costs more than all the rest. */
  private lengthBeforeDelimiter(): number {
    const begun = this.buffer.indexOf('\r', Math.max(0, this.buffer.length - this.delimiter.length + 1));
    return begun < 0 ? this.buffer.length : begun;
  }

  public async isLast(): Promise<boolean> {
    while (this.buffer.length < 2 && (await this.more()));
    return this.buffer.toString('latin1', 0, 2) === '--';
  }

  /** Leaves the line break after the headers, which may be the one before the next delimiter. */
  public async readHeaders(partsBefore: number): Promise<string> {
    for (;;) {
      const end = this.buffer.indexOf('\r\n\r\n');
      if (end >= 0) {
        const headers = this.buffer.toString('latin1', 0, end);
        this.buffer = this.buffer.subarray(end + 2);
        return headers;
      }
      if (this.buffer.length > MAX_HEADER_BYTES) {
        throw new ServiceFault(
          400,
          'BadRequest',
          `The headers of part ${partsBefore + 1} are longer than ${MAX_HEADER_BYTES} bytes.`,
        );
      }
      if (!(await this.more())) throw this.cutOff(partsBefore);
    }
  }

  private async more(): Promise<boolean> {
    if (this.ended) return false;
    const next = await this.source.next();
    this.ended = next.done === true;
    if (next.done !== true) {
      this.buffer = this.buffer.length === 0 ? next.value : Buffer.concat([this.buffer, next.value]);
    }
    return !this.ended;
  }

  private cutOff(partsBefore: number): ServiceFault {
    return new ServiceFault(
      400,
      'BadRequest',
      `The multipart body ends after ${partsBefore} parts without its last boundary '--${this.boundary}--'.`,
    );
  }
}

async function skip(content: AsyncIterable<Buffer>): Promise<void> {
  const chunks = content[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true);
}

/** Writes parts as the service does: with their Content-Type and nothing else. */
export async function* joinMultipart(
  boundary: string,
  parts: AsyncIterable<SentPart> | Iterable<SentPart>,
): AsyncIterable<Buffer> {
  let separator = '';
  for await (const { contentType, content } of parts) {
    yield Buffer.from(`${separator}--${boundary}\r\nContent-Type: ${contentType}\r\n\r\n`);
    if (Buffer.isBuffer(content)) yield content;
    else yield* content;
    separator = '\r\n';
  }
  yield Buffer.from(`${separator}--${boundary}--\r\n`);
}

function contentTypeIn(headers: string): string | undefined {
  return /(?:^|\r\n)content-type:[ \t]*(.*?)[ \t]*(?:\r\n|$)/i.exec(headers)?.[1];
}
