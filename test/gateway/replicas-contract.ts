import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { seed } from '../../src/simulator/seed.js';
import { callLines, saidOfCalls } from '../support/call-lines.js';
import {
  FollowContactDocument,
  PlaceCallDocument,
  type StartOutboundVoiceContactInput,
} from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { PolicyOnDisk } from '../support/policy-on-disk.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';
import { TestClock } from '../support/test-clock.js';

const operation = 'StartOutboundVoiceContact';

export const call = (changes: Partial<StartOutboundVoiceContactInput> = {}) => ({ input: callInput(changes) });

export const idIn = (answer: { readonly data?: { startOutboundVoiceContact: { id: string } | null } | null }) =>
  answer.data?.startOutboundVoiceContact?.id;

/** Gateways on common stores, whose settings are `state` and whose clock is `time`. */
export class Replicas {
  constructor(private readonly state: () => NonNullable<GatewayChanges['state']>) {}

  time = new TestClock();
  readonly running: RunningGateway[] = [];

  async start(changes: GatewayChanges = {}): Promise<RunningGateway> {
    const [first] = this.running;
    const replica = await startTestGateway({
      ...changes,
      state: { replicas: 2, ...this.state(), ...changes.state },
      parts: { storeNowMs: () => this.time.now() },
      ...(first ? { besides: first } : {}),
    });
    this.running.push(replica);
    return replica;
  }

  async stop(): Promise<void> {
    for (const gateway of this.running.splice(0).reverse()) {
      gateway.clock.advance(120_000);
      await gateway.stop();
    }
    this.time = new TestClock();
  }

  /** What a replica answers that takes a call over from one whose clock stands still: it renews nothing, and its lease is good for five seconds. */
  async takenOver(by: RunningGateway, same: ReturnType<typeof call>) {
    this.time = by.clock;
    const startMs = this.time.monotonic();
    const answer = await by.clock.runUntil(by.ask(PlaceCallDocument, same));
    expect(this.time.monotonic() - startMs).toBeGreaterThanOrEqual(5_000);
    return answer;
  }
}

