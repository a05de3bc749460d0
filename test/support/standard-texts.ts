/** A value in its bytes, with the character sets that it needs. */
export interface StandardText {
  readonly what: string;
  /** Values of SpecificCharacterSet. */
  readonly terms: readonly string[];
  readonly bytes: Buffer;
  readonly text: string;
}

const ROWS: readonly (readonly [string, readonly string[], string, string])[] = [
  [
    'Japanese with escapes',
    ['', 'ISO 2022 IR 87'],
    'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B',
    'Yamada^Tarou=山田^太郎=やまだ^たろう',
  ],
  [
    'Japanese with half-width katakana',
    ['ISO 2022 IR 13', 'ISO 2022 IR 87'],
    '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J',
    'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
  ],
  [
    'Korean',
    ['', 'ISO 2022 IR 149'],
    'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf',
    'Hong^Gildong=洪^吉洞=홍^길동',
  ],
  [
    'Chinese in UTF-8',
    ['ISO_IR 192'],
    'Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1=',
    'Wang^XiaoDong=王^小東=',
  ],
  ['Chinese in GB18030', ['GB18030'], 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=', 'Wang^XiaoDong=王^小东='],
  [
    'Chinese with escapes',
    ['', 'ISO 2022 IR 58'],
    'Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=',
    'Zhang^XiaoDong=张^小东=',
  ],
  ['Greek', ['ISO_IR 126'], '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2', 'Διονυσιος'],
  ['Russian', ['ISO_IR 144'], '\xbb\xee\xda\x63\x65\xdc\xd1\xe3\xe0\xd3', 'Люкceмбург'],
  ['Arabic', ['ISO_IR 127'], '\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1', 'قباني^لنزار'],
  ['Hebrew', ['ISO_IR 138'], '\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4', 'שרון^דבורה'],
  ['German', ['ISO_IR 100'], 'Buc^J\xe9r\xf4me\\\xc4neas^R\xfcdiger', 'Buc^Jérôme\\Äneas^Rüdiger'],
  ['Czech', ['ISO_IR 101'], 'Ji\xf8\xed', 'Jiří'],
  ['Turkish', ['ISO_IR 148'], '\xc7avu\xfeo\xf0lu', 'Çavuşoğlu'],
  ['Thai', ['ISO_IR 166'], '\xca\xc1\xaa\xd2\xc2', 'สมชาย'],
  ['Maltese', ['ISO_IR 109'], '\xb1al', 'ħal'],
  ['Lithuanian', ['ISO_IR 110'], '\xa1\xe8\xba', 'Ąčē'],
  ['half-width katakana alone', ['ISO_IR 13'], '\xd4\xcf\xc0\xde^\xc0\xdb\xb3', 'ﾔﾏﾀﾞ^ﾀﾛｳ'],
  ['Chinese in GBK', ['GBK'], 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab', 'Wang^XiaoDong=王^小东'],
  ['supplementary kanji', ['', 'ISO 2022 IR 159'], 'A=\x1b$(D\x30\x21\x1b(B', 'A=丂'],
  ['the euro sign', ['ISO_IR 203'], '\xa4', '€'],
  [
    'Greek and Russian in one value',
    ['ISO 2022 IR 100', 'ISO 2022 IR 126', 'ISO 2022 IR 144'],
    'A\xe9=\x1b-F\xc4=\x1b-L\xbb',
    'Aé=Δ=Л',
  ],
];

/**
 * Names from PS3.5, annexes H, I, J and K, and words in the other character sets of PS3.3: the bytes are those of the
 * standard.
 *
 * @see https://dicom.nema.org/medical/dicom/current/output/chtml/part05/chapter_H.html
 */
export const STANDARD_TEXTS: readonly StandardText[] = ROWS.map(([what, terms, bytes, text]) => ({
  what,
  terms,
  bytes: Buffer.from(bytes, 'latin1'),
  text,
}));
