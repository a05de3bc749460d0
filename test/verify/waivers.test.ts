import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import {
  type EvidenceBundle,
  exitCodeOf,
  githubAnnotations,
  judgeEvidence,
  junitReport,
  markdownReport,
  printEvidenceBundle,
  readWaivers,
  type Report,
  type ReportRow,
  textReport,
  type Waiver,
} from '../../verify';
import { applyWaivers } from '../../verify/waiver';
import { runCli, temporaryFolder } from '../support/cli';
import { errorOf } from '../support/errors';
import { ROWS } from '../support/report-rows';
import { rowOf } from '../support/verify-bench';
import { gatheredHealth, healthyEvidence, reportOf } from '../support/verify-evidence';

const STARTED_AT = '2026-01-31T08:00:00.000Z';
const WAIVER: Waiver = {
  check: 'tiers/files-online',
  reason: 'a migration is under way',
  until: '2026-02-28',
};
const WAIVED = { reason: WAIVER.reason, until: WAIVER.until };
const SHA256 = 'f'.repeat(64);

const FAILED: ReportRow = {
  ...ROWS.fail,
  findings: ['a.dcm', 'b.dcm'].map((subject) => ({ subject, expected: 'Hot', actual: 'Archive' })),
};

function waived(
  rows: readonly ReportRow[],
  waivers: readonly Waiver[],
  startedAt = STARTED_AT,
): ReturnType<typeof applyWaivers> {
  return applyWaivers(rows, { waivers, sha256: SHA256 }, startedAt);
}

describe('waivers are read', () => {
  const read = (value: unknown): readonly Waiver[] => readWaivers(value, 'waivers.yaml', STARTED_AT);

  test('from a list, as YAML and JSON give it', () => {
    const subject = 'AHDS/hospital/dicom/images/Microsoft.Default/1_2.dcm';
    const yaml = `
      - check: tiers/files-online
        subject: ${subject}
        reason: a migration is under way
        until: 2026-02-28
      - { check: dicomweb/frames-unchanged, reason: "known", until: "2027-02-01" }`;
    const list = [
      { ...WAIVER, subject },
      { check: 'dicomweb/frames-unchanged', reason: 'known', until: '2027-02-01' },
    ];
    expect(read(parse(yaml))).toEqual(list);
    expect(read(JSON.parse(JSON.stringify(list)))).toEqual(list);
    expect(read([])).toEqual([]);
  });

  test('or refused, with every problem at once', () => {
    const list = [
      { check: 7, reason: ' ', until: '31.12.2026' },
      { check: 'tiers/files-online', subject: '', reason: 'x', until: '2026-02-28', ticket: 'A-1' },
      { until: '2026-02-30', reason: 'x', check: 'tiers/files-online' },
      'all',
    ];
    expect(errorOf(() => read(list))).toMatchObject({
      name: 'ConfigError',
      problems: [
        '[0].check must be the id of a check, such as tiers/files-online (docs/checks.md lists them), got 7',
        "[0].reason must be a text that says why this is accepted, got ' '",
        "[0].until must be the last day on which it holds, such as 2026-12-31, in quotes where a tool makes times of dates, got '31.12.2026'",
        "[1].subject must be the subject of a finding as the report has it, or be left out for all findings of the check, got ''",
        '[1].ticket is not a field of a waiver; known here: check, subject, reason, until',
        expect.stringMatching(/^\[2\].until must be the last day .*, got '2026-02-30'$/) as unknown,
        "[3] must be { check, subject, reason, until }, got 'all'",
      ],
    });
    expect(errorOf(() => read({ waivers: [] }))).toMatchObject({
      message: expect.stringMatching(/^the waivers in 'waivers.yaml' cannot be used\n/) as unknown,
      problems: ['the file must be a list of { check, subject, reason, until }, got {"waivers":[]}'],
    });
    expect(errorOf(() => read(undefined))).toMatchObject({
      problems: [expect.stringMatching(/got nothing$/)],
    });
  });

  test('or refused for what they say, with every problem at once', () => {
    const list = [
      { ...WAIVER, until: '2027-02-01' },
      { ...WAIVER, until: '2027-02-02', check: 'tiers/files-offline' },
      { ...WAIVER, reason: 'another' },
    ];
    expect(errorOf(() => read(list))).toMatchObject({
      problems: [
        expect.stringMatching(
          /^\[1\].check must be the id of a check, .*, got 'tiers\/files-offline'$/,
        ) as unknown,
        "[1].until must be at most 366 days after the run, 2027-02-01, got '2027-02-02'; shorten it, and renew it where it still holds by then",
        '[2] waives the same as [0]; remove one of them',
      ],
    });
  });
});

