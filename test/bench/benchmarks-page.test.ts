import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sectionMarkdown, sectionsIn, withSection } from '../../bench/benchmarks-page';
import { SECTIONS } from '../../bench/sections';

const PAGE = readFileSync(path.resolve(__dirname, '../../docs/benchmarks.md'), 'utf8');

test('the page has the sections that can be measured, in their order', () => {
  expect(sectionsIn(PAGE)).toEqual(SECTIONS.map(({ name }) => name));
});

test.each(SECTIONS.map((section) => [section.name, section] as const))(
  'the section %s stands under its title, with its command',
  (_, section) => {
    const [head = ''] = sectionMarkdown(section).split('\n```\n');
    expect(PAGE).toContain(`${head}\n\`\`\`\n`);
    expect(withSection(PAGE, section, sectionMarkdown(section))).toContain(sectionMarkdown(section));
    expect(section.command).toBe(`npm run bench -- ${section.name}`);
  },
);
