import { textDecoder } from '../../emulator/domain/dicom-text';
import { STANDARD_TEXTS } from '../support/standard-texts';

test.each(STANDARD_TEXTS)('$what is read as the standard says', ({ terms, bytes, text }) => {
  expect(textDecoder(terms)(bytes)).toBe(text);
});

test.each([
  ['what stands in no code page as Latin 1', ['ISO_IR 100'], '\x80\x9f', '\u0080\u009f'],
  ['an unknown term as Latin 1', ['NO SUCH SET'], '\xe9', 'é'],
])('%s', (_, terms, bytes, text) => {
  expect(textDecoder(terms)(Buffer.from(bytes, 'latin1'))).toBe(text);
});

test('a backslash ends what an escape sequence began', () => {
  const decode = textDecoder(['ISO 2022 IR 100', 'ISO 2022 IR 126']);
  expect(decode(Buffer.from('\x1b-F\xc4\\\xe9', 'latin1'))).toBe('Δ\\é');
});
