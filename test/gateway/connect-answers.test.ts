import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { startStandIn, type StandIn } from '../support/stand-in.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';

let upstream: StandIn;
let contact = '';
let references = '{}';
let gateway: RunningGateway;
beforeAll(async () => {
  upstream = await startStandIn((request, response) => {
    const url = request.url ?? '';
    response.writeHead(200, { 'content-type': 'application/json' });
    if (url.startsWith('/contacts/')) response.end(contact);
    else response.end(url.includes('/references/') ? references : '{}');
  });
  gateway = await startTestGateway({ connect: { endpoint: upstream.url } });
});
afterAll(async () => {
  await gateway.stop();
  await upstream.stop();
});
beforeEach(() => {
  gateway.clock.advance(400_000);
  references = '{}';
});

const query =
  '{ contact(id: "c-1") { id status outcome initiationTimestamp name tags { key value } queuePriority recordings { location } segmentAttributes { key value } qualityMetrics { agentAudio { qualityScore } } queue { name } attributes { key value } references { name type value } agentConnection { agentInitiatedHoldDurationInSeconds } disconnectReason } }';

test.each([
  ['half an object', '{"Contact":{'],
  ['a name without quotation marks', '{"Contact":{"Id":"c-1","Name":Ann c4n4ry}}'],
  ['nothing', ''],
  ['a page', '<html>c4n4ry</html>'],
  ['a text for a contact', '{"Contact":"c4n4ry"}'],
  ['null for a contact', '{"Contact":null}'],
  ['a list for a contact', '{"Contact":[]}'],
  ['times as text', '{"Contact":{"Id":"c-1","InitiationTimestamp":"c4n4ry"}}'],
  ['times that no calendar has', '{"Contact":{"Id":"c-1","InitiationTimestamp":1e300,"DisconnectTimestamp":-5}}'],
  ['objects for text', '{"Contact":{"Id":"c-1","Name":{"a":"c4n4ry"},"DisconnectReason":["c4n4ry"]}}'],
  ['numbers beyond 32 bits', '{"Contact":{"Id":"c-1","AgentInfo":{"AgentInitiatedHoldDuration":5000000000}}}'],
  [
    'no numbers',
    '{"Contact":{"Id":"c-1","QueuePriority":"c4n4ry","QualityMetrics":{"Agent":{"Audio":{"QualityScore":"NaN"}}}}}',
  ],
  [
    'null in its lists',
    '{"Contact":{"Id":"c-1","Recordings":[null],"Tags":{"a":null},"SegmentAttributes":{"a":null}}}',
  ],
  [
    'prototypes for keys',
    '{"Contact":{"Id":"c-1","Attributes":{"__proto__":"x"},"Tags":{"__proto__":"y","constructor":"z"}}}',
  ],
  [
    'values five thousand deep',
    `{"Contact":{"Id":"c-1","SegmentAttributes":{"a":${'{"ValueMap":{"a":'.repeat(5_000)}{}${'}}'.repeat(5_000)}}}}`,
  ],
])(
  'Connect answering %s is an answer or an error of ours, and nothing of its text or our inside comes out',
  async (_what, body) => {
    contact = body;
    const before = gateway.logged().length;
    const answer = await gateway.ask(query);
    expect(answer.status).toBe(200);
    for (const { extensions } of answer.errors ?? []) {
      expect(['UPSTREAM_UNAVAILABLE', 'INTERNAL_SERVER_ERROR']).toContain(extensions.code);
    }
    expect(answer.body).not.toMatch(/c4n4ry|Cannot|represent|JSON|smithy|stack|TypeError|node_modules|127\.0\.0\.1/);
    expect(gateway.logged().slice(before)).not.toContain('c4n4ry');
    expect({}).not.toHaveProperty('a');
  },
);

test("an agent's own queue, whose id is the agent's, does not tell who took the contact", async () => {
  contact = JSON.stringify({
    Contact: {
      Id: 'c-1',
      QueueInfo: { Id: seed.users.ada, EnqueueTimestamp: 1_795_000_000 },
      AgentInfo: { Id: seed.users.ada, ConnectedToAgentTimestamp: 1_795_000_001 },
    },
  });
  const { data, body } = await gateway.ask(
    '{ contact(id: "c-1") { status queue { id } timeline { type details { queueId } } } }',
    {},
    { scopes: ['contacts:read'] },
  );
  expect(data).toMatchObject({ contact: { status: 'WITH_AGENT', queue: null } });
  expect(body).not.toContain(seed.users.ada);
});

test('references of no known form are left out or fail alone', async () => {
  contact = '{"Contact":{"Id":"c-1"}}';
  references =
    '{"ReferenceSummaryList":[{},{"New":{"Name":"x"}},{"Date":{"Name":"d","Value":"999999999999"}},{"Url":{"Name":"u"}}]}';
  const { data, errors } = await gateway.ask(query);
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ contact: { id: 'c-1', references: [{ name: 'd' }, { name: 'u', value: null }] } });
});
