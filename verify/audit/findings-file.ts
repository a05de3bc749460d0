import {
  closeSync,
  constants,
  fchmodSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { ConfigError } from '../error';
import { csvLine } from './csv';
import type { FoundFile } from './model';

const HEADER = csvLine(['finding', 'tier', 'bytes', 'modifiedAt', 'path']);

/** How much is gathered before it is written. */
const BUFFER_LENGTH = 65_536;

/** Paths of a lake are nobody's business but its owner's. */
const MODE = 0o600;

/**
 * Every file that stands out, a line of CSV each, in memory that does not grow with them. Where an audit was
 * interrupted, the file is opened again at the position that its checkpoint knows, and what was written after that is
 * written again.
 */
export class FindingsFile implements Disposable {
  private readonly lines: string[] = [];
  private bufferedLength = 0;

  private constructor(
    private readonly descriptor: number,
    /** Bytes written. */
    private written: number,
  ) {}

  /** A new file; one that is there is written over. */
  public static create(path: string): FindingsFile {
    const descriptor = openSync(path, 'w', MODE);
    return closedOnError(descriptor, () => {
      // The mode above is only for files that were not there.
      if (fstatSync(descriptor).isFile()) fchmodSync(descriptor, MODE);
      const file = new FindingsFile(descriptor, 0);
      file.append(HEADER);
      return file;
    });
  }

  /**
   * Goes on with a file, and forgets what stands behind the position.
   *
   * @param position in bytes, as `position()` told it
   * @throws ConfigError where the file is not the one that was written up to there; it is left as it is
   */
  public static resume(path: string, position: number): FindingsFile {
    const descriptor = openExisting(path);
    return closedOnError(descriptor, () => {
      if (!endsLineAt(descriptor, position)) throw notTheFile(path);
      ftruncateSync(descriptor, position);
      fchmodSync(descriptor, MODE);
      return new FindingsFile(descriptor, position);
    });
  }

  public add({ finding, tier, bytes, modifiedAt, path }: FoundFile): void {
    this.append(csvLine([finding, tier, bytes, modifiedAt, path]));
  }

  /** Bytes of all that was added; so many are on disk when this returns. */
  public position(): number {
    this.write();
    fdatasyncSync(this.descriptor);
    return this.written;
  }

  public [Symbol.dispose](): void {
    try {
      this.write();
    } finally {
      closeSync(this.descriptor);
    }
  }

  private append(line: string): void {
    this.lines.push(line);
    this.bufferedLength += line.length;
    if (this.bufferedLength >= BUFFER_LENGTH) this.write();
  }

  private write(): void {
    const bytes = Buffer.from(this.lines.join(''), 'utf8');
    this.lines.length = 0;
    this.bufferedLength = 0;
    for (let done = 0; done < bytes.length;) {
      const length = writeSync(this.descriptor, bytes, done, bytes.length - done, this.written);
      done += length;
      this.written += length;
    }
  }
}

function openExisting(path: string): number {
  try {
    return openSync(path, constants.O_RDWR);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw notTheFile(path);
    throw error;
  }
}

function notTheFile(path: string): ConfigError {
  return new ConfigError(
    `${path} is not the findings file that the checkpoint goes with: put that back, or begin anew without the checkpoint`,
  );
}

function endsLineAt(descriptor: number, position: number): boolean {
  if (position < HEADER.length) return false;
  return textAt(descriptor, 0, HEADER.length) === HEADER && textAt(descriptor, position - 2, 2) === '\r\n';
}

function textAt(descriptor: number, position: number, length: number): string {
  const bytes = Buffer.alloc(length);
  const read = readSync(descriptor, bytes, 0, length, position);
  return bytes.toString('latin1', 0, read);
}

function closedOnError(descriptor: number, open: () => FindingsFile): FindingsFile {
  try {
    return open();
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
