import { sectionMarkdown, withSection } from '../../bench/benchmarks-page';
import type { Machine } from '../../bench/machine';
import { rateRows } from '../../bench/measure';
import type { Section, SectionResult } from '../../bench/section';
import { ratioOf, spreadOf } from '../../bench/statistics';
import { terminalText } from '../../bench/terminal-text';

const SECTION: Section = {
  name: 'sample',
  title: 'A sample, beside another',
  command: 'npm run bench -- sample',
  run: () => Promise.resolve({ skipped: 'it is a test' }),
};
const MACHINE: Machine = { date: '2026-01-02', node: 'v20.1.2', cpu: 'Some CPU', cores: 2, memoryGb: 8 };
const RESULT: SectionResult = {
  tables: [
    {
      title: 'storing',
      rows: [
        { name: 'ours', unit: 'ms', runs: [100, 12.34, 1.234], base: 'theirs' },
        { name: 'theirs', unit: 'ms', runs: [50, 12.34, 2.468] },
      ],
    },
    { title: 'memory', rows: [{ name: 'ours', unit: 'MB', runs: [99.96, 12_345.6] }] },
  ],
  notes: ['On plain http.', 'Theirs does less.'],
  peers: { Peer: '1.2.3', Other: '4' },
};

test('the terminal shows medians, spreads and ratios in columns', () => {
  expect(terminalText(SECTION, RESULT)).toBe(
    [
      'A sample, beside another (npm run bench -- sample)',
      'beside Peer 1.2.3, Other 4',
      '',
      'storing',
      '          unit  median  least  most  ratio  least  most  to',
      '  ours    ms      12.3   1.23   100   1.00   0.50  2.00  theirs',
      '  theirs  ms      12.3   2.47  50.0',
      '',
      'memory',
      '        unit  median  least   most  ratio  least  most  to',
      '  ours  MB      6223  100.0  12346',
      '',
      'On plain http.',
      'Theirs does less.',
      '',
    ].join('\n'),
  );
});

test('the page says when, on what, beside which versions and how often it was measured', () => {
  expect(sectionMarkdown(SECTION, { result: RESULT, machine: MACHINE, rounds: 3 })).toBe(
    [
      '<!-- section sample -->',
      '',
      '## A sample, beside another',
      '',
      '```sh',
      'npm run bench -- sample --write',
      '```',
      '',
      '2026-01-02, Node v20.1.2, 2 x Some CPU, 8 GB; 3 rounds; Peer 1.2.3, Other 4',
      '',
      '| storing | unit | median | least | most | ratio | least | most | to |',
      '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |',
      '| ours | ms | 12.3 | 1.23 | 100 | 1.00 | 0.50 | 2.00 | theirs |',
      '| theirs | ms | 12.3 | 2.47 | 50.0 |  |  |  |  |',
      '',
      '| memory | unit | median | least | most | ratio | least | most | to |',
      '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |',
      '| ours | MB | 6223 | 100.0 | 12346 |  |  |  |  |',
      '',
      '- On plain http.',
      '- Theirs does less.',
      '',
      '<!-- end of sample -->',
    ].join('\n'),
  );
});

test('a section that was measured replaces itself on the page and leaves the others', () => {
  const [first, second] = [SECTION, { ...SECTION, name: 'second' }];
  const empty = withSection(
    withSection('# Page\n', first, sectionMarkdown(first)),
    second,
    sectionMarkdown(second),
  );
  const markdown = sectionMarkdown(first, { result: RESULT, machine: MACHINE, rounds: 3 });
  expect(withSection(empty, first, markdown)).toBe(`# Page\n\n${markdown}\n\n${sectionMarkdown(second)}\n`);
  expect(() => withSection('<!-- section sample -->\n', first, markdown)).toThrow(
    "docs/benchmarks.md has no '<!-- end of sample -->'",
  );
});

test('a ratio is that of each round, not of the medians', () => {
  const rows = [
    { name: 'a', unit: 'ms', runs: [10, 200, 30], base: 'b' },
    { name: 'b', unit: 'ms', runs: [10, 100, 10] },
  ] as const;
  expect(ratioOf({ title: '', rows }, rows[0])).toEqual({ median: 2, least: 1, most: 3 });
  expect(ratioOf({ title: '', rows }, rows[1])).toBeUndefined();
  expect(() => ratioOf({ title: '', rows }, { ...rows[0], runs: [1] })).toThrow("no row 'b'");
  expect(() => ratioOf({ title: '', rows }, { ...rows[0], base: 'c' })).toThrow("no row 'c'");
});

test('the median of an even number of runs is between the two in the middle', () => {
  expect(spreadOf([4, 1, 3, 10])).toEqual({ median: 3.5, least: 1, most: 10 });
  expect(spreadOf([5])).toEqual({ median: 5, least: 5, most: 5 });
});

test('rates are operations a second, beside the last way', () => {
  const measured = [
    { name: 'a', runs: [500, 1000] },
    { name: 'b', runs: [2000, 4000] },
  ];
  expect(rateRows(measured, 100)).toEqual([
    { name: 'a', unit: 'ops/s', runs: [200, 100], base: 'b' },
    { name: 'b', unit: 'ops/s', runs: [50, 25] },
  ]);
});
