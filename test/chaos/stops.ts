import { setTimeout as sleep } from 'node:timers/promises';
import { askOnce } from './ask-once.js';
import type { Chance } from './random.js';

/** A pause as whoever asked for it knows it. */
export interface KnownPause {
  /** Whose calls it held; undefined where those of all tenants. */
  readonly tenant: string | undefined;
  /** When a gateway answered that it stands. */
  readonly answeredAtMs: number;
  /** When somebody first asked to end it. */
  readonly endedAtMs: number;
}

/** A number that somebody put on the do-not-call list. */
export interface ListedNumber {
  readonly destination: string;
  /** When a gateway answered that it is there. */
  readonly answeredAtMs: number;
}

export interface Stops {
  readonly pauses: readonly KnownPause[];
  readonly listed: readonly ListedNumber[];
}

export interface StopsOptions {
  readonly urls: () => readonly string[];
  /** With the scopes for pauses of all tenants, and for lists. */
  readonly token: string;
  readonly chance: Chance;
  readonly tenants: readonly string[];
  readonly list: string;
  /** The numbers that are wanted now. */
  readonly wanted: () => readonly string[];
  readonly patienceMs: number;
  /** No further stops are asked for, and those that stand are ended. */
  readonly signal: AbortSignal;
}

const askAgainMs = 200;

/** Pauses come and go, and numbers that are wanted get onto the list, until the signal aborts. */
export async function stopCalls(options: StopsOptions): Promise<Stops> {
  const { urls, token, chance, tenants, list, wanted, patienceMs, signal } = options;

  /** Asks until somebody answers; a gateway that stood still may do what it was asked long after that. */
  async function ask<Data>(query: string, variables: Readonly<Record<string, unknown>>): Promise<Data> {
    for (;;) {
      const asked = await askOnce<Data>(chance.one(urls()), { token, query, variables, patienceMs });
      const error = asked?.errors?.[0]?.extensions;
      if (asked?.data && !error) return asked.data;
      if (error && !error.retryable) throw new Error(`A stop of calls was refused: ${error.code}.`);
      await sleep(askAgainMs);
    }
  }
  const wait = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);

  async function pause(number: number): Promise<KnownPause> {
    const tenant = chance.one([...tenants, undefined]);
    const input = { reason: `pause ${number}`, ...(tenant === undefined ? { allTenants: true } : { tenant }) };
    const { pauseOutboundCalling: asked } = await ask<{ pauseOutboundCalling: { id: string } }>(pauseMutation, {
      input,
    });
    const answeredAtMs = Date.now();
    await wait(chance.between(1_000, 2_000));
    const endedAtMs = Date.now();
    await resumeAll(asked.id);
    return { tenant, answeredAtMs, endedAtMs };
  }

  /** Ends this pause, and those that were asked for once more by a gateway that stood still. */
  async function resumeAll(id: string): Promise<void> {
    const { resumeOutboundCalling: left } = await ask<{
      resumeOutboundCalling: { pauses: readonly { id: string }[] };
    }>(resumeMutation, { id });
    for (const one of left.pauses) await ask(resumeMutation, { id: one.id });
  }

  async function comeAndGo(): Promise<readonly KnownPause[]> {
    const pauses: KnownPause[] = [];
    for (;;) {
      await wait(chance.between(1_500, 3_500));
      if (signal.aborted) return pauses;
      pauses.push(await pause(pauses.length));
    }
  }

  async function fillList(): Promise<readonly ListedNumber[]> {
    const listed = new Map<string, ListedNumber>();
    for (;;) {
      await wait(chance.between(500, 1_500));
      if (signal.aborted) return [...listed.values()];
      const numbers = wanted().filter((number) => !listed.has(number));
      if (numbers.length === 0) continue;
      const destination = chance.one(numbers);
      await ask(listMutation, { input: { list, phoneNumbers: [destination], reason: 'Asked not to be called' } });
      listed.set(destination, { destination, answeredAtMs: Date.now() });
    }
  }

  const [pauses, listed] = await Promise.all([comeAndGo(), fillList()]);
  return { pauses, listed };
}

const pauseMutation =
  'mutation Pause($input: PauseOutboundCallingInput!) { pauseOutboundCalling(input: $input) { id } }';
const resumeMutation = 'mutation Resume($id: ID!) { resumeOutboundCalling(id: $id) { resumed { id } pauses { id } } }';
const listMutation =
  'mutation List($input: AddToDoNotCallListInput!) { addToDoNotCallList(input: $input) { added alreadyThere } }';
