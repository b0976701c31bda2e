import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createPages } from '../../src/development/pages.js';
import { magicNumbers } from '../../src/simulator/magic-numbers.js';
import { placeCallElsewhere } from '../support/place-call.js';
import { freePort } from '../support/redis-process.js';
import { startTestGateway, unpacedQuotas, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';
import { buildConsole } from './build-console.js';
import { crowdedSeed } from './crowded-seed.js';
import { bodyOf } from '../events/contact-events.js';
import { launchChromium, testInBrowser } from '../support/chromium.js';
import { until } from '../support/until.js';
import { focused, openConsole, placeCall, runPageUntil, useToken } from './open-console.js';
import { faintTextsOf, faultsOf, overflowOf, showsFocus } from './page-audit.js';

let folder: string;
let browser: Browser;
let running: RunningGateway[] = [];
beforeAll(async () => {
  folder = await buildConsole();
  browser = (await launchChromium())!;
});
afterEach(async () => {
  for (const context of (browser as Browser | undefined)?.contexts() ?? []) await context.close();
  for (const gateway of running.reverse()) await gateway.stop();
  running = [];
});
afterAll(async () => {
  await (browser as Browser | undefined)?.close();
  await rm(folder, { recursive: true });
});

async function start(changes: GatewayChanges = {}, token = ''): Promise<RunningGateway> {
  const pages = createPages(token, folder);
  const gateway = await startTestGateway({
    takesEvents: true,
    simulator: { eventDelayMs: 0 },
    ...changes,
    parts: { pages },
  });
  running.push(gateway);
  return gateway;
}

testInBrowser(
  'a call is placed and followed to its end as it moves, and nothing but the gateway is asked',
  async () => {
    const gateway = await start();
    const { page, origins, complaints } = await openConsole(browser, {
      url: gateway.url,
      token: await gateway.token(),
    });
    await page.getByText('calls could start at once').waitFor();
    await placeCall(page);
    const card = page.getByRole('article', { name: 'Call to +12065550100' });
    await card.getByText('Accepted; the phone may already ring').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    for (const [advanceMs, words] of [
      [4_000, 'Answered; the flow is running'],
      [2_000, 'Waiting for an agent'],
      [3_000, 'Talking with an agent'],
      [51_000, 'Hung up; the agent is finishing'],
      [15_000, 'Ended: it was answered'],
    ] as const) {
      gateway.clock.advance(advanceMs);
      await card.getByRole('status').getByText(words).waitFor();
    }
    const timeline = await card.getByRole('list', { name: 'Timeline' }).getByRole('listitem').allInnerTexts();
    const events = timeline.map((row) => row.replace(/^\S+( [AP]M)?\s+/, '').replace(/\s+/g, ' '));
    expect(events).toEqual([
      'Accepted by Amazon Connect',
      'Answered +4 s',
      'Entered the queue +2 s',
      'Agent joined +3 s',
      'Hung up CUSTOMER_DISCONNECT +51 s',
      'Completed +15 s',
    ]);
    const progress = await card.getByRole('list', { name: 'Progress' }).getByRole('listitem').allTextContents();
    expect(progress).toEqual(['Accepted, done', 'Answered, done', 'Queue, done', 'Agent, done', 'Ended, now']);
    expect(await card.getByRole('button').allTextContents()).toEqual(['Hide']);
    expect([...origins]).toEqual([new URL(gateway.url).origin]);
    expect(complaints).toEqual([]);
  },
);

testInBrowser(
  'with the keyboard alone a call is placed, ended and put away, and the focus is always seen',
  async () => {
    const gateway = await start();
    const { page, placings } = await openConsole(browser, { url: gateway.url });
    const press = async (key: string) => {
      await page.keyboard.press(key);
      expect(await showsFocus(page)).toBe(true);
    };
    await press('Tab');
    await press('Enter');
    await press('Tab');
    expect(await focused(page)).toBe('input: Another bearer token');
    await page.keyboard.insertText(await gateway.token());
    await press('Enter');
    await page.getByRole('option', { name: 'Sales', exact: true }).waitFor({ state: 'attached' });
    await press('Tab');
    await press('Tab');
    expect(await focused(page)).toBe('input: Number to call');
    await page.keyboard.insertText('+12065550100');
    await press('Tab');
    await page.keyboard.type('Sales');
    await press('Tab');
    await page.keyboard.type('Sales');
    await press('Tab');
    expect(await focused(page)).toBe('select: Caller id');
    await press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('article').waitFor();
    expect(await focused(page)).toBe('h3: Call to +12065550100');
    expect(placings).toHaveLength(1);
    await page.getByText('Accepted; the phone may already ring').waitFor();
    gateway.clock.advance(9_000);
    await page.getByText('Talking with an agent').waitFor();
    await press('Tab');
    expect(await focused(page)).toBe('button: End call');
    await page.keyboard.press('Enter');
    await page.getByText('Hung up; the agent is finishing').waitFor();
    expect(await focused(page)).toBe('h3: Call to +12065550100');
    gateway.clock.advance(15_000);
    await page.getByText('Ended: it was answered').waitFor();
    await press('Tab');
    expect(await focused(page)).toBe('button: Hide');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('h2: Calls');
    expect(await page.getByRole('article').count()).toBe(0);
  },
);

testInBrowser('what goes away because a call ends by itself leaves the focus on its heading', async () => {
  const gateway = await start();
  const { page } = await openConsole(browser, { url: gateway.url, token: await gateway.token() });
  await placeCall(page, '+12065550103');
  const card = page.getByRole('article', { name: 'Call to +12065550103' });
  await card.getByText('Accepted; the phone may already ring').waitFor();
  await card.getByRole('button', { name: 'End call' }).focus();
  gateway.clock.advance(2_000);
  await card.getByText('Ended: the line was busy').waitFor();
  expect(await focused(page)).toBe('h3: Call to +12065550103');

  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes('EndCall') ? route.abort() : route.continue(),
  );
  await placeCall(page, '+12065550106');
  const other = page.getByRole('article', { name: 'Call to +12065550106' });
  await other.getByText('Accepted; the phone may already ring').waitFor();
  await other.getByRole('button', { name: 'End call' }).click();
  await other.getByRole('button', { name: 'Try again' }).focus();
  gateway.clock.advance(2_000);
  await other.getByText('Ended: the call seems to have been blocked').waitFor();
  expect(await other.locator('.notice').count()).toBe(0);
  expect(await focused(page)).toBe('h3: Call to +12065550106');
});

