import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './cli';

/** The VRs that the DICOM service leaves out of metadata. */
const LEFT_OUT = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN'];
const PADDING = /[\0 ]+$/;
/** dcm2json writes UTF-8 and replaces the character set of the file by that. */
const CHARACTER_SET = '00080005';

export type Json = Readonly<Record<string, { readonly vr: string; readonly Value?: readonly unknown[] }>>;

/** Why DCMTK cannot be asked, or undefined where it can. */
export function whyNoDcmtk(): string | undefined {
  try {
    execFileSync('dcm2json', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'the Debian package dcmtk is not installed';
  }
}

/**
 * Metadata of a file as dcm2json of DCMTK writes it, without what the service leaves out and without
 * SpecificCharacterSet. Pixel data is taken off before, since dcm2json refuses what is compressed.
 */
export function metadataByDcmtk(file: Buffer): Json {
  using folder = temporaryFolder();
  const name = path.join(folder.path, 'file.dcm');
  writeFileSync(name, file);
  const options = { stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 };
  execFileSync('dcmodify', ['-nb', '-imt', '-ea', '(7fe0,0010)', name], options);
  const json = execFileSync('dcm2json', ['--encode-extended', name], options).toString('utf8');
  return withoutLeftOut(JSON.parse(json) as Json);
}

/** The file with a PatientID, which the DICOM service demands, where it has none. */
export function withPatientId(file: Buffer): Buffer {
  if ('00100020' in metadataByDcmtk(file)) return file;
  using folder = temporaryFolder();
  const name = path.join(folder.path, 'file.dcm');
  writeFileSync(name, file);
  execFileSync('dcmodify', ['-nb', '-i', '(0010,0020)=WITNESS', name], { stdio: 'ignore' });
  return readFileSync(name);
}

/**
 * All elements of files as dcmdump of DCMTK prints them, by the names that are given.
 *
 * @throws Error where dcmftest does not take one of them for a DICOM file
 */
export function dumpByDcmtk(files: ReadonlyMap<string, Buffer>): string {
  using folder = temporaryFolder();
  const names = [...files.keys()];
  for (const [name, file] of files) writeFileSync(path.join(folder.path, name), file);
  const options = { cwd: folder.path, maxBuffer: 1 << 28, encoding: 'utf8', stdio: 'pipe' } as const;
  execFileSync('dcmftest', names, options);
  return execFileSync('dcmdump', ['--print-filename', '--print-all', '--load-all', ...names], options);
}

/** Numbers of 32 bits are rounded to them: DCMTK writes fewer digits than it would need for 64. */
export function inSinglePrecision(dataset: Json): Json {
  return JSON.parse(JSON.stringify(dataset), (_, element: unknown) => {
    const { vr, Value = [] } = (element ?? {}) as { readonly vr?: unknown; readonly Value?: unknown[] };
    return vr === 'FL' ? { vr, Value: Value.map((value) => Math.fround(Number(value))) } : element;
  }) as Json;
}

/** What the service returns of the metadata that a library made. */
export function withoutLeftOut(dataset: Json): Json {
  const kept = Object.entries(dataset)
    .filter(([tag, { vr }]) => !LEFT_OUT.includes(vr) && tag !== CHARACTER_SET && !tag.endsWith('0000'))
    .map(([tag, { vr, Value }]) => {
      if (Value === undefined) return [tag, { vr }] as const;
      const values = Value.map((value) => (vr === 'SQ' ? withoutLeftOut(value as Json) : unpadded(value)));
      return [tag, { vr, Value: values }] as const;
    });
  return Object.fromEntries(kept);
}

/** DCMTK leaves padding and empty groups of names where it converts characters. */
function unpadded(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(PADDING, '');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([group, name]) => [group, String(name).replace(PADDING, '')])
      .filter(([, name]) => name !== ''),
  );
}
