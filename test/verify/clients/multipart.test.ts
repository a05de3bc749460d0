import { randomBytes } from 'node:crypto';
import { decodeMultipart, encodeMultipart, type Part } from '../../../verify/clients/multipart';
import { errorOf } from '../../support/errors';

const CUT_SHORT = new Error('it was cut short: its closing boundary is missing');

/** Text with line ends of a protocol. */
function wire(...lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

describe('decoding', () => {
  const body = wire(
    '--b 1',
    'Content-Type: application/dicom',
    '',
    'first',
    '--b 1',
    'content-location: /x',
    'CONTENT-TYPE:  application/octet-stream; transfer-syntax=1.2.3 ',
    '',
    'second',
    'line',
    '--b 1--',
    '',
  );
  const parts: readonly Part[] = [
    { contentType: 'application/dicom', content: Buffer.from('first') },
    {
      contentType: 'application/octet-stream; transfer-syntax=1.2.3',
      content: Buffer.from('second\r\nline'),
    },
  ];

  test('gives every part with its own type', () => {
    expect(decodeMultipart(body, 'multipart/related; type="application/dicom"; boundary="b 1"')).toEqual(
      parts,
    );
  });

  test.each([
    'multipart/related; boundary=abc',
    'multipart/related;boundary=abc; type="application/dicom"',
    'Multipart/Related; Boundary="abc"; type="application/dicom"',
    'multipart/related; type="application/dicom"; boundary=abc;charset=utf-8',
  ])('finds the boundary in %s', (contentType) => {
    const one = wire('--abc', 'Content-Type: text/plain', '', 'x', '--abc--');
    expect(decodeMultipart(one, contentType)).toEqual([
      { contentType: 'text/plain', content: Buffer.from('x') },
    ]);
  });

  test('reads past a preamble and an epilogue', () => {
    const one = wire('preamble', '--abc', '', 'x', '--abc--', 'epilogue');
    expect(decodeMultipart(one, 'multipart/related; boundary=abc')).toEqual([
      { contentType: '', content: Buffer.from('x') },
    ]);
  });

  test('gives a part without content, and no part at all', () => {
    expect(decodeMultipart(wire('--abc', '', '', '--abc--'), 'multipart/related; boundary=abc')).toEqual([
      { contentType: '', content: Buffer.alloc(0) },
    ]);
    expect(decodeMultipart(wire('--abc--'), 'multipart/related; boundary=abc')).toEqual([]);
  });

  test('leaves binary content alone, also where it holds the delimiter but not at the start of a line', () => {
    const content = Buffer.concat([
      Buffer.from([0, 0xff, 0x0a]),
      Buffer.from('--abc--\n--abc\r--abc--\r\n\r\n'),
      Buffer.from([0x80, 0x0d]),
    ]);
    const framed = Buffer.concat([
      wire('--abc', 'Content-Type: application/dicom', '', ''),
      content,
      wire('', '--abc--'),
    ]);
    expect(decodeMultipart(framed, 'multipart/related; boundary=abc')).toEqual([
      { contentType: 'application/dicom', content },
    ]);
  });

  test('fails at every byte at which a body can be cut short', () => {
    const contentType = 'multipart/related; boundary="b 1"';
    const end = body.indexOf('--b 1--') + '--b 1--'.length;
    for (let length = 0; length < end; length += 1) {
      expect(errorOf(() => decodeMultipart(body.subarray(0, length), contentType))).toEqual(CUT_SHORT);
    }
    expect(decodeMultipart(body.subarray(0, end), contentType)).toEqual(parts);
  });

  test.each<readonly [name: string, body: Buffer]>([
    ['is empty', Buffer.alloc(0)],
    ['has another boundary', wire('--other', '', 'x', '--other--')],
    ['has a part whose headers do not end', wire('--abc', 'Content-Type: text/plain', '--abc--')],
  ])('fails where the body %s', (_name, bytes) => {
    expect(errorOf(() => decodeMultipart(bytes, 'multipart/related; boundary=abc'))).toEqual(CUT_SHORT);
  });

  test.each([
    ['application/dicom', 'application/dicom'],
    ['', ''],
    ['multipart/related; type="application/dicom"', 'multipart/related'],
    ['Doe^Jane/x', ''],
  ])('fails where the type is %j, and says so', (contentType, shown) => {
    expect(errorOf(() => decodeMultipart(body, contentType))).toEqual(
      new Error(`its Content-Type '${shown}' names no boundary`),
    );
  });
});

describe('encoding', () => {
  const parts: readonly Part[] = [
    { contentType: 'application/dicom', content: randomBytes(5_000) },
    { contentType: 'application/dicom+json', content: Buffer.alloc(0) },
    { contentType: 'application/dicom', content: Buffer.from('\r\n--\r\n\r\n--') },
  ];

  test('is undone by decoding', () => {
    const { body, contentType } = encodeMultipart(parts, 'application/dicom');
    expect(decodeMultipart(body, contentType)).toEqual(parts);
  });

  test('names the type of its parts, and never the same boundary twice', () => {
    const [one, other] = [
      encodeMultipart(parts, 'application/dicom'),
      encodeMultipart(parts, 'application/dicom'),
    ];
    expect(one.contentType).toMatch(
      /^multipart\/related; type="application\/dicom"; boundary=[0-9a-f-]{36}$/,
    );
    expect(one.contentType).not.toBe(other.contentType);
  });
});