testInBrowser('each event has its row, also those of one type in one second that another overtook', async () => {
  const gateway = await start();
  const { page } = await openConsole(browser, { url: gateway.url, token: await gateway.token() });
  await placeCall(page);
  const rows = page.getByRole('list', { name: 'Timeline' }).locator('li:not(.since) > span:first-of-type');
  await rows.nth(0).waitFor();
  const contactId = gateway.simulator.calls()[0]?.contactId ?? '';
  const tell = (eventType: string, id: string, afterMs: number) => {
    const time = new Date(gateway.clock.now() + afterMs).toISOString();
    gateway.simulator.putMessage(bodyOf(eventType, { contactId, initiationTimestamp: undefined }, { id, time }));
  };
  for (const id of ['one', 'two', 'three']) tell('CONTACT_DATA_UPDATED', id, 2_000);
  await rows.nth(3).waitFor();
  tell('PAUSED', 'late', 1_000);
  await rows.getByText('Paused').waitFor();
  const changed = 'Data changed';
  expect(await rows.allInnerTexts()).toEqual(['Accepted by Amazon Connect', 'Paused', changed, changed, changed]);
});

describe('an error is read as a person should read it', () => {
  testInBrowser('broken rules stand beside their inputs, and the first of them has the focus', async () => {
    const gateway = await start();
    const { page, placings } = await openConsole(browser, { url: gateway.url, token: await gateway.token() });
    await page.getByRole('button', { name: 'Place call' }).click();
    await page.getByRole('alert').getByText('The form needs a correction').waitFor();
    expect(await focused(page)).toBe('input: Number to call');
    for (const [label, words] of [
      ['Number to call', 'Write the number'],
      ['Flow', 'Choose a flow.'],
      ['Caller id', 'one of them gives the number'],
    ] as const) {
      const input = page.getByLabel(label, { exact: true });
      expect(await input.getAttribute('aria-invalid')).toBe('true');
      const [problemId = ''] = (await input.getAttribute('aria-describedby'))?.split(' ') ?? [];
      expect(await page.locator(`[id="${problemId}"]`).textContent()).toContain(words);
    }
    expect(await page.getByLabel('Queue', { exact: true }).getAttribute('aria-invalid')).toBe('false');
    await placeCall(page, '206-555-0100');
    await page.getByLabel('Flow', { exact: true }).and(page.locator('[aria-invalid=false]')).waitFor();
    expect(await page.locator('[aria-invalid=true]').count()).toBe(1);
    await placeCall(page);
    await page.getByRole('article').waitFor();
    expect(new Set(placings.map(({ clientToken }) => clientToken)).size).toBe(3);
  });

  testInBrowser(
    'a number called moments ago leads to its call, and is called again only where a person says so',
    async () => {
      const gateway = await start();
      const options = { url: gateway.url, token: await gateway.token(), holdsClock: true };
      const { page, placings } = await openConsole(browser, options);
      await placeCall(page);
      await page.getByRole('article').waitFor();
      await placeCall(page);
      const notice = page.locator('.notice');
      await notice.getByText('DUPLICATE_CALL').waitFor();
      expect(await notice.innerText()).toMatch(/Otherwise possible again in (1 min )?\d+ s\.[^]*Request\s+[\w-]{36}/);
      expect(await notice.getByRole('button').allTextContents()).toEqual([
        'Follow that call',
        'Call again all the same',
      ]);
      await notice.getByRole('button', { name: 'Follow that call' }).click();
      expect(await focused(page)).toBe('h3: Call to +12065550100');
      expect(await page.getByRole('article').count()).toBe(1);
      await notice.getByRole('button', { name: 'Call again all the same' }).click();
      await page.getByRole('article').nth(1).waitFor();
      expect(placings.map(({ allowRepeat }) => allowRepeat)).toEqual([false, false, true]);
      expect(gateway.simulator.calls()).toHaveLength(2);
    },
  );

  testInBrowser('what may be tried again counts down, then is the same call with the same clientToken', async () => {
    const gateway = await start();
    const options = { url: gateway.url, token: await gateway.token(), holdsClock: true };
    const { page, placings } = await openConsole(browser, options);
    const refusal = { operation: 'StartOutboundVoiceContact', status: 429, type: 'LimitExceededException', times: 1 };
    gateway.simulator.inject(refusal);
    await placeCall(page);
    await page.getByText('LIMIT_EXCEEDED').waitFor();
    const button = page.getByRole('button', { name: /^Try again/ });
    expect(await button.textContent()).toBe('Try again in 30 s');
    await button.press('Enter');
    await runPageUntil(page, page.getByText('You can try again now.'));
    expect(placings).toHaveLength(1);
    await page.getByRole('button', { name: 'Try again', exact: true }).click();
    await page.getByRole('article').waitFor();
    expect(placings[0]?.clientToken).toMatch(/^[\da-f-]{36}$/);
    expect(placings[1]).toEqual(placings[0]);
    expect(gateway.simulator.calls()).toHaveLength(1);
  });

  testInBrowser('a call of which nobody knows is asked for again, and rings one phone', async () => {
    const gateway = await start({ calls: { deadlineMs: 3_000 } });
    const options = { url: gateway.url, token: await gateway.token(), holdsClock: true };
    const { page, placings } = await openConsole(browser, options);
    const operation = 'StartOutboundVoiceContact';
    gateway.simulator.inject({ operation, times: 1, delayMs: 5_000, destroySocket: 'after' });
    await placeCall(page);
    await gateway.simulator.whenRequested(operation, 1);
    await gateway.clock.runUntil(until(() => gateway.logged().includes('OUTCOME_UNKNOWN')));
    await page.getByText('It may have happened; nobody knows yet').waitFor();
    const again = page.getByRole('button', { name: 'Try again', exact: true });
    await runPageUntil(page, again);
    await again.click();
    await gateway.clock.runUntil(gateway.simulator.whenRequested(operation, 2));
    await page.getByRole('article', { name: 'Call to +12065550100' }).waitFor();
    await page.getByText('no second phone rang').waitFor();
    expect(placings[1]).toEqual(placings[0]);
    expect(gateway.simulator.calls()).toHaveLength(1);
  });

  testInBrowser('a token without a scope, and one that is not accepted, say what to give instead', async () => {
    const gateway = await start();
    const reader = await gateway.token({ scopes: ['contacts:read', 'directory:read'] });
    const { page } = await openConsole(browser, { url: gateway.url, token: reader, width: 360 });
    await placeCall(page);
    await page.locator('summary').click();
    await page.getByRole('link', { name: 'Give a token with calls:start at the top of the page.' }).click();
    await page.getByLabel('Another bearer token').and(page.locator(':focus')).waitFor();
    expect((await page.getByText('Another bearer token').boundingBox())?.y).toBeGreaterThan(0);
    await useToken(page, await gateway.issuer.token({ scopes: ['calls:start'] }, gateway.clock.now() - 3_600_000));
    await page.getByRole('button', { name: 'Place call' }).click();
    await page.locator('.notice', { hasText: 'UNAUTHENTICATED' }).nth(1).waitFor();
    await useToken(page, await gateway.token());
    await page.locator('.notice').first().waitFor({ state: 'detached' });
    await placeCall(page);
    await page.getByRole('article').waitFor();
    expect(await page.locator('.notice').count()).toBe(0);
  });

  testInBrowser(
    'a gateway that is gone is said so; once it is back the call is live again and what was tried is placed once',
    async () => {
      const world = await startTestGateway({ simulator: { eventDelayMs: 0 } });
      const port = await freePort();
      const first = await start({ besides: world, config: { port } });
      const { page, placings } = await openConsole(browser, { url: first.url, token: await first.token() });
      await placeCall(page);
      await page.getByText('Accepted; the phone may already ring').waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
      running = [world];
      await first.stop();
      await page.getByText('Connection lost; trying again…').waitFor();
      await page.getByText('Not up to date').waitFor();
      await placeCall(page, '+12065550115');
      await page.getByText('No answer came from the gateway').waitFor();
      world.clock.advance(4_000);
      running = [world, await startTestGateway({ besides: world, takesEvents: true, config: { port } })];
      await page.getByText('Answered; the flow is running').waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Try again', exact: true }).click();
      await page.getByRole('article').nth(1).waitFor();
      expect(placings[2]).toEqual(placings[1]);
      expect(world.simulator.calls()).toHaveLength(2);
    },
  );

  testInBrowser('of a contact that is no longer there, nothing is shown as if it still were', async () => {
    const world = await startTestGateway({ simulator: { eventDelayMs: 0 } });
    const port = await freePort();
    const first = await start({ besides: world, config: { port } });
    const { page } = await openConsole(browser, { url: first.url, token: await first.token() });
    await placeCall(page);
    await page.getByText('Accepted; the phone may already ring').waitFor();
    running = [world];
    await first.stop();
    await page.getByRole('button', { name: 'End call' }).click();
    await page.getByText('No answer came from the gateway').waitFor();
    const gone = { operation: 'DescribeContact', status: 404, type: 'ResourceNotFoundException', times: 1 };
    world.simulator.inject(gone);
    running = [world, await startTestGateway({ besides: world, config: { port } })];
    const card = page.getByRole('article');
    await card.getByText('There is no such contact for this token').waitFor();
    expect(await card.getByRole('list').count()).toBe(0);
    expect(await card.getByRole('button').allTextContents()).toEqual(['Hide']);
  });

  testInBrowser('how long a call would wait is not said while nobody can know', async () => {
    const gateway = await start();
    const options = { url: gateway.url, token: await gateway.token(), holdsClock: true };
    const { page } = await openConsole(browser, options);
    const line = page.getByText('calls could start at once');
    await runPageUntil(page, line);
    await page.route('**/graphql', (route) => route.abort());
    await runPageUntil(page, line, 'hidden');
    await page.unrouteAll();
    await runPageUntil(page, line);
  });
});

