import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PlaceCallDocument, type StartOutboundVoiceContactInput } from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { PolicyOnDisk } from '../support/policy-on-disk.js';
import { shareGateway } from '../support/share-gateway.js';
import type { GraphqlAnswer, RunningGateway } from '../support/start-gateway.js';

const policy = new PolicyOnDisk({
  lists: '{ own: { kind: doNotCall, store: ledger } }',
  purposes: '{ MARKETING: {}, SERVICE: { scope: "calls:service" } }',
  defaults: `{
    destination: { callingCodes: ["1", "44"], regions: [US, CA, GB], prefixVelocity: { digits: 9, max: 4, in: 10m } },
    callerId: { cap: { max: 12, in: 24h } },
    frequency: [{ id: day, per: destination, max: 2, in: 24h }, { id: hour, per: tenant, max: 6, in: 1h }],
    hours: { open: { mon-sun: ["08:00-21:00"] }, endMargin: 60s },
    lists: [own]
  }`,
  rules: `[
    { id: us-fl, source: somebody, when: { areaCodeState: FL, purpose: MARKETING }, hours: { mon-sun: ["08:00-20:00"] } },
    { id: gb, source: somebody, when: { region: GB }, consent: { required: true } },
    { id: shade, source: somebody, mode: shadow, destination: { regions: [CA] } }
  ]`,
  tenants:
    '{ globex: { destination: { regions: [US] }, frequency: [{ id: own, max: 1, in: 30m, per: destination }] } }',
  tests:
    '[{ at: 2027-01-12T17:00:00Z, to: "+12065550100", as: acme, from: "+12065550199", purpose: MARKETING, expect: ALLOW }]',
});
afterAll(() => {
  policy.remove();
});

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), {
  config: { policy, doNotCallKeys: ['a key of the tests'] },
  calls: { duplicateWindowMs: 0 },
});

const preflightDocument = `query($input: StartOutboundVoiceContactInput!) { outboundVoiceContactPreflight(input: $input) {
  isAllowed refusals { rule reason message nextAllowedAt } nextAllowedAt } }`;

interface Refusal {
  readonly rule: string;
  readonly reason: string;
}
interface Preflight {
  readonly isAllowed: boolean;
  readonly refusals: readonly Refusal[];
  readonly nextAllowedAt: string | null;
}

const numbers = ['+12065550100', '+12065550101', '+13055550100', '+14235550100', '+12045550100', '+442079460000'];

interface Call {
  readonly do: 'call';
  readonly as: { readonly tenant: string; readonly scopes: readonly string[] };
  readonly input: Partial<StartOutboundVoiceContactInput>;
}
type Step =
  | Call
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'list' | 'unlist'; readonly number: string }
  | { readonly do: 'pause'; readonly tenant: string | undefined }
  | { readonly do: 'resume' };

const number = fc.constantFrom(...numbers, '+33123456789', '+881612345678');
const tenant = fc.constantFrom('acme', 'globex');
const call: fc.Arbitrary<Call> = fc.record({
  do: fc.constant('call'),
  as: fc.record({ tenant, scopes: fc.constantFrom([], ['calls:service']) }),
  input: fc.record(
    {
      destinationPhoneNumber: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...numbers.slice(0, 2)) }, number),
      purpose: fc.constantFrom('MARKETING', 'SERVICE', 'OTHER'),
      calleeTimeZone: fc.constantFrom('America/New_York', 'America/Los_Angeles'),
      consentReference: fc.constant('consent 1'),
    },
    { requiredKeys: ['destinationPhoneNumber'] },
  ),
});
const minuteMs = 60_000;
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: call },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait'),
      ms: fc.oneof(fc.integer({ min: 1, max: 45 * minuteMs }), fc.integer({ min: 1, max: 20 * 60 * minuteMs })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('list', 'unlist'), number: fc.constantFrom(...numbers) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause'), tenant: fc.option(tenant, { nil: undefined }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resume') }) },
);

