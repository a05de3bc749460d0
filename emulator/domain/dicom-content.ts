import {
  parseDicomDataSetExplicit,
  parseDicomDataSetImplicit,
  type ByteStream,
  type DataSet,
  type Element,
} from 'dicom-parser';
import {
  openByteStream,
  openDicomFile,
  readDicomFile,
  requireWhole,
  sequenceVr,
  TRANSFER_SYNTAX,
  UnreadableDicomFile,
  type DicomFile,
  type OpenedDicomFile,
  type ParsedDataSet,
} from './dicom-file';
import { PIXEL_DATA } from './dicom-json';
import { sliceContent, type ContentStorage, type LakeContent } from './lake-content';
import type { ReceivedContent } from './received-content';

/** Where reading begins: most files have their pixel data after much less. */
const FIRST_BYTES = 1 << 20;
const WINDOW_BYTES = 1 << 16;
/** Up to this length a file is read as a whole. */
const SHORT_BYTES = 8 * 1024 * 1024;

const ITEM_HEADER_BYTES = 8;
const ITEM = 0xe000fffe;
const SEQUENCE_END = 0xe0ddfffe;

/**
 * Reads a DICOM file as far as its structure: from what it begins with where that is enough, else from the storage. Of
 * a long one, only what stands before and after the pixel data comes into memory. The elements of the pixel data then
 * tell where it lies in the file. Undefined where it cannot be read.
 */
export async function readDicomContent(
  storage: ContentStorage,
  { content, head }: Pick<ReceivedContent, 'content' | 'head'>,
): Promise<DicomFile | undefined> {
  try {
    const file = head === undefined ? undefined : readFromHead(head, content.length);
    return file ?? (await readFromStorage(storage, content));
  } catch (error) {
    if (error instanceof UnreadableDicomFile) return undefined;
    throw error;
  }
}

/** Undefined where more is needed: where anything but native pixel data, up to the end, lies behind the head. */
function readFromHead(head: Buffer, length: number): DicomFile | undefined {
  if (head.length === length) return readDicomFile(head);
  const opened = tryOpen(head);
  if (opened === undefined || opened.transferSyntaxUid === TRANSFER_SYNTAX.deflatedLittleEndian) {
    return undefined;
  }
  const { transferSyntaxUid, start, dataSet } = opened;
  const stream = openByteStream(dataSet.byteArrayParser, head, start);
  const pixelData = readUpToPixelData(dataSet, stream, transferSyntaxUid);
  const isLast =
    pixelData !== undefined &&
    pixelData.hadUndefinedLength !== true &&
    pixelData.dataOffset + pixelData.length === length;
  const isSound = [...dataSet.warnings, ...stream.warnings].length === 0;
  if (!isLast || !isSound) return undefined;
  requireWhole({ ...dataSet, elements: besidePixelData(dataSet) });
  return { transferSyntaxUid, dataSet };
}

/** Undefined also where the file meta information goes on behind the head. */
function tryOpen(head: Buffer): OpenedDicomFile | undefined {
  try {
    return openDicomFile(head);
  } catch {
    return undefined;
  }
}

async function readFromStorage(storage: ContentStorage, content: LakeContent): Promise<DicomFile> {
  return content.length <= SHORT_BYTES
    ? readDicomFile(await storage.readAll(content))
    : readLongFile(storage, content);
}

async function readLongFile(storage: ContentStorage, content: LakeContent): Promise<DicomFile> {
  for (let length = FIRST_BYTES; length < content.length; length *= 4) {
    const head = await storage.readAll(sliceContent(content, 0, length));
    const file = openDicomFile(head);
    if (file.transferSyntaxUid === TRANSFER_SYNTAX.deflatedLittleEndian) break;
    const { dataSet } = file;
    const stream = openByteStream(dataSet.byteArrayParser, head, file.start);
    const pixelData = readUpToPixelData(dataSet, stream, file.transferSyntaxUid);
    if (pixelData !== undefined) {
      return readAroundPixelData(storage, content, { ...file, dataSet, pixelData, head });
    }
  }
  return readDicomFile(await storage.readAll(content));
}

/** Undefined where the pixel data does not begin within what the stream has. */
function readUpToPixelData(
  dataSet: DataSet,
  stream: ByteStream,
  transferSyntaxUid: string,
): Element | undefined {
  try {
    parseElements(dataSet, stream, transferSyntaxUid, PIXEL_DATA);
  } catch {
    return undefined;
  }
  return dataSet.elements[PIXEL_DATA];
}

