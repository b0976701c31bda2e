import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { WebSocket as WsOfNpm } from 'ws';
import { launchChromium, testInBrowser } from '../support/chromium.js';
import { until } from '../support/until.js';
import { startFixture, type Fixture } from './fixture.js';

const current = 'graphql-transport-ws';
const old = 'graphql-ws';

/** What a client sees of a socket for which it offers these subprotocols, in this order. */
type Seen = { readonly opened: string } | { readonly code: number; readonly reason: string };
type Client = (url: string, offered: readonly string[]) => Promise<Seen>;

/** The part of a WebSocket that all clients share. Runs in a page, too, so that it uses nothing from around it. */
async function openAndSee(
  { url, offered, current }: { url: string; offered: readonly string[]; current: string },
  Socket: typeof WebSocket = WebSocket,
): Promise<Seen> {
  return new Promise((resolve) => {
    const socket = new Socket(url, [...offered]);
    socket.onopen = () => {
      if (socket.protocol === current) resolve({ opened: socket.protocol });
    };
    socket.onclose = ({ code, reason }) => {
      resolve({ code, reason });
    };
    socket.onerror = () => undefined;
  });
}

let gateway: Fixture;
let browser: Browser | undefined;
let url: string;
beforeAll(async () => {
  gateway = await startFixture();
  browser = await launchChromium();
  url = `${gateway.url.replace('http', 'ws')}/graphql`;
});
afterAll(async () => {
  await browser?.close();
  await gateway.clock.runUntil(gateway.stop());
});

const ofNpm: Client = (url, offered) => openAndSee({ url, offered, current }, WsOfNpm as unknown as typeof WebSocket);
const ofNode: Client = (url, offered) => openAndSee({ url, offered, current });
const inChromium: Client = (url, offered) => onPageOf(gateway.url, url, offered);
async function onPageOf(origin: string, url: string, offered: readonly string[]): Promise<Seen> {
  // What the gateway serves is of its own origin, and may do nothing by its policy.
  const page = await browser!.newPage({ bypassCSP: true });
  page.setDefaultTimeout(0);
  try {
    await page.goto(`${origin}/livez`);
    return await page.evaluate(openAndSee, { url, offered, current });
  } finally {
    await page.close();
  }
}

const offers = [
  {
    what: 'the old one alone',
    offered: [old],
    reason: /graphql-ws is obsolete: offer graphql-transport-ws/,
  },
  { what: 'the old one before one that nobody knows', offered: [old, 'soap'], reason: /graphql-transport-ws/ },
  { what: 'only those that nobody knows', offered: ['soap', 'mqtt'], reason: /graphql-transport-ws/ },
  { what: 'none', offered: [], reason: /graphql-transport-ws/ },
];

for (const [name, client, inClient] of [
  ['ws of npm', ofNpm, test],
  ['WebSocket of Node', ofNode, test],
  ['WebSocket of Chromium', inChromium, testInBrowser],
] as const) {
  describe(name, () => {
    inClient.each(offers)('that offers $what reads 4406 and what to do', async ({ offered, reason }) => {
      expect(await client(url, offered)).toEqual({ code: 4406, reason: expect.stringMatching(reason) });
    });

    inClient('that offers the old one first and the new one after it is taken by the new one', async () => {
      expect(await client(url, [old, current])).toEqual({ opened: current });
    });
  });
}

testInBrowser('a page that may not connect reads 1006 and no reason, for browsers hide the status', async () => {
  const origin = gateway.url.replace('127.0.0.1', 'localhost');
  expect(await onPageOf(origin, url, [current])).toEqual({ code: 1006, reason: '' });
});

test('what is offered is no more than told back, and nothing that the client says is read', async () => {
  const before = gateway.feeds.length;
  const socket = new WsOfNpm(url, [old]);
  const heard: unknown[] = [];
  let closed: number | undefined;
  socket.on('message', (data) => heard.push(data));
  socket.on('open', () => {
    socket.send('{"type":"connection_init","payload":{"authorization":"Bearer alice"}}');
    socket.send('{"id":"1","type":"start","payload":{"query":"subscription { feed { id } }"}}');
  });
  socket.on('close', (code) => (closed = code));
  await until(() => closed !== undefined);
  expect({ closed, heard, feeds: gateway.feeds.length }).toEqual({ closed: 4406, heard: [], feeds: before });
});
