import { readDicomContent } from '../../emulator/domain/dicom-content';
import { readDicomFile, type DicomFile } from '../../emulator/domain/dicom-file';
import { locateFrames } from '../../emulator/domain/dicom-frames';
import { readMetadata } from '../../emulator/domain/dicom-json';
import { syntheticDataset, SYNTAX, writeDicomFile, type SyntheticDataset } from '../support/dicom-file';
import { MemoryContents } from '../support/memory-contents';

/** Longer than what is held in memory. */
const PIXEL_BYTES = 9 << 20;
const NATIVE: SyntheticDataset = { '7FE00010': { vr: 'OW', value: Buffer.alloc(PIXEL_BYTES, 1) } };
const FRAGMENTS = Array.from({ length: 3 }, (_, at) => Buffer.alloc(PIXEL_BYTES / 3, at));
const ENCAPSULATED: SyntheticDataset = { '7FE00010': { vr: 'OB', value: { fragments: FRAGMENTS } } };
const PADDING: SyntheticDataset = { FFFCFFFC: { vr: 'OB', value: Buffer.alloc(20) } };

test.each([
  ['explicit VR', NATIVE, SYNTAX.explicit],
  ['explicit VR and padding', { ...NATIVE, ...PADDING }, SYNTAX.explicit],
  ['implicit VR', NATIVE, SYNTAX.implicit],
  ['implicit VR and padding', { ...NATIVE, ...PADDING }, SYNTAX.implicit],
  ['big endian', NATIVE, SYNTAX.bigEndian],
  ['fragments', ENCAPSULATED, SYNTAX.rle],
  ['fragments and padding', { ...ENCAPSULATED, ...PADDING }, SYNTAX.rle],
  ['deflation', NATIVE, SYNTAX.deflated],
])(
  'a long file with %s is read in stretches as it is read as a whole',
  async (_, changes, transferSyntaxUid) => {
    const dataset = syntheticDataset(
      { study: 's', series: 'e', instance: 'i' },
      { '00280008': { vr: 'IS', value: '3' }, ...changes },
    );
    const bytes = writeDicomFile(dataset, { transferSyntaxUid });
    const storage = new MemoryContents();
    const { content } = await storage.write([bytes]);
    const file = await readDicomContent(storage, { content, head: undefined });
    expect(readingOf(file)).toEqual(readingOf(readDicomFile(bytes)));
  },
);

function readingOf(file: DicomFile | undefined): object | undefined {
  if (file === undefined) return undefined;
  const metadata = readMetadata(file.dataSet);
  return { ...metadata, frames: locateFrames(file.dataSet, metadata.dataset) };
}
