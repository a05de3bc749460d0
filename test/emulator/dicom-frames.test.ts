import { readDicomFile } from '../../emulator/domain/dicom-file';
import { locateFrames, type Frame } from '../../emulator/domain/dicom-frames';
import { readMetadata } from '../../emulator/domain/dicom-json';
import { syntheticDataset, writeDicomFile } from '../support/dicom-file';

/** Frames of one byte each. */
function framesOfBytes(count: number): readonly Frame[] {
  const dataset = syntheticDataset(
    { study: 's', series: 'e', instance: 'i' },
    {
      '00280008': { vr: 'IS', value: String(count) },
      '00280010': { vr: 'US', value: [1] },
      '00280011': { vr: 'US', value: [1] },
      '00280100': { vr: 'US', value: [8] },
      '7FE00010': { vr: 'OB', value: Buffer.alloc(count) },
    },
  );
  const file = readDicomFile(writeDicomFile(dataset));
  return locateFrames(file.dataSet, readMetadata(file.dataSet).dataset);
}

test('more than a million frames are not kept, so that no file takes the memory of all', () => {
  expect(framesOfBytes(3)).toHaveLength(3);
  expect(framesOfBytes(1_000_001)).toHaveLength(0);
});
