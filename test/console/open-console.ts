import type { Browser, Locator, Page } from 'playwright-core';
import { openPage } from '../support/chromium.js';
import type { StartOutboundVoiceContactInput } from '../support/generated/operations.js';

/** The console in a page of its own, and what was seen of it. */
export interface OpenConsole {
  readonly page: Page;
  /** The input of every call that it asked for. */
  readonly placings: readonly StartOutboundVoiceContactInput[];
  /** Every origin that it asked anything of, by HTTP or WebSocket. */
  readonly origins: ReadonlySet<string>;
  /** Errors of its scripts, its policy and its own requests. */
  readonly complaints: readonly string[];
}

interface Options {
  /** The gateway's, which ends in /graphql. */
  readonly url: string;
  /** Given by way of the page's own form; without it nobody is signed in. */
  readonly token?: string;
  readonly width?: number;
  /** The page's time stands still from then on, and is moved by `page.clock`. */
  readonly holdsClock?: boolean;
}

/** Time can only be held at a moment to come. */
const holdAfterMs = 3_600_000;

/** Opens the console as a person does, and waits until its lists are there. */
export async function openConsole(browser: Browser, options: Options): Promise<OpenConsole> {
  const page = await openPage(browser, options.width ?? 1_180, 800);
  const origins = new Set<string>();
  const complaints: string[] = [];
  const placings: StartOutboundVoiceContactInput[] = [];
  page.on('request', (request) => {
    origins.add(new URL(request.url()).origin);
    if (request.method() !== 'POST') return;
    const asked = request.postDataJSON() as { operationName?: string; variables?: object };
    if (asked.operationName !== 'PlaceCall') return;
    placings.push((asked.variables as { input: StartOutboundVoiceContactInput }).input);
  });
  page.on('websocket', (socket) => origins.add(new URL(socket.url()).origin.replace(/^ws/, 'http')));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  if (options.holdsClock) await page.clock.install();
  await page.goto(new URL('/console', options.url).href);
  await page.getByRole('heading', { level: 1 }).waitFor();
  if (options.token !== undefined) await useToken(page, options.token);
  if (options.holdsClock) await page.clock.pauseAt(Date.now() + holdAfterMs);
  return { page, origins, complaints, placings };
}

/** Gives the page another token. */
export async function useToken(page: Page, token: string): Promise<void> {
  const field = page.getByLabel('Another bearer token');
  if (!(await field.isVisible())) await page.locator('summary').click();
  await field.fill(token);
  await page.getByRole('button', { name: 'Use it' }).click();
  await page.getByText('The token was replaced.').waitFor();
}

/** Fills the form for a call through the Sales queue, and sends it. */
export async function placeCall(page: Page, destination = '+12065550100'): Promise<void> {
  await page.getByLabel('Number to call').fill(destination);
  await page.getByLabel('Flow', { exact: true }).selectOption({ label: 'Sales outbound' });
  await page.getByLabel('Queue', { exact: true }).selectOption({ label: 'Sales' });
  await page.getByRole('button', { name: 'Place call' }).click();
}

/** Moves a page's time that stands still on, second by second with what follows from each, until `sight` is seen, or is so no longer. */
export async function runPageUntil(page: Page, sight: Locator, state: 'visible' | 'hidden' = 'visible'): Promise<void> {
  while ((await sight.isVisible()) !== (state === 'visible')) await page.clock.runFor(1_000);
}

/** What has the focus: its role or element, and its text or label. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const { localName, labels, textContent, innerText } = document.activeElement;
    return localName + ': ' + (labels && labels.length > 0 ? labels[0].textContent : innerText || textContent);
  })()`);
}
