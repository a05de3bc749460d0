import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { auditHtmlReport } from '../../verify';
import type { AuditReport } from '../../verify/audit/model';
import { describeInChromium, openFile, startBrowser } from '../support/browser';
import { temporaryFolder } from '../support/cli';
import {
  PAPER,
  expectFitsPaper,
  expectFitsScreens,
  expectKeyboardReachesAll,
  scrollThrough,
  violationsOf,
} from '../support/page-inspection';
import { emptyAudit, hostileAudit, metricsAudit, sampleAudit } from '../support/sample-audit';

jest.setTimeout(120_000);

const REPORTS = {
  large: sampleAudit(),
  hostile: hostileAudit(),
  empty: emptyAudit(),
  metrics: metricsAudit(5),
} as const satisfies Readonly<Record<string, AuditReport>>;
const KINDS = Object.keys(REPORTS) as (keyof typeof REPORTS)[];
const EACH = KINDS.flatMap((kind) => (['light', 'dark'] as const).map((scheme) => [kind, scheme] as const));
const IMAGE = path.resolve(__dirname, '../../docs/images/audit-report.png');
const MOST_IMAGE_BYTES = 250_000;

/** The page of an audit where people read it: a browser that nobody here wrote, and rules of accessibility likewise. */
describeInChromium('the page of an audit', () => {
  const folder = temporaryFolder();
  let browser: Browser;

  const fileOf = (kind: string): string => path.join(folder.path, `${kind}.html`);

  beforeAll(async () => {
    for (const kind of KINDS) writeFileSync(fileOf(kind), auditHtmlReport(REPORTS[kind]));
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser.close();
    folder[Symbol.dispose]();
  });

  test.each(EACH)('%s, %s: says nothing on the console and asks for nothing', async (kind, colorScheme) => {
    await using opened = await openFile(browser, fileOf(kind), { colorScheme });
    await scrollThrough(opened.page);
    expect(opened.said).toEqual([]);
    expect(opened.requested).toEqual([]);
    expect(await opened.page.title()).toMatch(/^(All is well|Mend the lake|Not known): /);
  });

  test.each(EACH)('%s, %s: breaks no rule of axe', async (kind, colorScheme) => {
    await using opened = await openFile(browser, fileOf(kind), { colorScheme });
    expect(await violationsOf(opened.page)).toEqual([]);
  });

  test.each(KINDS)('%s: the keyboard reaches everything, visibly', async (kind) => {
    await using opened = await openFile(browser, fileOf(kind));
    await expectKeyboardReachesAll(opened.page, 6);
  });

  test.each(KINDS)('%s: fits 360 and 1100 pixels', async (kind) => {
    await expectFitsScreens(browser, fileOf(kind));
  });

  test.each(KINDS)('%s: fits A4, in the colours of paper, with nothing cut', async (kind) => {
    await using opened = await openFile(browser, fileOf(kind), { colorScheme: 'dark', viewport: PAPER });
    const { page } = opened;
    await expectFitsPaper(page);
  });

  test('every picture has a name and a table', async () => {
    await using opened = await openFile(browser, fileOf('large'));
    expect(await opened.page.locator('.figure').count()).toBe(5);
    expect(await opened.page.locator('.figure:has(svg[role=img][aria-label]):has(table)').count()).toBe(5);
  });

  test('holds the texts of the report as texts', async () => {
    await using opened = await openFile(browser, fileOf('hostile'));
    const shown = await opened.page.locator('#named tbody th').allTextContents();
    const { findings } = REPORTS.hostile;
    const paths = findings.flatMap(({ first }) => first.map(({ path: name }) => name));
    expect(shown).toEqual(paths.map((name) => name.replace(/\p{Cc}|\u202e/gu, '\ufffd')));
  });

  test('the picture of it in the docs is small', async () => {
    if (process.env['UPDATE_DOCS'] === '1') {
      await using opened = await openFile(browser, fileOf('large'), {
        viewport: { width: 1020, height: 1720 },
      });
      // The advice is long: without it the pictures are to be seen.
      await opened.page.evaluate(
        "for (const id of ['index', 'advice']) document.getElementById(id).hidden = true",
      );
      mkdirSync(path.dirname(IMAGE), { recursive: true });
      await opened.page.screenshot({ path: IMAGE });
    }
    expect(existsSync(IMAGE)).toBe(true);
    expect(statSync(IMAGE).size).toBeLessThan(MOST_IMAGE_BYTES);
  });
});
