import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { openFile } from './browser';

/** Of A4 without its margins, in CSS pixels. */
export const PAPER = { width: 688, height: 1017 };

/** What axe says, as `rule: element`. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate<AxeResults>('axe.run()');
  // Rules that were not asked would find nothing.
  expect(passes.length).toBeGreaterThan(10);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

interface Stop {
  /** Among all that can be reached; -1 for what is none of them. */
  readonly index: number;
  readonly outline: string;
}

/** Presses Tab until nothing new is reached. */
async function tabThrough(
  page: Page,
): Promise<{ readonly reachable: number; readonly reached: readonly Stop[] }> {
  const all = `[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]`;
  const reachable = await page.evaluate<number>(`${all}.length`);
  const reached: Stop[] = [];
  while (reached.length < reachable) {
    await page.keyboard.press('Tab');
    reached.push(
      await page.evaluate<Stop>(`(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
        return { index: ${all}.indexOf(document.activeElement), outline: outlineStyle + ' ' + outlineWidth };
      })()`),
    );
  }
  return { reachable, reached };
}

/** Elements that stick out of the page to the right. */
function overflowOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const out = [...document.querySelectorAll('body *')].filter((element) =>
      element.closest('.picture, .skip') === null && element.getBoundingClientRect().right > clientWidth + 1);
    return [...(scrollWidth > clientWidth ? ['page ' + scrollWidth] : []), ...out.map((element) => element.outerHTML.slice(0, 200))];
  })()`);
}

/** Pictures that paper would cut: it does not scroll. */
function cutPictures(page: Page): Promise<readonly string[]> {
  return page.evaluate(`[...document.querySelectorAll('.picture')]
    .filter((picture) => picture.scrollWidth > picture.clientWidth + 1 ||
      picture.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((picture) => picture.getAttribute('aria-label'))`);
}

export async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate('window.scrollTo(0, document.body.scrollHeight)');
  await page.mouse.move(300, 300);
}

/** The keyboard reaches everything on a page in its order, and shows where it is. */
export async function expectKeyboardReachesAll(page: Page, atLeast: number): Promise<void> {
  const { reachable, reached } = await tabThrough(page);
  expect(reached.map(({ index }) => index)).toEqual(Array.from({ length: reachable }, (_, index) => index));
  expect(reached.filter(({ outline }) => outline !== 'solid 3px')).toEqual([]);
  expect(reachable).toBeGreaterThanOrEqual(atLeast);
}

/** A file fits narrow and wide screens. */
export async function expectFitsScreens(browser: Browser, file: string): Promise<void> {
  for (const width of [360, 1100]) {
    await using opened = await openFile(browser, file, { viewport: { width, height: 800 } });
    expect({ width, overflow: await overflowOf(opened.page) }).toEqual({ width, overflow: [] });
  }
}

/** A page that was opened in the dark fits paper, in the colours of paper, with nothing cut. */
export async function expectFitsPaper(page: Page): Promise<void> {
  await page.emulateMedia({ media: 'print' });
  expect(await overflowOf(page)).toEqual([]);
  expect(await cutPictures(page)).toEqual([]);
  expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
}