describe('a waiver', () => {
  test('of a check marks its row and every finding, and leaves the outcome', () => {
    const { rows, waivers } = waived([FAILED, ROWS.pass], [WAIVER]);
    expect(rows).toEqual([
      {
        ...FAILED,
        waived: WAIVED,
        findings: FAILED.findings?.map((finding) => ({ ...finding, waived: WAIVED })),
      },
      ROWS.pass,
    ]);
    expect(waivers).toEqual({ sha256: SHA256, expired: [], unmatched: [] });
  });

  test('of one finding marks that one, and the row still fails', () => {
    const { rows } = waived([FAILED], [{ ...WAIVER, subject: 'a.dcm' }]);
    expect(rows[0]?.waived).toBeUndefined();
    expect(rows[0]?.findings?.map((finding) => finding.waived)).toEqual([WAIVED, undefined]);
  });

  test('of every finding marks the row until the first of them ends; the nearer one counts', () => {
    const { rows } = waived(
      [FAILED],
      [
        { ...WAIVER, until: '2026-12-31', reason: 'all' },
        { ...WAIVER, subject: 'b.dcm' },
      ],
    );
    expect(rows[0]?.findings?.map((finding) => finding.waived?.reason)).toEqual(['all', WAIVER.reason]);
    expect(rows[0]?.waived).toEqual(WAIVED);
  });

  test('of every finding that has a name marks no row with more of them', () => {
    const row: ReportRow = { ...FAILED, unnamedFindings: 1 };
    const named = ['a.dcm', 'b.dcm'].map((subject) => ({ ...WAIVER, subject }));
    expect(waived([row], named).rows[0]?.waived).toBeUndefined();
    expect(waived([row], [WAIVER]).rows[0]?.waived).toEqual(WAIVED);
    expect(waived([FAILED], named).rows[0]?.waived).toEqual(WAIVED);
  });

  test('marks a row without findings, where it is of the whole check', () => {
    const row: ReportRow = { ...FAILED, findings: [] };
    expect(waived([row], [WAIVER]).rows[0]?.waived).toEqual(WAIVED);
    const ofOne = waived([row], [{ ...WAIVER, subject: 'a.dcm' }]);
    expect(ofOne.rows[0]?.waived).toBeUndefined();
    expect(ofOne.waivers.unmatched).toHaveLength(1);
  });

  test.each([ROWS.pass, ROWS.inconclusive, ROWS['not-applicable']])(
    'marks no row that is neither fail nor warn: $outcome',
    (row) => {
      expect(waived([row], [{ ...WAIVER, check: row.id }]).rows).toEqual([row]);
    },
  );

  test('holds on its last day, and does nothing after it', () => {
    const lastMoment = waived([FAILED], [WAIVER], '2026-02-28T23:59:59.999Z');
    expect(lastMoment.rows[0]?.waived).toEqual(WAIVED);
    const after = waived([FAILED], [WAIVER], '2026-03-01T00:00:00.000Z');
    expect(after.rows).toEqual([FAILED]);
    expect(after.waivers).toEqual({ sha256: SHA256, expired: [WAIVER], unmatched: [] });
  });

  test.each<readonly [what: string, row: ReportRow | undefined, subject: string | undefined, named: boolean]>(
    [
      ['a check that passes', { ...ROWS.pass, id: WAIVER.check }, undefined, true],
      ['a finding that is not there', FAILED, 'c.dcm', true],
      ['a finding that is there', FAILED, 'a.dcm', false],
      ['a check that was not made', undefined, undefined, false],
      ['a check that was not judged', { ...ROWS.inconclusive, id: WAIVER.check }, 'c.dcm', false],
      ['a check that does not apply', { ...ROWS['not-applicable'], id: WAIVER.check }, undefined, false],
    ],
  )('for %s is named as of no use, or not', (_what, row, subject, named) => {
    const waiver = { ...WAIVER, ...(subject === undefined ? {} : { subject }) };
    const { waivers } = waived([ROWS.pass, ...(row === undefined ? [] : [row])], [waiver]);
    expect(waivers.unmatched).toEqual(named ? [waiver] : []);
  });
});