testInBrowser('calls of which no answer came keep their clientTokens, also with another call in between', async () => {
  const gateway = await start();
  const { page, placings } = await openConsole(browser, { url: gateway.url, token: await gateway.token() });
  const numbers = ['+12065550100', '+12065550115', '+12065550100'];
  await page.route('**/graphql', (route) =>
    // What was asked is done; only its answer is lost.
    route.request().postData()?.includes('PlaceCall') ? route.fetch().then(() => route.abort()) : route.continue(),
  );
  for (const [index, number] of numbers.entries()) {
    await placeCall(page, number);
    await page.getByText('NO_ANSWER').waitFor();
    expect(placings).toHaveLength(index + 1);
  }
  expect(placings[2]).toEqual(placings[0]);
  expect(placings[1]?.clientToken).not.toBe(placings[0]?.clientToken);
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again', exact: true }).click();
  await page.getByRole('article', { name: 'Call to +12065550100' }).waitFor();
  expect(gateway.simulator.calls()).toHaveLength(2);
});

testInBrowser('an error of a router on the way is no answer, and trying again finds the call', async () => {
  const gateway = await start();
  const { page, placings } = await openConsole(browser, { url: gateway.url, token: await gateway.token() });
  const timedOut = { message: 'The subgraph took too long', extensions: { code: 'GATEWAY_TIMEOUT' } };
  await page.route('**/graphql', (route) =>
    // What was asked is done; a router tells of its own time-out instead.
    route.request().postData()?.includes('PlaceCall')
      ? route.fetch().then(() => route.fulfill({ json: { data: null, errors: [timedOut] } }))
      : route.continue(),
  );
  await placeCall(page, '+12065550100');
  await page.getByText('NO_ANSWER').waitFor();
  await page.getByText(timedOut.message).waitFor();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again', exact: true }).click();
  await page.getByRole('article', { name: 'Call to +12065550100' }).waitFor();
  expect(placings[1]).toEqual(placings[0]);
  expect(gateway.simulator.calls()).toHaveLength(1);
});

