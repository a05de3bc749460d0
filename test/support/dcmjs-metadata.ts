import { data, log, type DcmjsElement } from 'dcmjs';

log.setLevel('silent');
log.getLogger('validation.dcmjs').setLevel('silent');

type Dict = Readonly<Record<string, DcmjsElement>>;

const CHARACTER_SET = '00080005';
/** VRs that the DICOM service leaves out of metadata. */
const LEFT_OUT = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN'];

/**
 * Metadata of a file as dcmjs reads it, in the spelling of the DICOM JSON model. SpecificCharacterSet is missing: dcmjs
 * replaces it by that of its own strings.
 */
export function metadataByDcmjs(file: Buffer): Record<string, { vr: string; Value?: unknown[] }> {
  const copy = new Uint8Array(file);
  return inJsonModel(data.DicomMessage.readFile(copy.buffer).dict);
}

function inJsonModel(dict: Dict): Record<string, { vr: string; Value?: unknown[] }> {
  const result: Record<string, { vr: string; Value?: unknown[] }> = {};
  for (const tag of Object.keys(dict).sort()) {
    const element = dict[tag];
    if (element === undefined || LEFT_OUT.includes(element.vr) || tag.endsWith('0000')) continue;
    if (tag === CHARACTER_SET) continue;
    const values = (element.Value ?? []).map((value) => inJson(element.vr, value));
    const empty = values.every((value) => value === null || value === '');
    result[tag] = empty ? { vr: element.vr } : { vr: element.vr, Value: values };
  }
  return result;
}

function inJson(vr: string, value: unknown): unknown {
  if (vr === 'SQ') return inJsonModel(value as Dict);
  if (vr === 'AT') return (value as number).toString(16).padStart(8, '0').toUpperCase();
  if (typeof value === 'string') return value.trimEnd() === '' ? null : value.replace(/[\0 ]+$/, '');
  return value;
}

/** Metadata without SpecificCharacterSet, also in the items of sequences. */
export function withoutCharacterSet(metadata: unknown): unknown {
  return JSON.parse(
    JSON.stringify(metadata, (key, value: unknown) => (key === CHARACTER_SET ? undefined : value)),
  );
}
