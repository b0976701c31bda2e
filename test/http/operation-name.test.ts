import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { canary, startFixture, type ClientErrorBody, type Fixture } from './fixture.js';
import { overSocket, overStream, type Transport } from './subscribers.js';

let gateway: Fixture;
beforeAll(async () => {
  gateway = await startFixture();
});
afterAll(() => gateway.clock.runUntil(gateway.stop()));

/** Whether the operation ran, and what was refused. */
interface Outcome {
  readonly ran: boolean;
  readonly errors: readonly ClientErrorBody[];
}
interface Payload {
  readonly query: string;
  readonly operationName?: string | null;
}

async function byPost(payload: Payload): Promise<Outcome> {
  const before = gateway.calls.length;
  const { errors } = await gateway.post(payload);
  return { ran: gateway.calls.length > before, errors };
}

const by =
  (transport: Transport) =>
  async (payload: Payload): Promise<Outcome> => {
    const before = gateway.feeds.length;
    const following = await transport.follow(gateway, payload);
    const told = following.told();
    let errors: readonly ClientErrorBody[] | undefined;
    void told.then((first) => (errors = first.kind === 'errors' ? first.errors : []));
    await until(() => gateway.feeds.length > before || errors !== undefined);
    following.cut();
    return { ran: gateway.feeds.length > before, errors: errors ?? [] };
  };

const ways = [
  { way: 'by POST', send: byPost, kind: 'mutation', field: 'ring' },
  { way: 'over websocket', send: by(overSocket), kind: 'subscription', field: 'feed { id }' },
  { way: 'over sse', send: by(overStream), kind: 'subscription', field: 'feed { id }' },
] as const;

describe.each(ways)('$way', ({ send, kind, field }) => {
  const one = `${kind} One { ${field} }`;
  const several = `${one} ${kind} Two { ${field} }`;

  test.each([
    ['left out', undefined],
    ['null', null],
    ['empty, as clients in Go send it that have no name', ''],
  ])('the only operation of a document runs where operationName is %s', async (_what, operationName) => {
    const payload = operationName === undefined ? { query: one } : { query: one, operationName };
    expect(await send(payload)).toEqual({ ran: true, errors: [] });
  });

  test.each([
    ['several operations and no name', several, null, /has several operations; name the one to run in operationName/],
    ['several operations and an empty name', several, '', /has several operations; name the one to run/],
    ['another name', one, canary, /no operation of the name that operationName says; .*leave operationName out/],
    ['another name among several', several, canary, /no operation of the name that operationName says/],
    ['a name of spaces', one, ' ', /no operation of the name that operationName says/],
    ['a name of the prototype', one, '__proto__', /no operation of the name that operationName says/],
  ])('is told what to do for %s', async (_what, query, operationName, message) => {
    const { ran, errors } = await send({ query, operationName });
    expect({ ran, errors }).toMatchObject({
      ran: false,
      errors: [{ message: expect.stringMatching(message), extensions: { code: 'BAD_REQUEST', retryable: false } }],
    });
    expect(JSON.stringify(errors)).not.toMatch(new RegExp(`${canary}|One|Two`));
  });
});

test.each([overSocket, overStream])('over $name a document of fragments alone is told so', async (transport) => {
  const query = 'fragment c4n4ry on Event { id }';
  const { errors } = await by(transport)({ query });
  expect(errors).toMatchObject([
    { message: expect.stringMatching(/has no operation/), extensions: { code: 'BAD_REQUEST' } },
  ]);
  expect(JSON.stringify(errors)).not.toContain('c4n4ry');
});
