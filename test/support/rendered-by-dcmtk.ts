import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PNG } from 'pngjs';
import { temporaryFolder } from './cli';

/** The colours of the pixels of one image, three bytes each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly colours: Buffer;
}

export function pixelsOfPng(png: Buffer): Pixels {
  const { width, height, data } = PNG.sync.read(png);
  return { width, height, colours: pickBytes(data, [0, 1, 2], 4) };
}

/** The first frame of a file as dcm2pnm of DCMTK renders it: with the first window, or with the range of the values. */
export function renderedByDcmtk(file: Buffer, window: 'first' | 'range'): Pixels {
  using folder = temporaryFolder();
  const source = path.join(folder.path, 'file.dcm');
  const target = path.join(folder.path, 'image.pnm');
  writeFileSync(source, file);
  const windowing = window === 'first' ? ['+Wi', '1'] : ['+Wm'];
  execFileSync('dcm2pnm', ['-O', ...windowing, '+op', source, target], { stdio: 'ignore' });
  return pixelsOfPnm(readFileSync(target));
}

/** Binary PGM and PPM with one byte for each sample. */
function pixelsOfPnm(pnm: Buffer): Pixels {
  const header = /^P([56])\s(?:#.*\n)*(\d+)\s+(\d+)\s+255\s/.exec(pnm.toString('latin1', 0, 200));
  if (header === null) throw new Error(`dcm2pnm wrote something else: ${pnm.toString('latin1', 0, 40)}`);
  const [whole, kind, width, height] = header;
  const samples = pnm.subarray(whole.length);
  const colours = kind === '6' ? samples : pickBytes(samples, [0, 0, 0], 1);
  return { width: Number(width), height: Number(height), colours };
}

/** Of each stretch of `size` bytes, those at the offsets. */
function pickBytes(bytes: Buffer, offsets: readonly number[], size: number): Buffer {
  const picked = Buffer.alloc((bytes.length / size) * offsets.length);
  let to = 0;
  for (let from = 0; from < bytes.length; from += size) {
    for (const offset of offsets) {
      picked[to] = bytes[from + offset] ?? 0;
      to += 1;
    }
  }
  return picked;
}

/** The largest difference between two images in any colour of any pixel. */
export function largestDifference(one: Pixels, other: Pixels): number {
  if (one.width !== other.width || one.height !== other.height) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let at = 0; at < one.colours.length; at += 1) {
    const difference = (one.colours[at] ?? 0) - (other.colours[at] ?? 0);
    if (difference > most) most = difference;
    if (-difference > most) most = -difference;
  }
  return most;
}