describe('what is waived is in every report:', () => {
  const { rows, waivers } = waived(
    [FAILED, { ...ROWS.warn, severity: 'minor' }, ROWS.pass],
    [
      WAIVER,
      { check: ROWS.warn.id, reason: 'seen', until: '2026-02-01' },
      { check: 'tiers/last-access-tracked', reason: 'old', until: '2026-01-30' },
      { check: ROWS.pass.id, subject: 'x', reason: 'old', until: '2026-03-30' },
    ],
  );
  const report = reportOf(rows, { waivers });
  const EXPIRED =
    'the waiver for tiers/last-access-tracked ended on 2026-01-30 and does nothing; mend what it was for, renew it, or remove it';
  const UNMATCHED = "the waiver for dicomweb/instance-stored, 'x' matches nothing that was found; remove it";

  test('text', () => {
    const lines = textReport(report, false).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'WAIV  tiers/files-online                   files are offline',
        '      waived until 2026-02-28, though it FAILS AND IS A BLOCKER: a migration is under way',
        '      - a.dcm: expected Hot, got Archive (waived until 2026-02-28: a migration is under way)',
        '      waived until 2026-02-01, though it warns: seen',
        '1 passed, 0 warned, 0 failed, 0 inconclusive, 0 not applicable, 2 waived',
        'Waivers to look at:',
        `  ${EXPIRED}`,
        `  ${UNMATCHED}`,
      ]),
    );
    expect(lines.filter((line) => /^(FAIL|WARN) /.test(line))).toEqual([]);
  });

  test('Markdown', () => {
    const text = markdownReport(report);
    expect(text).toContain('| **waived blocker** | `tiers/files-online` |');
    expect(text).toContain('| **waived** (warn) | `dicomweb/given-files-accepted` |');
    expect(text).toContain('| a.dcm | Hot | Archive | until 2026-02-28: a migration is under way |');
    expect(text).toContain(
      '**waived until 2026-02-28, though it FAILS AND IS A BLOCKER: a migration is under way**',
    );
    expect(text).toContain(`### Waivers to look at\n\n- ${EXPIRED}\n- ${UNMATCHED}\n`);
  });

  test('annotations of GitHub, where nothing of it is an error', () => {
    const lines = githubAnnotations(report).trimEnd().split('\n');
    expect(lines.map((line) => /^::(\w+) title=([^:]*)::/.exec(line)?.slice(1))).toEqual([
      ['warning', 'a waiver to look at'],
      ['warning', 'a waiver to look at'],
      ['warning', 'tiers/files-online%3A files are offline'],
      ['notice', 'dicomweb/given-files-accepted%3A some given files were not taken'],
    ]);
    expect(lines[2]).toContain('waived until 2026-02-28');
    const [first] = waived([FAILED], [{ ...WAIVER, subject: 'a.dcm' }]).rows;
    expect(githubAnnotations(reportOf(first === undefined ? [] : [first]))).toMatch(
      /^::error .*b\.dcm: expected Hot.*and 1 more/,
    );
  });

  test('JUnit, as skipped, with output', () => {
    const xml = junitReport(report);
    expect(xml).toMatch(/tests="1" failures="0" errors="0" skipped="1"/);
    expect(xml).toContain(
      'waived until 2026-02-28, though it FAILS AND IS A BLOCKER: a migration is under way',
    );
    expect(xml).toContain('name="dicom-lake verify: waivers"');
    expect(xml).toContain(EXPIRED);
    expect(xml).not.toContain('<failure');
  });

  test('and nothing of it where there are no waivers', () => {
    const without = reportOf([FAILED]);
    for (const text of [textReport(without, false), markdownReport(without), junitReport(without)])
      expect(text).not.toMatch(/waive/i);
  });
});

test.each<readonly [name: string, rows: readonly ReportRow[], onFail: number, onWarn: number]>([
  ['all that failed is waived', [{ ...FAILED, waived: WAIVED }], 0, 0],
  ['all that warned is waived', [{ ...ROWS.warn, waived: WAIVED }], 0, 0],
  [
    'something else failed',
    [
      { ...FAILED, waived: WAIVED },
      { ...FAILED, id: 'tiers/other' },
    ],
    1,
    1,
  ],
  ['something could not be judged', [{ ...FAILED, waived: WAIVED }, ROWS.inconclusive], 3, 3],
])('exit code where %s', (_name, rows, onFail, onWarn) => {
  expect([exitCodeOf(reportOf(rows)), exitCodeOf(reportOf(rows), 'warn')]).toEqual([onFail, onWarn]);
});

