import { expect } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { readDevelopmentConfig } from '../../src/development/development-config.js';
import { startDevelopment, type Development } from '../../src/development/development.js';
import { launchChromium, openPage, testInBrowser } from '../support/chromium.js';

interface Answer {
  readonly data: Record<string, Record<string, unknown>>;
  readonly errors?: unknown;
}

/** Presses the button that Altair shows above an operation, and returns the answer, which is read on its way to the page. */
async function send(page: Page, kind: string, operationName: string): Promise<Answer> {
  const isIt = (postData: string | null) => postData?.includes(`"operationName":"${operationName}"`) ?? false;
  let tell: (answer: Answer) => void = () => undefined;
  const answered = new Promise<Answer>((resolve) => (tell = resolve));
  await page.route('**/graphql', async (route) => {
    if (!isIt(route.request().postData())) return route.fallback();
    const response = await route.fetch();
    await route.fulfill({ response });
    tell((await response.json()) as Answer);
  });
  await page.getByText(`Send ${kind} ${operationName}`).click();
  return answered;
}

async function explore(page: Page, development: Development) {
  await page.goto(new URL('/explorer', development.url).href);
  const placed = await send(page, 'mutation', 'PlaceCall');
  expect(placed).toEqual({
    data: {
      startOutboundVoiceContact: {
        id: expect.any(String),
        status: 'INITIATED',
        contactFlow: { name: 'Sales outbound' },
      },
    },
  });
  const id = String(placed.data.startOutboundVoiceContact?.id);
  await page.getByText(id).waitFor();

  const moved = await fetch(`${development.simulatorUrl}/_simulator/clock`, {
    method: 'POST',
    body: JSON.stringify({ advanceMs: 10_000 }),
  });
  expect(moved.status).toBe(200);
  await page.getByText('Variables', { exact: true }).click();
  await page.getByText('"id": ""').click();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.insertText(id);

  const followed = await send(page, 'query', 'FollowCall');
  expect(followed.errors).toBeUndefined();
  expect(followed.data.contact).toMatchObject({
    id,
    status: 'WITH_AGENT',
    outcome: 'ANSWERED',
    queue: { name: 'Sales' },
    agent: { username: expect.any(String) },
    attributes: [{ key: 'orderId', value: '1234' }],
  });
  await page.getByText('"WITH_AGENT"').waitFor();

  // The editor shows only the lines in view.
  await page.getByText('query FollowCall').first().click();
  await page.keyboard.press('Control+End');
  await page.getByText('Send subscription WatchCall').click();
  await page.getByText('CONNECTED_TO_AGENT').first().waitFor();
}

testInBrowser(
  'someone who opens /explorer places the prefilled call, follows it to an agent and watches it live, and nothing leaves the machine',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'outdial-'));
    const config = readDevelopmentConfig({ PORT: '0', LOG_LEVEL: 'silent', OUTDIAL_FOLDER: join(folder, '.outdial') });
    const development = await startDevelopment(config, { nowMs: Date.now() });
    const browser = (await launchChromium())!;
    try {
      const page = await openPage(browser, 1_400, 1_000);
      const origins = new Set<string>();
      const complaints: string[] = [];
      page.on('request', (request) => origins.add(new URL(request.url()).origin));
      page.on('requestfailed', (request) => {
        // Altair itself takes back a request that it makes again.
        const reason = request.failure()?.errorText;
        if (reason !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${String(reason)}`);
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await explore(page, development);
      expect([...origins]).toEqual([new URL(development.url).origin]);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await development.stop();
      await rm(folder, { recursive: true });
    }
  },
);
