import { parseMediaTypes } from '../../../emulator/dicomweb/media-type';
import { splitMultipart } from '../../../emulator/dicomweb/multipart';

const LOOKS_LIKE_IT = '\r\n--parts of a whole';

test('what looks like a boundary is passed on as it comes, and not collected', async () => {
  let sent = 0;
  async function* body(): AsyncGenerator<Buffer> {
    yield Buffer.from('--parts\r\n\r\n');
    for (; sent < 1000; sent += 1) yield await Promise.resolve(Buffer.from(LOOKS_LIKE_IT));
    yield Buffer.from('\r\n--parts--');
  }
  const ahead: number[] = [];
  let content = '';
  for await (const part of splitMultipart(body(), 'parts')) {
    for await (const chunk of part.content) {
      ahead.push(sent - content.length / LOOKS_LIKE_IT.length);
      content += chunk.toString('latin1');
    }
  }
  expect(content).toBe(LOOKS_LIKE_IT.repeat(1000));
  expect(Math.max(...ahead)).toBeLessThan(20);
});

test.each([
  ['a quotation that is left open', 'a; b="c, d', [['a', 'c, ']]],
  ['a backslash at the end of it', 'a; b="c\\', [['a', 'c']]],
  [
    'a comma in a quotation',
    'a; b="c, d", e',
    [
      ['a', 'c, d'],
      ['e', undefined],
    ],
  ],
  ['a quotation mark in a quotation', 'a; b="c\\"d"', [['a', 'c"d']]],
])('%s is read', (_, header, expected) => {
  const read = parseMediaTypes(header).map(({ type, parameters }) => [type, parameters.get('b')]);
  expect(read).toEqual(expected);
});
