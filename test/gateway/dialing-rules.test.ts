import { afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { PlaceCallDocument, type StartOutboundVoiceContactInput } from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { PolicyOnDisk } from '../support/policy-on-disk.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';

const operation = 'StartOutboundVoiceContact';

let policy: PolicyOnDisk;
let gateway: RunningGateway;

async function start(settings: Readonly<Record<string, string>>, changes: GatewayChanges = {}): Promise<void> {
  policy = new PolicyOnDisk(settings);
  gateway = await startTestGateway({ ...changes, config: { ...changes.config, policy: { path: policy.path } } });
}

afterEach(async () => {
  await gateway.stop();
  policy.remove();
});

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
    defaults: '{ frequency: [{ id: day, per: destination, max: 3, in: 24h }] }',
    tests: '[{ at: 2027-01-12T17:00:00Z, to: "+12065550100", as: acme, expect: ALLOW }]',
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