describe('lists of many pages', () => {
  testInBrowser(
    'are read to their end, after an answer that did not come too, or to a bound that is named',
    async () => {
      const gateway = await start({ seed: crowdedSeed({ flows: 250, queues: 1_100 }) });
      const { page } = await openConsole(browser, { url: gateway.url });
      const asked: string[] = [];
      let isBroken = true;
      await page.route('**/graphql', (route) => {
        const { operationName, variables } = route.request().postDataJSON() as {
          operationName: string;
          variables: { after?: string };
        };
        asked.push(operationName);
        return isBroken && operationName === 'Flows' && variables.after ? route.abort() : route.continue();
      });
      await useToken(page, await gateway.token());
      const [flows, queues] = [page.getByLabel('Flow', { exact: true }), page.getByLabel('Queue', { exact: true })];
      const nth = (list: typeof flows, count: number) =>
        list.getByRole('option').nth(count).waitFor({ state: 'attached' });
      await page.getByText('The lists could not be read').waitFor();
      await nth(flows, 100);
      await page.getByText('The first 1000 are listed.').waitFor();
      expect(await queues.getByRole('option').count()).toBe(1_001);
      expect(await flows.getByRole('option').count()).toBe(101);
      isBroken = false;
      await page.getByRole('button', { name: 'Try again', exact: true }).click();
      // The first option chooses nothing, and two flows of the seed are not published or not for calls.
      await flows.getByRole('option', { name: 'Flow 250', exact: true }).waitFor({ state: 'attached' });
      const names = await flows.getByRole('option').allTextContents();
      expect(new Set(names).size).toBe(names.length);
      expect(names).toEqual(expect.arrayContaining(Array.from({ length: 250 }, (_, index) => `Flow ${index + 1}`)));
      expect(await page.locator('.notice').count()).toBe(0);
      expect(asked.filter((operation) => operation === 'Queues')).toHaveLength(10);
      await page.getByLabel('Number to call').fill('+12065550100');
      await flows.selectOption({ label: 'Flow 250' });
      await queues.selectOption({ index: 1_000 });
      await page.getByRole('button', { name: 'Place call' }).click();
      await page.getByText('Accepted; the phone may already ring').waitFor();
    },
  );

  testInBrowser('start afresh with another token', async () => {
    const gateway = await start({ seed: crowdedSeed({ flows: 0, queues: 150 }) });
    const { page } = await openConsole(browser, { url: gateway.url, token: await gateway.token() });
    const queues = page.getByLabel('Queue', { exact: true }).getByRole('option');
    await queues.nth(150).waitFor({ state: 'attached' });
    await useToken(page, await gateway.token({ tenant: 'globex' }));
    await queues.filter({ hasText: 'Front desk' }).waitFor({ state: 'attached' });
    expect(await queues.allTextContents()).toEqual(['No queue', 'Front desk']);
    await useToken(page, await gateway.token());
    await queues.nth(153).waitFor({ state: 'attached' });
    expect(await queues.count()).toBe(154);
  });
});

