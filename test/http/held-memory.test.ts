import { expect, test } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { until } from '../support/until.js';
import { startFixture, type Fixture } from './fixture.js';
import { RawSocket } from './subscribers.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const query = 'subscription { feed { id } }';
/** A quarter of a MiB to send, and five to hold. */
const bulk = `[${Array(80_000).fill('{}').join(',')}]`;
/** A quarter of a MiB, on as many lines as a document may have. */
const comments = `#${' '.repeat(240)}\\n`.repeat(990);
const count = 10;
/** As much as may come with a token, and a third of a MiB to hold. */
const initBulk = `[${Array(5_000).fill('{}').join(',')}]`;

async function heldMegabytes(): Promise<number> {
  for (let times = 0; times < 3; times += 1) {
    await new Promise(setImmediate);
    collectGarbage();
  }
  return process.memoryUsage().heapUsed / 1_000_000;
}

/** What one caller opens, and how it is left. */
type Opening = (gateway: Fixture) => Promise<() => void>;

async function openSockets(gateway: Fixture): Promise<() => void> {
  const opened: RawSocket[] = [];
  for (let socket = 0; socket < 9 * count; socket += 1) {
    const raw = await RawSocket.open(gateway);
    raw.say(`{"type":"connection_init","payload":{"authorization":"Bearer alice","bulk":${initBulk}}}`);
    expect(await raw.hear()).toEqual({ type: 'connection_ack' });
    opened.push(raw);
  }
  return () => {
    for (const { socket } of opened) socket.terminate();
  };
}

const subscribeOverSocket =
  (members: string, besides = '', following = ''): Opening =>
  async (gateway) => {
    const raw = await RawSocket.connect(gateway);
    for (let id = 0; id < count; id += 1) {
      raw.say(`{"id":"${id}","type":"subscribe","payload":{"query":"${query}${following}"${members}}${besides}}`);
    }
    await until(() => gateway.feeds.length === count);
    return () => {
      raw.socket.terminate();
    };
  };

async function subscribeOverStream(gateway: Fixture): Promise<() => void> {
  const control = new AbortController();
  for (let stream = 0; stream < count; stream += 1) {
    await fetch(`${gateway.url}/graphql/stream`, {
      method: 'POST',
      signal: control.signal,
      headers: { 'content-type': 'application/json', authorization: 'Bearer alice' },
      body: `{"query":"${query}","variables":{"bulk":${bulk}},"extensions":{"bulk":${bulk.slice(0, 3)}]}}`,
    });
  }
  await until(() => gateway.feeds.length === count);
  return () => {
    control.abort();
  };
}

test.each<[string, Opening]>([
  ['the token of a socket', openSockets],
  ['a subscription of a socket, as variables', subscribeOverSocket(`,"variables":{"bulk":${bulk}}`)],
  ['a subscription of a socket, as extensions', subscribeOverSocket(`,"extensions":{"bulk":${bulk}}`)],
  ['a subscription of a socket, as comments', subscribeOverSocket('', '', comments)],
  ['a subscription of a socket, outside its payload', subscribeOverSocket('', `,"bulk":${bulk}`)],
  ['a subscription of a stream', subscribeOverStream],
])('what comes beside %s is not held as long as that is open', async (_what, open) => {
  const gateway = await startFixture();
  try {
    const before = await heldMegabytes();
    const leave = await open(gateway);
    expect((await heldMegabytes()) - before).toBeLessThan(count);
    leave();
  } finally {
    await gateway.clock.runUntil(gateway.stop());
  }
});

test('what comes beside an operation is not held with its document', async () => {
  const gateway = await startFixture();
  try {
    const before = await heldMegabytes();
    for (let times = 0; times < count; times += 1) {
      const answer = await gateway.post(`{"query":"{ hello } #${times}\\n${comments}"}`, {
        authorization: 'Bearer alice',
      });
      expect(answer.data).toEqual({ hello: 'world' });
    }
    expect((await heldMegabytes()) - before).toBeLessThan(2 * count);
  } finally {
    await gateway.clock.runUntil(gateway.stop());
  }
});
