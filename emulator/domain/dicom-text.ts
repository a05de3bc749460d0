/** Decodes the text of one data set, by its SpecificCharacterSet. */
export type DecodeText = (bytes: Buffer) => string;

/**
 * Encodings by defined term, with and without code extension. Latin 1 and ASCII are read by hand: the `iso-8859-1` of
 * TextDecoder is windows-1252.
 *
 * @see https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.12.html#sect_C.12.1.1.2
 */
const ENCODINGS: Readonly<Record<string, string>> = {
  '': 'latin1',
  '6': 'latin1',
  '13': 'shift_jis',
  '58': 'gb18030',
  '87': 'euc-jp',
  '100': 'latin1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '126': 'iso-8859-7',
  '127': 'iso-8859-6',
  '138': 'iso-8859-8',
  '144': 'iso-8859-5',
  '148': 'windows-1254',
  '149': 'euc-kr',
  '159': 'euc-jp',
  '166': 'windows-874',
  '192': 'utf-8',
  '203': 'iso-8859-15',
};

/** What an escape sequence (without ESC) switches to. G1 holds the bytes above 0x7F, G0 those below. */
const ESCAPES: Readonly<
  Record<string, { readonly register: 'G0' | 'G1'; readonly encoding: string; readonly wide?: true }>
> = {
  '(B': { register: 'G0', encoding: 'latin1' },
  '(J': { register: 'G0', encoding: 'latin1' },
  $B: { register: 'G0', encoding: 'euc-jp', wide: true },
  '$@': { register: 'G0', encoding: 'euc-jp', wide: true },
  '$(D': { register: 'G0', encoding: 'euc-jp', wide: true },
  ')I': { register: 'G1', encoding: 'shift_jis' },
  '$)C': { register: 'G1', encoding: 'euc-kr' },
  '$)A': { register: 'G1', encoding: 'gb18030' },
  '-A': { register: 'G1', encoding: 'latin1' },
  '-B': { register: 'G1', encoding: 'iso-8859-2' },
  '-C': { register: 'G1', encoding: 'iso-8859-3' },
  '-D': { register: 'G1', encoding: 'iso-8859-4' },
  '-F': { register: 'G1', encoding: 'iso-8859-7' },
  '-G': { register: 'G1', encoding: 'iso-8859-6' },
  '-H': { register: 'G1', encoding: 'iso-8859-8' },
  '-L': { register: 'G1', encoding: 'iso-8859-5' },
  '-M': { register: 'G1', encoding: 'windows-1254' },
  '-T': { register: 'G1', encoding: 'windows-874' },
  '-b': { register: 'G1', encoding: 'iso-8859-15' },
};
const JIS_X_0212 = '$(D';

const ESC = 0x1b;
/** After any of these the registers are as at the start of the value: CR, LF, FF, TAB, \, and in names ^ and =. */
const DELIMITERS = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x5c, 0x5e, 0x3d]);

/** @param terms values of SpecificCharacterSet; none for ASCII. Unknown terms are read as Latin 1. */
export function textDecoder(terms: readonly string[]): DecodeText {
  const [first = ''] = terms;
  const initial = ENCODINGS[numberOf(first)] ?? 'latin1';
  if (terms.length <= 1 && !first.startsWith('ISO 2022')) return (bytes) => decode(bytes, initial);
  return (bytes) => decodeWithEscapes(bytes, initial);
}

/** `ISO_IR 100` and `ISO 2022 IR 100` name the same characters. */
function numberOf(term: string): string {
  if (term === 'GB18030' || term === 'GBK') return '58';
  return /^(?:ISO_IR|ISO 2022 IR) (\d+)$/.exec(term.trim())?.[1] ?? '';
}

function decode(bytes: Buffer, encoding: string): string {
  return encoding === 'latin1' ? bytes.toString('latin1') : new TextDecoder(encoding).decode(bytes);
}

function decodeWithEscapes(bytes: Buffer, initial: string): string {
  let text = '';
  let wide: 'none' | 'jis-x-0208' | 'jis-x-0212' = 'none';
  let high = initial;
  let start = 0;
  const flush = (end: number): void => {
    text += decodeRun(bytes.subarray(start, end), wide, high);
    start = end;
  };
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === ESC) {
      flush(at);
      const sequence = escapeAt(bytes, at + 1);
      start = at + 1 + sequence.length;
      at = start - 1;
      const target = ESCAPES[sequence];
      if (target?.register === 'G1') high = target.encoding;
      else if (sequence === JIS_X_0212) wide = 'jis-x-0212';
      else wide = target?.wide === true ? 'jis-x-0208' : 'none';
    } else if (wide === 'none' && DELIMITERS.has(byte)) {
      flush(at);
      high = initial;
    }
  }
  flush(bytes.length);
  return text;
}

/** An escape sequence ends with its first byte from 0x30 on; those before it are in 0x20 to 0x2F. */
function escapeAt(bytes: Buffer, from: number): string {
  const match = /^[\x20-\x2f]*[\x30-\x7e]/.exec(bytes.toString('latin1', from, from + 4));
  return match?.[0] ?? '';
}

function decodeRun(bytes: Buffer, wide: 'none' | 'jis-x-0208' | 'jis-x-0212', high: string): string {
  if (wide === 'none') return decode(bytes, high);
  const prefix = wide === 'jis-x-0212' ? [0x8f] : [];
  const moved: number[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    moved.push(...prefix, (bytes[at] ?? 0) | 0x80, (bytes[at + 1] ?? 0) | 0x80);
  }
  return decode(Buffer.from(moved), 'euc-jp');
}