function besidePixelData({ elements }: ParsedDataSet): ParsedDataSet['elements'] {
  return Object.fromEntries(Object.entries(elements).filter(([tag]) => tag !== PIXEL_DATA));
}

function parseElements(
  dataSet: DataSet,
  stream: ByteStream,
  transferSyntaxUid: string,
  untilTag: string | undefined,
): void {
  const end = stream.byteArray.length;
  if (transferSyntaxUid === TRANSFER_SYNTAX.implicitLittleEndian) {
    const vrCallback = (tag: string): string => sequenceVr(tag) as string;
    parseDicomDataSetImplicit(dataSet, stream, end, { untilTag, vrCallback } as never);
  } else {
    parseDicomDataSetExplicit(dataSet, stream, end, { untilTag } as never);
  }
}

/** What stands after the pixel data is read behind what stands before it. */
async function readAroundPixelData(
  storage: ContentStorage,
  content: LakeContent,
  file: {
    readonly transferSyntaxUid: string;
    readonly dataSet: DataSet;
    readonly pixelData: Element;
    readonly head: Buffer;
  },
): Promise<DicomFile> {
  const { transferSyntaxUid, dataSet, pixelData, head } = file;
  const end =
    pixelData.hadUndefinedLength === true
      ? await locateFragments(storage, content, pixelData)
      : pixelData.dataOffset + pixelData.length;
  if (end > content.length) throw new UnreadableDicomFile('the value of the pixel data is cut off');
  const before = head.subarray(0, pixelData.dataOffset);
  const after = await storage.readAll(sliceContent(content, end, content.length - end));
  const byteArray = Buffer.concat([before, after]);
  const tail = { byteArray, byteArrayParser: dataSet.byteArrayParser, elements: {}, warnings: [] };
  try {
    // Most files end with their pixel data, and a stream of nothing cannot be opened.
    if (after.length > 0) {
      const stream = openByteStream(dataSet.byteArrayParser, byteArray, before.length);
      parseElements(tail as unknown as DataSet, stream, transferSyntaxUid, undefined);
    }
  } catch (error) {
    throw new UnreadableDicomFile('the elements after the pixel data cannot be read', { cause: error });
  }
  const inMemory: ParsedDataSet = { ...tail, elements: { ...besidePixelData(dataSet), ...tail.elements } };
  requireWhole(inMemory);
  return {
    transferSyntaxUid,
    dataSet: { ...inMemory, elements: { ...inMemory.elements, [PIXEL_DATA]: pixelData } },
  };
}

/** Adds fragments and basic offset table to encapsulated pixel data, as dicom-parser does; answers where it ends. */
async function locateFragments(
  storage: ContentStorage,
  content: LakeContent,
  pixelData: Element,
): Promise<number> {
  const reader = new WindowReader(storage, content);
  const fragments: { offset: number; position: number; length: number }[] = [];
  let basicOffsetTable: number[] | undefined;
  let firstFragment = 0;
  for (let at = pixelData.dataOffset; ;) {
    const header = await reader.read(at, ITEM_HEADER_BYTES);
    const [tag, length] = [header.readUInt32LE(0), header.readUInt32LE(4)];
    const position = at + ITEM_HEADER_BYTES;
    if (tag === SEQUENCE_END) {
      pixelData.fragments = fragments;
      pixelData.basicOffsetTable = basicOffsetTable ?? [];
      pixelData.encapsulatedPixelData = true;
      return position;
    }
    if (tag !== ITEM) throw new UnreadableDicomFile(`there is no item at ${at} in the pixel data`);
    if (basicOffsetTable === undefined) {
      const table = await reader.read(position, length);
      basicOffsetTable = Array.from({ length: length >> 2 }, (_, entry) => table.readUInt32LE(entry * 4));
      firstFragment = position + length;
    } else {
      fragments.push({ offset: at - firstFragment, position, length });
    }
    at = position + length;
  }
}

/** Reads a file here and there, a window at a time. */
class WindowReader {
  private window: Buffer = Buffer.alloc(0);
  private start = 0;

  public constructor(
    private readonly storage: ContentStorage,
    private readonly content: LakeContent,
  ) {}

  public async read(offset: number, length: number): Promise<Buffer> {
    if (offset + length > this.content.length) throw new UnreadableDicomFile('the pixel data is cut off');
    if (offset < this.start || offset + length > this.start + this.window.length) {
      const wanted = Math.max(WINDOW_BYTES, length);
      this.window = await this.storage.readAll(sliceContent(this.content, offset, wanted));
      this.start = offset;
    }
    return this.window.subarray(offset - this.start, offset - this.start + length);
  }
}
