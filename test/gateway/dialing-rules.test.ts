import { afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { PlaceCallDocument, type StartOutboundVoiceContactInput } from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { PolicyOnDisk } from '../support/policy-on-disk.js';
import type { TokenClaims } from '../support/issuer.js';
import { until } from '../support/until.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';

const operation = 'StartOutboundVoiceContact';

let policy: PolicyOnDisk;
let gateway: RunningGateway;

async function start(settings: Readonly<Record<string, string>>, changes: GatewayChanges = {}): Promise<void> {
  policy = new PolicyOnDisk(settings);
  gateway = await startTestGateway({ ...changes, config: { ...changes.config, policy } });
}

afterEach(async () => {
  await gateway.stop();
  policy.remove();
});

const allowsAll = '[{ at: 2027-01-12T17:00:00Z, to: "+12065550100", as: acme, expect: ALLOW }]';
const cap = (max: number) => `{ frequency: [{ id: day, per: destination, max: ${max}, in: 24h }] }`;

const call = (changes: Partial<StartOutboundVoiceContactInput> = {}, scopes?: readonly string[]) =>
  gateway.ask(
    PlaceCallDocument,
    { input: callInput({ allowRepeat: true, ...changes }) },
    scopes ? { scopes: ['calls:start', 'calls:repeat', 'contacts:read', ...scopes] } : {},
  );

type Answer = Awaited<ReturnType<typeof call>>;
const errorOf = ({ errors }: Answer) => errors?.[0]?.extensions;
const reasonsOf = (answer: Answer) =>
  (errorOf(answer)?.refusals as readonly { reason: string }[] | undefined)?.map(({ reason }) => reason);

test('a call that the policy does not allow is refused with every reason, and rings no phone; its clientToken stays free', async () => {
  await start({
    defaults: '{ destination: { regions: [CA] }, hours: { open: { mon-sun: ["09:00-10:00"] } } }',
    tests: '[{ at: 2027-01-12T17:00:00Z, to: "+4930123456", as: acme, expect: [REGION_NOT_ALLOWED] }]',
  });
  const clientToken = randomUUID();
  const refused = await call({ clientToken });
  expect(errorOf(refused)).toMatchObject({
    code: 'POLICY_REFUSED',
    retryable: false,
    refusals: [
      { rule: 'defaults.destination.regions', reason: 'REGION_NOT_ALLOWED', nextAllowedAt: null },
      { rule: 'defaults.hours', reason: 'HOURS_CLOSED', nextAllowedAt: '2026-11-21T17:00:00.000Z' },
    ],
  });
  expect(gateway.simulator.requests()[operation]).toBeUndefined();
  policy.write({});
  gateway.clock.advance(2_000);
  gateway.clock.advance(2_000);
  // Another call, for nothing keeps the token.
  expect((await call({ clientToken, destinationPhoneNumber: '+12065550123' })).errors).toBeUndefined();
});

test('what is closed by the clock alone may be asked again when it opens', async () => {
  await start({
    defaults: '{ hours: { open: { mon-sun: ["05:00-10:00"] } } }',
    tests: '[{ at: 2027-01-12T22:00:00Z, to: "+12065550100", as: acme, expect: [HOURS_CLOSED] }]',
  });
  const refused = errorOf(await call());
  expect(refused).toMatchObject({ code: 'POLICY_REFUSED', retryable: true, retryAfterMs: 3_600_000 });
  gateway.clock.advance(3_600_000);
  expect((await call()).errors).toBeUndefined();
});

test('what was placed is answered whatever the policy says by now', async () => {
  await start({});
  const same = { clientToken: randomUUID() };
  const first = await call(same);
  policy.write({ defaults: '{ destination: { callingCodes: ["44"] } }' });
  gateway.clock.advance(2_000);
  gateway.clock.advance(2_000);
  expect(reasonsOf(await call())).toEqual(['CALLING_CODE_NOT_ALLOWED']);
  expect((await call(same)).data?.startOutboundVoiceContact?.id).toBe(first.data?.startOutboundVoiceContact?.id);
});

test('as many calls as a cap allows are dialed, however many come at once; what was not placed gives its room back', async () => {
  await start({
    defaults: cap(3),
    tests: allowsAll,
  });
  gateway.simulator.inject({ operation, status: 400, type: 'DestinationNotAllowedException' });
  expect(errorOf(await call())).toMatchObject({ code: 'DESTINATION_NOT_ALLOWED' });
  const answers = await Promise.all(Array.from({ length: 50 }, () => call()));
  expect(answers.filter(({ errors }) => !errors)).toHaveLength(3);
  expect(new Set(answers.flatMap((answer) => reasonsOf(answer) ?? []))).toEqual(new Set(['FREQUENCY_CAP']));
  expect(gateway.simulator.calls()).toHaveLength(3);
  expect((await call({ destinationPhoneNumber: '+12065550123' })).errors).toBeUndefined();
  gateway.clock.advance(24 * 3_600_000);
  expect((await call()).errors).toBeUndefined();
});

test('a purpose belongs to the call, and may need a scope', async () => {
  await start({
    defaults: '{}',
    purposes: '{ SERVICE: { scope: calls:service } }',
    tests: '[{ at: 2027-01-12T17:00:00Z, to: "+12065550100", as: acme, expect: [PURPOSE_REQUIRED] }]',
  });
  expect(reasonsOf(await call())).toEqual(['PURPOSE_REQUIRED']);
  expect(reasonsOf(await call({ purpose: 'SERVICE' }))).toEqual(['PURPOSE_NOT_ALLOWED']);
  const clientToken = randomUUID();
  expect((await call({ clientToken, purpose: 'SERVICE' }, ['calls:service'])).errors).toBeUndefined();
  expect(errorOf(await call({ clientToken, purpose: 'OTHER' }, ['calls:service']))).toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
  });
});