describe('waivers on the command line', () => {
  const FILES = [1, 2].map((number) => `AHDS/hospital/dicom/images/Microsoft.Default/${number}_1.dcm`);
  const bundle: EvidenceBundle = {
    schemaVersion: 1,
    tool: { name: 'dicom-lake', version: '1.2.3' },
    target: { kind: 'deployment', serviceUrl: 'https://hospital-images.dicom.azurehealthcareapis.com' },
    settings: { only: ['tiers'], skip: [], profile: 'read-only' },
    deadlineSeconds: 300,
    calls: [],
    startedAt: STARTED_AT,
    durationMs: 12_345,
    interrupted: false,
    evidence: {
      ...gatheredHealth(),
      'lake.tier-census': {
        state: 'had',
        evidence: {
          ...healthyEvidence()['lake.tier-census'],
          tiers: [{ tier: 'Archive', count: 2, bytes: 3000 }],
          offline: FILES.map((file) => ({ path: file, tier: 'Archive', rehydrating: false })),
          offlineCount: 2,
          truncated: false,
        },
      },
    },
    probes: [],
    leftovers: [],
  };

  test('judge the same evidence as the same report, by the time of the evidence', async () => {
    using folder = temporaryFolder();
    const write = (name: string, text: string): void => writeFileSync(path.join(folder.path, name), text);
    write('evidence.json', printEvidenceBundle(bundle));
    const subject = rowOf(judgeEvidence(bundle), 'tiers/files-online').findings?.[0]?.subject ?? '';
    const entry = `reason: a migration is under way\n  until: 2026-02-28\n`;
    write('all.yaml', `- check: tiers/files-online\n  ${entry}`);
    write('one.yaml', `- check: tiers/files-online\n  subject: ${subject}\n  ${entry}`);
    write('wrong.yaml', `- check: tiers/files-online\n  ${entry.replace('reason', 'because')}`);
    write('broken.yaml', '- {');
    const judge = (waivers: string) =>
      runCli(
        [
          'verify',
          '--judge-only',
          'evidence.json',
          '--json',
          ...(waivers === '' ? [] : ['--waivers', waivers]),
        ],
        {
          cwd: folder.path,
        },
      );

    const [without, all, again, one, wrong, broken] = [
      await judge(''),
      await judge('all.yaml'),
      await judge('all.yaml'),
      await judge('one.yaml'),
      await judge('wrong.yaml'),
      await judge('broken.yaml'),
    ];
    expect([without, all, one, wrong, broken].map(({ exitCode }) => exitCode)).toEqual([1, 0, 1, 2, 2]);
    expect(again.stdout).toBe(all.stdout);
    const report = JSON.parse(all.stdout) as Report;
    expect(report.counts).toMatchObject({ fail: 0, waived: 1 });
    expect(rowOf(report, 'tiers/files-online')).toMatchObject({ outcome: 'fail', waived: WAIVED });
    expect(report.waivers).toEqual({
      sha256: createHash('sha256')
        .update(readFileSync(path.join(folder.path, 'all.yaml')))
        .digest('hex'),
      expired: [],
      unmatched: [],
    });
    expect(judgeEvidence(bundle, { waivers: [WAIVER], sha256: SHA256 }).counts).toEqual(report.counts);
    expect((JSON.parse(one.stdout) as Report).counts).toMatchObject({ fail: 1, waived: 0 });
    expect((JSON.parse(without.stdout) as Report).waivers).toBeUndefined();
    expect(wrong.stderr).toBe(
      [
        "error: the waivers in 'wrong.yaml' cannot be used",
        '  - [0].reason must be a text that says why this is accepted, got nothing',
        '  - [0].because is not a field of a waiver; known here: check, subject, reason, until',
        '',
      ].join('\n'),
    );
    expect(broken.stderr).toMatch(/^error: the waivers 'broken.yaml' cannot be read as YAML or JSON: /);
  }, 30_000);

  test('go with judging, not with gathering', async () => {
    using folder = temporaryFolder();
    const { exitCode, stderr } = await runCli(
      ['verify', 'manifest.json', '--gather-only', 'evidence.json', '--waivers', 'waivers.yaml'],
      { cwd: folder.path },
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain("option '--gather-only <file>' cannot be used with option '--waivers <file>'");
  });
});