testInBrowser(
  'what was chosen with another token is sent no more than it is shown, and is there again with the first',
  async () => {
    const gateway = await start();
    const { page, placings } = await openConsole(browser, { url: gateway.url, token: await gateway.token() });
    const chosen = () => page.locator('select').locator('option:checked').allTextContents();
    await page.getByLabel('Number to call').fill('+12065550100');
    for (const label of ['Flow', 'Queue', 'Caller id']) {
      const list = page.getByLabel(label, { exact: true });
      await list.getByRole('option').nth(1).waitFor({ state: 'attached' });
      await list.selectOption({ index: 1 });
    }
    const first = await chosen();
    await useToken(page, await gateway.token({ tenant: 'globex' }));
    await page.getByRole('option', { name: 'Front desk' }).waitFor({ state: 'attached' });
    expect(await chosen()).toEqual(['Choose a flow', 'No queue', 'Choose a number']);
    await page.getByRole('button', { name: 'Place call' }).click();
    await page.getByText('Choose a flow.').waitFor();
    expect(placings).toMatchObject([{ contactFlowId: '', queueId: null, sourcePhoneNumber: null }]);
    await useToken(page, await gateway.token());
    await page.getByRole('option', { name: 'Sales', exact: true }).waitFor({ state: 'attached' });
    await page.getByRole('option', { name: 'Sales outbound' }).waitFor({ state: 'attached' });
    await page.getByLabel('Caller id').getByRole('option').nth(1).waitFor({ state: 'attached' });
    expect(await chosen()).toEqual(first);
  },
);

