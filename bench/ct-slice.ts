const ROWS = 512;
const COLUMNS = 512;
/** Digits of the number that ends every UID, so that all have one length. */
const DIGITS = 12;
const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** Slices of one study, in one series. */
export const SLICES_PER_STUDY = 50;

/** What tells one slice from another, by its number from 0 on. */
export interface SliceIdentifiers {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
  readonly patientId: string;
}

export function sliceIdentifiers(number: number): SliceIdentifiers {
  const study = Math.floor(number / SLICES_PER_STUDY);
  return {
    study: uid(1, study),
    series: uid(2, study),
    instance: uid(3, number),
    patientId: `P${String(study).padStart(DIGITS, '0')}`,
  };
}

/** A file of 512 KiB of pixels that becomes one slice after the other in place. */
export class CtSlice {
  public readonly file: Buffer = ctFile(sliceIdentifiers(0));
  private readonly places: readonly (readonly [keyof SliceIdentifiers, number])[];

  public constructor() {
    const first = sliceIdentifiers(0);
    this.places = (Object.keys(first) as (keyof SliceIdentifiers)[]).flatMap((name) =>
      allPlaces(this.file, first[name]).map((at) => [name, at] as const),
    );
  }

  /** Makes it the slice of this number. */
  public become(number: number): void {
    const identifiers = sliceIdentifiers(number);
    for (const [name, at] of this.places) this.file.write(identifiers[name], at, 'latin1');
  }
}

function uid(kind: number, number: number): string {
  return `2.25.${kind}${String(number).padStart(DIGITS, '0')}`;
}

function allPlaces(file: Buffer, text: string): readonly number[] {
  const places: number[] = [];
  for (let at = file.indexOf(text); at >= 0; at = file.indexOf(text, at + 1)) places.push(at);
  return places;
}

function ctFile({ study, series, instance, patientId }: SliceIdentifiers): Buffer {
  const meta = Buffer.concat([
    element('00020001', 'OB', Buffer.from([0, 1])),
    element('00020002', 'UI', CT_IMAGE_STORAGE),
    element('00020003', 'UI', instance),
    element('00020010', 'UI', EXPLICIT_VR_LITTLE_ENDIAN),
    element('00020012', 'UI', '2.25.4'),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element('00020000', 'UL', length),
    meta,
    element('00080005', 'CS', 'ISO_IR 100'),
    element('00080008', 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'),
    element('00080016', 'UI', CT_IMAGE_STORAGE),
    element('00080018', 'UI', instance),
    element('00080020', 'DA', '20260102'),
    element('00080021', 'DA', '20260102'),
    element('00080023', 'DA', '20260102'),
    element('00080030', 'TM', '101500'),
    element('00080050', 'SH', 'A1'),
    element('00080060', 'CS', 'CT'),
    element('00080070', 'LO', 'Nobody'),
    element('00080090', 'PN', 'Referrer^Rita'),
    element('00081030', 'LO', 'CT thorax'),
    element('0008103E', 'LO', 'Axial 1.0'),
    element('00081090', 'LO', 'Scanner'),
    element('00100010', 'PN', 'Nobody^Nora'),
    element('00100020', 'LO', patientId),
    element('00100030', 'DA', '19700101'),
    element('00100040', 'CS', 'F'),
    element('00101010', 'AS', '055Y'),
    element('00180015', 'CS', 'CHEST'),
    element('00180050', 'DS', '1.0'),
    element('00180060', 'DS', '120'),
    element('00181151', 'IS', '200'),
    element('00185100', 'CS', 'HFS'),
    element('0020000D', 'UI', study),
    element('0020000E', 'UI', series),
    element('00200010', 'SH', '1'),
    element('00200011', 'IS', '1'),
    element('00200013', 'IS', '1'),
    element('00200032', 'DS', '-250\\-250\\100'),
    element('00200037', 'DS', '1\\0\\0\\0\\1\\0'),
    element('00280002', 'US', short(1)),
    element('00280004', 'CS', 'MONOCHROME2'),
    element('00280010', 'US', short(ROWS)),
    element('00280011', 'US', short(COLUMNS)),
    element('00280030', 'DS', '0.97\\0.97'),
    element('00280100', 'US', short(16)),
    element('00280101', 'US', short(12)),
    element('00280102', 'US', short(11)),
    element('00280103', 'US', short(0)),
    element('00281050', 'DS', '40'),
    element('00281051', 'DS', '400'),
    element('00281052', 'DS', '-1024'),
    element('00281053', 'DS', '1'),
    element('7FE00010', 'OW', pixels()),
  ]);
}

/** Neither even nor random: a ramp with some noise, as a detector has. */
function pixels(): Buffer {
  const values = new Uint16Array(ROWS * COLUMNS);
  let noise = 1;
  for (let at = 0; at < values.length; at += 1) {
    noise = (noise * 16_807) % 2_147_483_647;
    values[at] = ((at % COLUMNS) + (noise % 64)) & 0x0fff;
  }
  return Buffer.from(values.buffer);
}

function short(value: number): Buffer {
  return Buffer.from([value & 0xff, value >> 8]);
}

/** One data element in explicit VR little endian (PS3.5 7.1.2). */
function element(tag: string, vr: string, value: string | Buffer): Buffer {
  const content = typeof value === 'string' ? padded(vr, value) : value;
  const isLong = vr === 'OB' || vr === 'OW';
  const header = Buffer.alloc(isLong ? 12 : 8);
  header.writeUInt16LE(parseInt(tag.slice(0, 4), 16), 0);
  header.writeUInt16LE(parseInt(tag.slice(4), 16), 2);
  header.write(vr, 4, 'latin1');
  if (isLong) header.writeUInt32LE(content.length, 8);
  else header.writeUInt16LE(content.length, 6);
  return Buffer.concat([header, content]);
}

function padded(vr: string, value: string): Buffer {
  const padding = value.length % 2 === 0 ? '' : vr === 'UI' ? '\0' : ' ';
  return Buffer.from(value + padding, 'latin1');
}
