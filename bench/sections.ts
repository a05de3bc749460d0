import { inventoryBench } from './audit/inventory-section';
import { listingBench } from './audit/listing-section';
import { blobBench } from './blob/blob-bench';
import { orthancBench } from './orthanc-bench';
import type { Section } from './section';
import { synthesisBench } from './synthesis/synthesis-bench';
import { verifyBench } from './verify/verify-bench';

/** Every section, in the order of the page; those of docs/benchmarks.md are the same. */
export const SECTIONS: readonly Section[] = [
  section('synthesis', 'Synthesis, beside the same resources written flat', synthesisBench),
  section('verify', 'A quick verification, beside the requests that it cannot do without', verifyBench),
  section('listing', 'An audit by listing, beside the SDK and rclone', listingBench),
  section('inventory', 'An audit of an inventory, by its rows', inventoryBench),
  section('emulator-dicomweb', 'The DICOM service of the emulator, beside Orthanc', orthancBench),
  section('emulator-blob', 'The blob service of the emulator, beside Azurite', blobBench),
];

function section(name: string, title: string, run: Section['run']): Section {
  return { name, title, command: `npm run bench -- ${name}`, run };
}
