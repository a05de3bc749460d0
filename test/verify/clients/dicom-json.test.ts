import { firstText, items, parseDataSet, parseDataSets } from '../../../verify/clients/dicom-json';
import { errorOf } from '../../support/errors';

const TAG = '00100020';

function element(element: unknown): ReturnType<typeof parseDataSet> {
  return parseDataSet(Buffer.from(JSON.stringify({ [TAG]: element })));
}

describe('first text', () => {
  test.each<readonly [element: unknown, text: string | undefined]>([
    [{ vr: 'LO', Value: ['one', 'two'] }, 'one'],
    [{ vr: 'IS', Value: [2] }, '2'],
    [{ vr: 'IS', Value: [0] }, '0'],
    [{ vr: 'LO', Value: [] }, undefined],
    [{ vr: 'LO', Value: [null] }, undefined],
    [{ vr: 'LO' }, undefined],
    [{ vr: 'PN', Value: [{ Alphabetic: 'A^B' }] }, undefined],
    [{ vr: 'LO', Value: 'no list' }, undefined],
    [{ vr: 'LO', Value: 5 }, undefined],
    [{ vr: 'LO', Value: null }, undefined],
    [null, undefined],
    ['text', undefined],
  ])('of %j is %j', (value, text) => {
    expect(firstText(element(value), TAG)).toBe(text);
  });

  test('of what is not there is undefined', () => {
    expect(firstText(element({ vr: 'LO', Value: ['x'] }), '00100010')).toBeUndefined();
    expect(firstText(undefined, TAG)).toBeUndefined();
  });
});

describe('items', () => {
  test.each<readonly [element: unknown, items: readonly unknown[]]>([
    [{ vr: 'SQ', Value: [{ '00081150': { vr: 'UI' } }] }, [{ '00081150': { vr: 'UI' } }]],
    [{ vr: 'SQ', Value: [] }, []],
    [{ vr: 'SQ' }, []],
    [{ vr: 'SQ', Value: 5 }, []],
    [{ vr: 'SQ', Value: [null, 'text', {}] }, [{}]],
  ])('of %j are %j', (value, found) => {
    expect(items(element(value), TAG)).toEqual(found);
  });

  test('of what is not there are none', () => {
    expect(items(undefined, TAG)).toEqual([]);
  });
});

describe('data sets', () => {
  test('are parsed from an array, and from an empty body as none', () => {
    expect(parseDataSets(Buffer.from('[{}, {"00100020": {"vr": "LO"}}]'))).toEqual([
      {},
      { '00100020': { vr: 'LO' } },
    ]);
    expect(parseDataSets(Buffer.alloc(0))).toEqual([]);
  });

  test.each(['{}', '"Phantom"', 'null', '[null]', '[["Phantom"]]', '[{}, 1]'])('fail from %s', (body) => {
    expect(errorOf(() => parseDataSets(Buffer.from(body)))).toEqual(
      new Error('it is no JSON array of objects'),
    );
  });

  test('are parsed one alone, and from an empty body as an empty one', () => {
    expect(parseDataSet(Buffer.from('{"00100020": {"vr": "LO"}}'))).toEqual({ '00100020': { vr: 'LO' } });
    expect(parseDataSet(Buffer.alloc(0))).toEqual({});
  });

  test.each(['[]', '"Phantom"', 'null', '1'])('fail alone from %s', (body) => {
    expect(errorOf(() => parseDataSet(Buffer.from(body)))).toEqual(new Error('it is no JSON object'));
  });

  test.each([parseDataSet, parseDataSets])(
    'fail from what is no JSON, without repeating it (%p)',
    (parse) => {
      expect(errorOf(() => parse(Buffer.from('{"00100010": "Phantom^Synthetic"')))).toEqual(
        new Error('it is no JSON'),
      );
    },
  );
});