testInBrowser('a call that waits for its turn within the quota shows how many wait', async () => {
  const quotas = new Map([...unpacedQuotas, ['StartOutboundVoiceContact', { ratePerSecond: 0.5, burst: 1 }]] as const);
  const gateway = await start({ connect: { quotas } });
  const options = { url: gateway.url, token: await gateway.token(), holdsClock: true };
  const { page } = await openConsole(browser, options);
  await placeCall(page);
  await page.getByRole('article', { name: 'Call to +12065550100' }).waitFor();
  await placeCall(page, '+12065550115');
  await page.getByRole('button', { name: 'Placing…' }).waitFor();
  await runPageUntil(page, page.getByText('1 call waits for a turn within the quota.'));
  await gateway.clock.runUntil(page.getByRole('article', { name: 'Call to +12065550115' }).waitFor());
});

testInBrowser('a bug of the page does not leave it blank', async () => {
  const gateway = await start();
  const { page } = await openConsole(browser, { url: gateway.url });
  await page.route('**/graphql', async (route) => {
    const broken = { data: { list: { nodes: null, pageInfo: null } } };
    await route.fulfill({ json: broken });
  });
  await page.locator('summary').click();
  await page.getByLabel('Another bearer token').fill('another');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('The console has a bug').waitFor();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Load again' }).click();
  await page.getByRole('heading', { name: 'Place a call' }).waitFor();
});

