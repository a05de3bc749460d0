import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { htmlReport, type Report } from '../../verify';
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
import { emptyReport, hostileReport, realReports } from '../support/sample-reports';

jest.setTimeout(120_000);

const SCHEMES = ['light', 'dark'] as const;
const KINDS = ['healthy', 'faulty', 'hostile', 'empty'] as const;
const EACH = KINDS.flatMap((kind) => SCHEMES.map((scheme) => [kind, scheme] as const));
/** The slow tests: all with `HTML_REPORT=all`. */
const TRIED =
  process.env['HTML_REPORT'] === 'all'
    ? EACH
    : EACH.filter(
        ([kind, scheme]) => `${kind} ${scheme}` === 'hostile light' || `${kind} ${scheme}` === 'faulty dark',
      );
const IMAGES = path.resolve(__dirname, '../../docs/images');
const MOST_IMAGE_BYTES = 200_000;

/** The HTML report where people read it: a browser that nobody here wrote, and rules of accessibility likewise. */
describeInChromium('the HTML report', () => {
  const folder = temporaryFolder();
  let browser: Browser;
  let reports: Readonly<Record<(typeof KINDS)[number], Report>>;

  const fileOf = (kind: string): string => path.join(folder.path, `${kind}.html`);

  beforeAll(async () => {
    reports = { ...(await realReports()), hostile: hostileReport(), empty: emptyReport() };
    for (const kind of KINDS) writeFileSync(fileOf(kind), htmlReport(reports[kind]));
    expect(reports.healthy.counts).toMatchObject({ fail: 0, inconclusive: 0 });
    expect(reports.faulty.counts.fail).toBeGreaterThanOrEqual(3);
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
    expect(await opened.page.title()).toMatch(/^(You may deploy|Do not deploy|No verdict): /);
  });

  test.each(TRIED)('%s, %s: breaks no rule of axe', async (kind, colorScheme) => {
    await using opened = await openFile(browser, fileOf(kind), { colorScheme });
    expect(await violationsOf(opened.page)).toEqual([]);
  });

  test('the rules of axe are asked: text without contrast breaks one', async () => {
    await using opened = await openFile(browser, fileOf('faulty'));
    await opened.page.evaluate("document.documentElement.style.setProperty('--muted', '#ddd')");
    expect(await violationsOf(opened.page)).toContainEqual(expect.stringMatching(/^color-contrast: /));
  });

  test.each(TRIED)('%s, %s: the keyboard reaches everything, visibly', async (kind, colorScheme) => {
    await using opened = await openFile(browser, fileOf(kind), { colorScheme });
    await expectKeyboardReachesAll(opened.page, 4);
  });

  test.each(KINDS)('%s: fits 360 and 1100 pixels', async (kind) => {
    await expectFitsScreens(browser, fileOf(kind));
  });

  test.each(KINDS)('%s: fits A4, in the colours of paper, with nothing cut', async (kind) => {
    await using opened = await openFile(browser, fileOf(kind), { colorScheme: 'dark', viewport: PAPER });
    const { page } = opened;
    await expectFitsPaper(page);
    const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThanOrEqual(1);
  });

  test.each(['faulty', 'hostile'] as const)('%s: is read without colour', async (kind) => {
    await using opened = await openFile(browser, fileOf(kind));
    const { page } = opened;
    const words = await page.locator('.row .badge').allInnerTexts();
    expect(words).toHaveLength(reports[kind].rows.length);
    for (const word of words)
      expect(word).toMatch(/^[✗?!✓–] (failed|inconclusive|warned|passed|not applicable)$/);
    const outcomes = new Set(reports[kind].rows.map(({ outcome }) => outcome));
    expect(await page.locator('#outcomes svg pattern').count()).toBeGreaterThanOrEqual(outcomes.size - 1);
    const labels = await page.locator('#outcomes svg text').allTextContents();
    const signs = { fail: '✗', inconclusive: '?', warn: '!', pass: '✓', 'not-applicable': '–' };
    for (const outcome of outcomes)
      expect(labels).toContainEqual(expect.stringMatching(`^[${signs[outcome]}] \\d+$`));
    const steps = await page.locator('#journey tbody tr').allInnerTexts();
    expect(steps).toHaveLength(reports[kind].observed.journey?.length ?? 0);
    for (const step of steps) expect(step).toMatch(/[✓✗–] (well|wrong|not asked)/);
  });

  test('a problem is a link away, and every picture has a name and a table', async () => {
    await using opened = await openFile(browser, fileOf('faulty'));
    const { page } = opened;
    await page.locator('.problems a').first().click();
    expect(await page.locator(':target').innerText()).toContain('dicomweb/metadata-agrees');
    expect(await page.locator('.figure').count()).toBe(5);
    expect(await page.locator('.figure:has(svg[role=img][aria-label]):has(table)').count()).toBe(5);
  });

  test.each(KINDS)('%s: holds the texts of the report as texts', async (kind) => {
    await using opened = await openFile(browser, fileOf(kind));
    const shown = await opened.page.locator('.row h4').allTextContents();
    expect(shown).toHaveLength(reports[kind].rows.length);
    for (const { title } of reports[kind].rows) {
      const visible = title.replace(/\p{Cc}|\u202e/gu, '\ufffd');
      expect(shown.some((text) => text.endsWith(visible))).toBe(true);
    }
  });

  test.each(SCHEMES)('the %s picture of it in the docs is small', async (colorScheme) => {
    const image = path.join(IMAGES, `verify-report-${colorScheme}.png`);
    if (process.env['UPDATE_DOCS'] === '1') {
      const viewport = { width: 1020, height: 1150 };
      await using opened = await openFile(browser, fileOf('faulty'), { colorScheme, viewport });
      // The checks are long: without them the pictures are to be seen.
      await opened.page.evaluate("document.getElementById('checks').hidden = true");
      mkdirSync(IMAGES, { recursive: true });
      await opened.page.screenshot({ path: image });
    }
    expect(existsSync(image)).toBe(true);
    expect(statSync(image).size).toBeLessThan(MOST_IMAGE_BYTES);
  });
});
