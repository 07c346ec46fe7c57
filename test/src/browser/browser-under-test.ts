import { chromium, type Browser, type Page } from 'playwright-core';

/** As root, Chromium has no sandbox. It asks nobody but the server under test. */
const ARGUMENTS = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export const launchBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ARGUMENTS });

export interface WatchedPage {
  readonly page: Page;
  /** What the page asked of other hosts; nothing of it was let through. */
  readonly foreignRequests: readonly string[];
  /** What its scripts did not catch. */
  readonly errors: readonly string[];
}

/** A page of a visitor who has no cookies yet. */
export async function openPage(browser: Browser, url: string): Promise<WatchedPage> {
  const foreignRequests: string[] = [];
  const errors: string[] = [];
  const context = await browser.newContext();
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(error.message));
  await page.route('**', async (route) => {
    if (new URL(route.request().url()).origin === new URL(url).origin) {
      await route.continue();
    } else {
      foreignRequests.push(route.request().url());
      await route.abort();
    }
  });
  return { page, foreignRequests, errors };
}