/** From now on counts what is read out as an alert; resolves to how many there were. */
async function countAlerts(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(`{
    window.alerts = 0;
    const isAlert = (node) => node.nodeType === 1 && (node.role === 'alert' || node.querySelector('[role=alert]') !== null);
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) window.alerts += [...addedNodes].filter(isAlert).length;
    }).observe(document.body, { childList: true, subtree: true });
  }`);
  return () => page.evaluate('window.alerts');
}

testInBrowser('a call is followed no longer than its token is good for, and on with the next one', async () => {
  const gateway = await start();
  const scopes = ['calls:start', 'contacts:read', 'contacts:manage', 'directory:read'];
  // Six seconds, and the five of tolerance that clocks are given.
  const soonOver = await gateway.issuer.token({ scopes }, gateway.clock.now() - 294_000);
  const { page } = await openConsole(browser, { url: gateway.url, token: soonOver });
  await placeCall(page, '+12065550116');
  await page.getByText('Accepted; the phone may already ring').waitFor();
  const alerts = await countAlerts(page);
  gateway.clock.advance(11_000);
  await page.getByText('Not connected: the token is not accepted').waitFor();
  const card = page.getByRole('article');
  await card.getByText('Not up to date').waitFor();
  await card.getByRole('alert').getByText('The token is not accepted').waitFor();
  // The last result of the subscription and the close of its socket say the same.
  expect(await alerts()).toBe(1);
  await useToken(page, await gateway.token({ scopes: ['contacts:read'], tenant: 'globex' }));
  await card.getByText('There is no such contact for this token').waitFor();
  await useToken(page, await gateway.token({ scopes }));
  await card.getByText('Waiting for an agent').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await card.getByRole('button', { name: 'End call' }).click();
  await card.getByText('Ended: it was answered').waitFor();
  await page.getByText('Live', { exact: true }).waitFor({ state: 'detached' });
});

testInBrowser(
  'a call that was placed elsewhere is followed by its contact id, and one that is not there is said so',
  async () => {
    const gateway = await start();
    const { page } = await openConsole(browser, { url: gateway.url, token: await gateway.token() });
    const id = await placeCallElsewhere(gateway);
    const follow = async (contactId: string) => {
      await page.getByLabel('Follow another call by its contact id').fill(contactId);
      await page.getByRole('button', { name: 'Follow', exact: true }).click();
    };
    await follow(id);
    await page.getByText('Accepted; the phone may already ring').waitFor();
    await page.getByRole('button', { name: 'Hide' }).click();
    await follow('00000000-0000-4000-8000-000000000000');
    await page.getByText('There is no such contact for this token').waitFor();
  },
);