/** The server that keeps the ledger. */
export interface LedgerServer {
  stop(): Promise<void>;
  start(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

export interface LedgerUnderTest {
  /** Of the server, such as Redis. */
  readonly name: string;
  readonly server: () => LedgerServer;
  /** The settings of a gateway that waits a second for it. */
  readonly impatient: () => NonNullable<GatewayChanges['state']>;
}

/** What holds of two replicas, whatever keeps their ledger. */
export function testReplicas(replicas: Replicas, { name, server, impatient }: LedgerUnderTest): void {
  test('fifty requests at once with one clientToken, on both, ring one phone and get one contact id', async () => {
    const both = [await replicas.start(), await replicas.start()];
    const same = call({ clientToken: randomUUID() });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_none, index) => both[index % 2]!.ask(PlaceCallDocument, same)),
    );
    const { simulator } = both[0]!;
    expect(new Set(answers.map(idIn))).toEqual(new Set([simulator.calls()[0]?.contactId]));
    expect(simulator.calls()).toHaveLength(1);
    expect(simulator.requests()[operation]).toBe(1);
    expect(saidOfCalls(callLines(...both))).toEqual({ placed: 1, answered: 49 });
  });

  test('fifty calls at once to one number on both, of which a policy allows three, ring three phones; each was decided before it rang', async () => {
    const policy = new PolicyOnDisk({
      defaults: '{ frequency: [{ id: day, per: destination, max: 3, in: 24h }] }',
      tests: '[{ at: 2027-01-12T17:00:00Z, to: "+12065550100", as: acme, expect: ALLOW }]',
    });
    const changes = { config: { policy: { path: policy.path } } };
    const both = [await replicas.start(changes), await replicas.start(changes)];
    policy.remove();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_none, index) =>
        both[index % 2]!.ask(PlaceCallDocument, call({ allowRepeat: true, clientToken: randomUUID() })),
      ),
    );
    const { simulator } = both[0]!;
    expect(simulator.calls()).toHaveLength(3);
    expect(answers.flatMap((answer) => idIn(answer) ?? []).toSorted()).toEqual(
      simulator
        .calls()
        .map(({ contactId }) => contactId)
        .toSorted(),
    );
    const refused = answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions) ?? []);
    expect(refused).toHaveLength(47);
    for (const extensions of refused) {
      expect(extensions).toMatchObject({ code: 'POLICY_REFUSED', refusals: [{ reason: 'FREQUENCY_CAP' }] });
    }
  });

  test('what one placed the other answers, with the flow that only the placing knew', async () => {
    const [a, b] = [await replicas.start(), await replicas.start()];
    const same = call({ clientToken: randomUUID() });
    const placed = await a.ask(PlaceCallDocument, same);
    expect(idIn(await b.ask(PlaceCallDocument, same))).toBe(idIn(placed));
    const { data } = await b.ask(FollowContactDocument, { id: idIn(placed) ?? '' });
    expect(data?.contact?.contactFlow).toEqual({ id: seed.flows.salesOutbound, name: 'Sales outbound' });
    expect(a.simulator.calls()).toHaveLength(1);
  });

  test('a number that one called moments ago the other does not call, and says which contact it was', async () => {
    const [a, b] = [await replicas.start(), await replicas.start()];
    const first = await a.ask(PlaceCallDocument, call());
    const second = await b.ask(PlaceCallDocument, call());
    expect(second.errors?.[0]?.extensions).toMatchObject({ code: 'DUPLICATE_CALL', contactId: idIn(first) });
    const ofAnotherTenant = await b.ask(PlaceCallDocument, call({ instanceId: seed.otherInstanceId }), {
      tenant: 'globex',
    });
    expect(ofAnotherTenant.errors?.[0]?.extensions.code).not.toBe('DUPLICATE_CALL');
  });

  test('where one stands still between sending and recording, the other takes over when the lease is out: one call', async () => {
    const [a, b] = [await replicas.start(), await replicas.start()];
    // The server of the ledger is slow on a busy machine, and this time is not its.
    const same = call({ clientToken: randomUUID(), maxWaitInSeconds: 55 });
    a.simulator.inject({ operation, times: 1, hang: 'after' });
    const stuck = a.ask(PlaceCallDocument, same);
    await a.simulator.whenRequested(operation, 1);

    const answer = await replicas.takenOver(b, same);
    expect(idIn(answer)).toBe(a.simulator.calls()[0]?.contactId);
    expect(a.simulator.calls()).toHaveLength(1);
    a.clock.advance(55_000);
    expect((await stuck).errors?.[0]?.extensions).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true });
  });

  test(`while ${name} is away nothing is sent; a call waits for it until its deadline, and goes on when it is back`, async () => {
    const a = await replicas.start();
    await a.ask(PlaceCallDocument, call());
    await server().stop();
    const refused = await a.clock.runUntil(a.ask(PlaceCallDocument, call({ destinationPhoneNumber: '+12065550115' })));
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
    expect(refused.body).not.toMatch(/redis|postgres|ECONN|127\.0\.0\.1/i);
    expect(a.simulator.calls()).toHaveLength(1);

    const waiting = a.ask(PlaceCallDocument, call({ destinationPhoneNumber: '+12065550101' }));
    await server().start();
    expect((await waiting).errors).toBeUndefined();
    expect(a.simulator.calls()).toHaveLength(2);
    expect(a.logged()).not.toContain('outdial:password');
  });

  test(`a record that ${name} did not take in time is written when it answers again`, async () => {
    const [a, b] = [await replicas.start({ state: impatient() }), await replicas.start()];
    const same = call({ clientToken: randomUUID() });
    a.simulator.inject({ operation, times: 1, delayMs: 1_000 });
    const asked = a.ask(PlaceCallDocument, same);
    await a.simulator.whenRequested(operation, 1);
    server().freeze();
    a.simulator.advance(1_000);
    const contactId = idIn(await asked);
    expect(contactId).toBe(a.simulator.calls()[0]?.contactId);
    server().thaw();
    expect(idIn(await a.clock.runUntil(a.ask(PlaceCallDocument, same)))).toBe(contactId);
    expect(idIn(await b.ask(PlaceCallDocument, same))).toBe(contactId);
    expect(a.simulator.calls()).toHaveLength(1);
  });
}
