import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/**
 * Tests that need a browser. Where none is installed they are skipped and say so, unless `REQUIRE_PEERS=1` demands one.
 */
export function describeInChromium(name: string, tests: () => void): void {
  const missing = existsSync(CHROMIUM) ? undefined : 'the Debian package chromium is not installed';
  if (missing === undefined) {
    describe(`${name} in Chromium`, tests);
    return;
  }
  if (process.env['REQUIRE_PEERS'] === '1') throw new Error(`a browser was demanded, but ${missing}`);
  describe.skip(`${name} in Chromium (skipped: ${missing})`, tests);
}

/** A browser that calls nobody of its own accord. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A file in a window of its own, and what it did there. */
export interface OpenedFile extends AsyncDisposable {
  readonly page: Page;
  /** What was said on the console, errors that nothing caught among it. */
  readonly said: readonly string[];
  /** Every URL that was asked for, but the file itself; none of them is answered. */
  readonly requested: readonly string[];
}

export async function openFile(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<OpenedFile> {
  const url = `file://${file}`;
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const said: string[] = [];
  const requested: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(String(error)));
  await context.route('**/*', (route) => {
    if (route.request().url() === url) return route.continue();
    requested.push(route.request().url());
    return route.abort();
  });
  await page.goto(url);
  return { page, said, requested, [Symbol.asyncDispose]: () => context.close() };
}
