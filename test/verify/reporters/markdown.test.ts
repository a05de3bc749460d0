import MarkdownIt from 'markdown-it';
import { markdownReport } from '../../../verify';
import type { Report } from '../../../verify/model';
import { ROWS } from '../../support/report-rows';
import { reportOf } from '../../support/verify-evidence';

interface Block {
  readonly kind: string;
  readonly text: string;
}

/** Headings, cells, paragraphs and list items, as a reader of Markdown sees them. */
function blocksOf(report: Report): readonly Block[] {
  const tokens = new MarkdownIt({ html: true }).parse(markdownReport(report), {});
  return tokens.flatMap((token, index) => {
    if (token.type !== 'inline') {
      return token.type === 'html_block' ? [{ kind: 'html', text: token.content }] : [];
    }
    const text = (token.children ?? [])
      .filter(({ type }) => !/_(open|close)$/.test(type))
      .map(({ type, content }) => (/^(text|text_special|code_inline)$/.test(type) ? content : `<${type}>`))
      .join('');
    return [{ kind: tokens[index - 1]?.tag ?? '', text }];
  });
}

function textsOf(report: Report, kind: string): readonly string[] {
  return blocksOf(report).flatMap((block) => (block.kind === kind ? [block.text] : []));
}

describe('the Markdown report', () => {
  test('says how the run went and has a row for each check', () => {
    const report = reportOf(Object.values(ROWS));
    expect(textsOf(report, 'h2')).toEqual([
      'dicom-lake verify: 1 passed, 1 warned, 1 failed, 1 inconclusive, 1 not applicable',
    ]);
    expect(textsOf(report, 'td').slice(0, 15)).toEqual([
      ...['passed', 'dicomweb/instance-stored', 'the service stores images (1 instance)'],
      ...['warned', 'dicomweb/given-files-accepted', 'some given files were not taken'],
      ...['FAILED', 'tiers/files-online', 'files are offline'],
      ...['inconclusive', 'tiers/policy-as-intended', 'not known whether the rules are in place'],
      ...['not applicable', 'tiers/last-access-tracked', 'no rule counts last access'],
    ]);
  });

  test('explains what did not pass, with what was found and what to do', () => {
    const report = reportOf([ROWS.fail]);
    expect(textsOf(report, 'h3')).toEqual(['tiers/files-online: files are offline']);
    expect(textsOf(report, 'p')).toEqual([
      'https://hospital-images.dicom.azurehealthcareapis.com, 2026-01-31T08:00:00.000Z, 12.3 s, profile full, deadline 900 s, dicom-lake 1.2.3',
      '12 files <cannot> be read & more',
      'Why it matters: w3',
      'Remedy: move them',
      'Runbook: docs/runbook/tiers.md#tiersfiles-online',
      `Profile full, SHA-256 of the manifest (none was given), of the evidence ${'e'.repeat(64)}`,
    ]);
    expect(textsOf(report, 'td').slice(3, 6)).toEqual(['file 1', 'Hot', 'Archive']);
    expect(textsOf(report, 'td').slice(-3)).toEqual(['file 12', 'Hot', 'Archive']);
  });

  test('names the manifest it is of', () => {
    const report = reportOf([ROWS.pass], { manifestSha256: 'd'.repeat(64) });
    expect(textsOf(report, 'p').at(-1)).toContain(`SHA-256 of the manifest ${'d'.repeat(64)}, `);
  });

  test('stays short enough for a step summary, and says what it leaves out', () => {
    const findings = Array.from({ length: 20_000 }, (_, index) => ({
      ...ROWS.fail.findings[0],
      subject: `${index}`,
    }));
    const report = reportOf([{ ...ROWS.fail, findings: findings as never }]);
    expect(textsOf(report, 'p')).toContain('And 19950 more, in the JSON report.');
    expect(textsOf(report, 'td')).toHaveLength(3 + 50 * 3);
  });

  test('leaves text as it is, whatever it holds', () => {
    const subject = '| *a* _b_ `c` <img src=x> [d](e) &amp; # ~~f~~ \\ ![g](h) <!-- i -->';
    const report = reportOf([
      {
        ...ROWS.fail,
        reason: `${subject}\n\n# heading`,
        findings: [{ subject, expected: '|', actual: '||' }],
      },
    ]);
    expect(textsOf(report, 'td').slice(3)).toEqual([subject, '|', '||']);
    expect(textsOf(report, 'p')).toContain(`${subject} # heading`);
    expect(textsOf(report, 'html')).toEqual([]);
    expect(textsOf(report, 'h1')).toEqual([]);
  });

  test('names what was left behind, and says that a run was interrupted', () => {
    const report = reportOf([ROWS.pass], { leftovers: ['2.25.1'], interrupted: true });
    expect(textsOf(report, 'h3')).toEqual(['Left behind in the service']);
    expect(textsOf(report, 'p').slice(-2, -1)).toEqual(['study 2.25.1']);
    expect(textsOf(report, 'h2')[0]).toContain('interrupted, 1 passed');
  });
});