const operator = { scopes: ['calls:pause', 'calls:pause-all', 'dnc:manage'] };
async function operate<Data = unknown>(document: string, variables: Readonly<Record<string, unknown>>): Promise<Data> {
  const answer: GraphqlAnswer<Data> = await gateway.clock.runUntil(
    gateway.ask<Data, Record<string, unknown>>(document, variables, operator),
  );
  expect(answer.errors).toBeUndefined();
  return answer.data!;
}

const pauses: string[] = [];
async function resumeAll(): Promise<void> {
  for (const id of pauses.splice(0)) {
    await operate('mutation($id: ID!) { resumeOutboundCalling(id: $id) { pauses { id } } }', { id });
  }
}

const seen = new Map<string, number>();

async function callAfterPreflight({ as, input: changes }: Call): Promise<void> {
  const scopes = ['calls:start', 'calls:repeat', 'calls:attest', 'contacts:read', ...as.scopes];
  const caller = { tenant: as.tenant, scopes };
  const input = callInput({ allowRepeat: true, ...changes });
  const atMs = gateway.clock.now();
  const looked = await gateway.ask<{ outboundVoiceContactPreflight: Preflight }, Record<string, unknown>>(
    preflightDocument,
    { input },
    caller,
  );
  const placed = await gateway.ask(PlaceCallDocument, { input }, caller);
  expect(gateway.clock.now()).toBe(atMs);
  const { isAllowed, refusals, nextAllowedAt } = looked.data!.outboundVoiceContactPreflight;
  const error = placed.errors?.[0]?.extensions;
  expect(error?.refusals ?? []).toEqual(refusals);
  // The instance of one tenant does not know the flow: such a call is allowed, and gives its room back.
  expect(isAllowed ? [undefined, 'NOT_FOUND'] : ['POLICY_REFUSED']).toContain(error?.code);
  const waitMs = nextAllowedAt === null ? undefined : Date.parse(nextAllowedAt) - atMs;
  expect(error?.retryAfterMs).toBe(error?.retryable ? waitMs : undefined);
  for (const { reason } of isAllowed ? [{ reason: 'ALLOW' }] : refusals) seen.set(reason, (seen.get(reason) ?? 0) + 1);
}

async function take(one: Step): Promise<void> {
  switch (one.do) {
    case 'call':
      return callAfterPreflight(one);
    case 'wait':
      // At once, for the gateway looks at its policy every two seconds.
      gateway.clock.stall(one.ms);
      return;
    case 'list':
    case 'unlist': {
      const input = { list: 'own', phoneNumbers: [one.number] };
      await operate(
        one.do === 'list'
          ? 'mutation($input: AddToDoNotCallListInput!) { addToDoNotCallList(input: $input) { added } }'
          : 'mutation($input: RemoveFromDoNotCallListInput!) { removeFromDoNotCallList(input: $input) { removed } }',
        { input },
      );
      return;
    }
    case 'pause': {
      const input = { reason: 'why', ...(one.tenant === undefined ? { allTenants: true } : { tenant: one.tenant }) };
      const paused = await operate<{ pauseOutboundCalling: { id: string } }>(
        'mutation($input: PauseOutboundCallingInput!) { pauseOutboundCalling(input: $input) { id } }',
        { input },
      );
      pauses.push(paused.pauseOutboundCalling.id);
      return;
    }
    case 'resume':
      return resumeAll();
  }
}

test('a preflight says what a call is told at the same time, whatever was called, listed and paused before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      for (const one of steps) await take(one);
      await resumeAll();
    }),
    { numRuns: 30 },
  );
  // Otherwise little was shown.
  const reasons = ['ALLOW', 'HOURS_CLOSED', 'FREQUENCY_CAP', 'DO_NOT_CALL', 'PAUSED', 'PURPOSE_NOT_ALLOWED'];
  expect([...seen.keys()]).toEqual(expect.arrayContaining(reasons));
});