testInBrowser.each([
  ['light', 1180],
  ['dark', 1180],
  ['light', 360],
  ['dark', 360],
] as const)('in %s and %i pixels wide everything fits, has its name and can be read', async (colorScheme, width) => {
  const gateway = await start();
  const { page } = await openConsole(browser, { url: gateway.url, width });
  await page.emulateMedia({ colorScheme });
  const audit = async () => {
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    expect(await faultsOf(page)).toEqual([]);
    expect(await faintTextsOf(page)).toEqual([]);
  };
  await page.getByRole('alert').waitFor();
  await audit();
  await useToken(page, await gateway.token());
  await page.getByText('No call yet.').waitFor();
  await audit();
  await page.getByRole('button', { name: 'Place call' }).click();
  await page.getByText('BAD_USER_INPUT').waitFor();
  await audit();
  await placeCall(page);
  await page.getByText('Accepted; the phone may already ring').waitFor();
  gateway.clock.advance(6_000);
  await page.getByText('Waiting for an agent').waitFor();
  await audit();
  await placeCall(page);
  await page.getByText('DUPLICATE_CALL').waitFor();
  await audit();
  await page.getByRole('button', { name: 'End call' }).click();
  await page.getByText('Ended: it was answered').waitFor();
  await audit();
  await placeCall(page, '+12065550106');
  await page.getByText('Accepted; the phone may already ring').waitFor();
  gateway.clock.advance(2_000);
  await page.getByText('TELECOM_POTENTIAL_BLOCKING').waitFor();
  await audit();
});

describe('the page as it is served', () => {
  test('carries the token and the destinations worth trying as data, under a policy without exceptions', async () => {
    const gateway = await start({}, 'a</script>token');
    const response = await fetch(new URL('/console', gateway.url));
    const page = await response.text();
    const [, json = ''] = /<script type="application\/json" id="console-config">(.*?)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(json)).toEqual({
      token: 'a</script>token',
      destinations: magicNumbers.map(({ number, what }) => ({ number, what })),
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
    expect(page).not.toMatch(/https?:\/\//);
  });

  test('leads from / to the console, and its files do not change under a name', async () => {
    const gateway = await start();
    const page = await fetch(new URL('/', gateway.url));
    expect(new URL(page.url).pathname).toBe('/console');
    const [script = ''] = /\/console\/assets\/[\w-]+\.js/.exec(await page.text()) ?? [];
    const file = await fetch(new URL(script, gateway.url));
    expect(file.headers.get('content-type')).toMatch(/javascript/);
    expect(file.headers.get('cache-control')).toContain('immutable');
    expect((await fetch(new URL('/console/assets/..%2f..%2fpackage.json', gateway.url))).status).toBe(404);
  });

  test('stays where another build clears its folder', async () => {
    const built = await mkdtemp(join(tmpdir(), 'outdial-console-'));
    await cp(folder, built, { recursive: true });
    const gateway = await startTestGateway({ parts: { pages: createPages('', built) } });
    running.push(gateway);
    await rm(built, { recursive: true });
    const page = await fetch(new URL('/console', gateway.url));
    expect(page.status).toBe(200);
    const files = [...(await page.text()).matchAll(/\/console\/assets\/[\w.-]+/g)];
    const answers = await Promise.all(files.map(([file]) => fetch(new URL(file, gateway.url))));
    expect(answers.map(({ status, headers }) => [status, headers.get('content-type')]).toSorted()).toEqual([
      [200, 'image/svg+xml'],
      [200, 'text/css; charset=utf-8'],
      [200, 'text/javascript; charset=utf-8'],
    ]);
  });

  test('says how to build the console where it is not built', async () => {
    const pages = createPages('', '/nowhere');
    const gateway = await startTestGateway({ parts: { pages } });
    running.push(gateway);
    const response = await fetch(new URL('/console', gateway.url));
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('npm run console');
  });
});
