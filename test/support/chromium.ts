import { test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const isThere = executablePath !== undefined || process.env.CI === 'true';
if (!isThere) process.stdout.write('Skipped: what is seen in a browser, for there is no Chromium.\n');

/** A test where there is a browser; elsewhere it is skipped, except in CI, which must have one. */
export const testInBrowser = isThere ? test : test.skip;

/** A headless Chromium that talks to nobody by itself; undefined where its tests are skipped. */
export async function launchChromium(): Promise<Browser | undefined> {
  if (!isThere) return undefined;
  return chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    timeout: 0,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/** A page of its own session, of that many pixels, that waits for what it is asked for as long as the test may last. */
export async function openPage(browser: Browser, width: number, height: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height } });
  page.setDefaultTimeout(0);
  return page;
}