test('what a caller verified of a callee needs the scope for it, and is no hint', async () => {
  await start({});
  const given = { calleeTimeZone: 'America/Los_Angeles' };
  expect(errorOf(await call(given))).toMatchObject({ code: 'FORBIDDEN' });
  expect((await call(given, ['calls:attest'])).errors).toBeUndefined();
});

test('a call whose outcome is unknown counts, a replay does not count again, and rules that changed meanwhile stop a resend without a word that nothing rang', async () => {
  await start({ defaults: cap(2), tests: allowsAll });
  gateway.simulator.inject({ operation, destroySocket: 'after' });
  const clientToken = randomUUID();
  const unknown = call({ clientToken });
  await gateway.simulator.whenRequested(operation, 1);
  // Before the resend.
  policy.write({ defaults: '{ destination: { callingCodes: ["44"] } }' });
  gateway.reloadPolicy();
  const answer = await gateway.clock.runUntil(unknown);
  expect(errorOf(answer)).toMatchObject({
    code: 'OUTCOME_UNKNOWN',
    retryable: true,
    clientToken,
    refusals: [{ rule: 'defaults.destination.callingCodes', reason: 'CALLING_CODE_NOT_ALLOWED' }],
  });
  expect(gateway.simulator.requests()[operation]).toBe(1);
  policy.write({ defaults: cap(2), tests: allowsAll });
  gateway.reloadPolicy();
  // Its own first attempt does not count against it.
  const resent = await gateway.clock.runUntil(call({ clientToken }));
  expect(resent.errors).toBeUndefined();
  expect((await call({ clientToken })).data?.startOutboundVoiceContact?.id).toBe(
    resent.data?.startOutboundVoiceContact?.id,
  );
  expect((await call()).errors).toBeUndefined();
  expect(reasonsOf(await call())).toEqual(['FREQUENCY_CAP']);
  expect(gateway.simulator.calls()).toHaveLength(2);
});

/** As `call`, for several that wait for their permits, one a second. */
const waitingCalls = (count: number) =>
  Array.from({ length: count }, (_none, index) =>
    call({ destinationPhoneNumber: `+120655501${String(index).padStart(2, '0')}`, maxWaitInSeconds: 55 }),
  );
const slow: GatewayChanges = { connect: { quotas: new Map([[operation, { ratePerSecond: 1, burst: 1 }]]) } };
const operator = { scopes: ['calls:start', 'calls:pause', 'calls:pause-all', 'dnc:manage'] };
interface Answers {
  readonly outboundCapacity?: { readonly queueLength: number };
  readonly pauseOutboundCalling?: { readonly id: string };
  readonly outboundVoiceContactPreflight?: unknown;
}
const ask = (document: string, variables: Record<string, unknown> = {}, as: Partial<TokenClaims> = operator) =>
  gateway.ask<Answers, Record<string, unknown>>(document, variables, as);
const run = (document: string) => gateway.clock.runUntil(ask(document));

test('a number that is put on a list while its call waits for a permit is not dialed', async () => {
  const lists = '{ own: { kind: doNotCall, store: ledger } }';
  await start(
    { lists, defaults: '{ lists: [own] }', tests: allowsAll },
    { ...slow, config: { doNotCallKeys: ['a key of do-not-call lists'] } },
  );
  expect((await call()).errors).toBeUndefined();
  const second = call({ destinationPhoneNumber: '+12065550101', maxWaitInSeconds: 55 });
  await until(
    async () => (await ask('{ outboundCapacity { queueLength } }')).data?.outboundCapacity?.queueLength === 1,
  );
  const added = await run(
    'mutation { addToDoNotCallList(input: { list: "own", phoneNumbers: ["+12065550101"] }) { added } }',
  );
  expect(added.errors).toBeUndefined();
  expect(reasonsOf(await gateway.clock.runUntil(second))).toEqual(['DO_NOT_CALL']);
  expect(gateway.simulator.requests()[operation]).toBe(1);
});

test('a pause stops every call that waits, and they are judged anew when it ends', async () => {
  await start({}, slow);
  const calls = waitingCalls(30);
  await gateway.simulator.whenRequested(operation, 1);
  const { data } = await run('mutation { pauseOutboundCalling(input: { reason: "a wrong list" }) { id } }');
  const sent = gateway.simulator.requests()[operation]!;
  const answers = await Promise.all(calls.map((answer) => gateway.clock.runUntil(answer)));
  expect(gateway.simulator.requests()[operation]).toBe(sent);
  expect(answers.filter(({ errors }) => !errors)).toHaveLength(sent);
  expect(new Set(answers.flatMap((answer) => reasonsOf(answer) ?? []))).toEqual(new Set(['PAUSED']));
  const { id = '' } = data?.pauseOutboundCalling ?? {};
  await run(`mutation { resumeOutboundCalling(id: "${id}") { resumed { id } } }`);
  const again = await gateway.clock.runUntil(call({ destinationPhoneNumber: '+12065550129' }));
  expect(again.errors).toBeUndefined();
});

test('a preflight tells all that a call would be told, in each zone, and neither rings, counts nor writes', async () => {
  await start({
    defaults:
      '{ destination: { regions: [US] }, hours: { open: { mon-sun: ["06:30-20:00"] } }, frequency: [{ id: day, per: destination, max: 1, in: 24h }] }',
    rules: '[{ id: later, source: nobody, mode: shadow, destination: { regions: [CA] } }]',
    tests: '[{ at: 2027-01-12T17:00:00Z, to: "+12065550100", as: acme, expect: ALLOW }]',
  });
  const preflight = async (destinationPhoneNumber: string) => {
    const document = `query($input: StartOutboundVoiceContactInput!) { outboundVoiceContactPreflight(input: $input) {
      isAllowed refusals { rule reason nextAllowedAt } shadowRefusals { rule reason } nextAllowedAt estimatedWaitMs policyVersion timeZoneVersion
      destination { e164 callingCode region lineType candidateZones { name localTime isOpen } } } }`;
    const { data } = await ask(document, { input: callInput({ destinationPhoneNumber, allowRepeat: true }) }, {});
    return data?.outboundVoiceContactPreflight;
  };
  expect(await preflight('+14235550100')).toEqual({
    isAllowed: false,
    refusals: [{ rule: 'defaults.hours', reason: 'HOURS_CLOSED', nextAllowedAt: '2026-11-21T12:30:00.000Z' }],
    shadowRefusals: [{ rule: 'rules.later.destination.regions', reason: 'REGION_NOT_ALLOWED' }],
    nextAllowedAt: '2026-11-21T12:30:00.000Z',
    estimatedWaitMs: 0,
    policyVersion: '1',
    timeZoneVersion: expect.stringMatching(/^20\d\d[a-z]$/),
    destination: {
      e164: '+14235550100',
      callingCode: '1',
      region: 'US',
      lineType: 'FIXED_LINE_OR_MOBILE',
      candidateZones: [
        { name: 'America/Chicago', localTime: '2026-11-21T06:00-06:00', isOpen: false },
        { name: 'America/New_York', localTime: '2026-11-21T07:00-05:00', isOpen: true },
      ],
    },
  });
  gateway.clock.advance(4 * 3_600_000);
  for (let asked = 0; asked < 5; asked += 1) expect(await preflight('+14235550100')).toMatchObject({ isAllowed: true });
  const placed = { destinationPhoneNumber: '+14235550100' };
  expect((await call(placed)).errors).toBeUndefined();
  expect(await preflight('+14235550100')).toMatchObject({ refusals: [{ reason: 'FREQUENCY_CAP' }] });
  expect(reasonsOf(await call(placed))).toEqual(['FREQUENCY_CAP']);
});
