import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { seed } from '../../src/simulator/seed.js';
import { askOnce, type Asked } from './ask-once.js';
import type { Chance } from './random.js';

/** What distinguishes one call from others. */
export interface Wanted {
  readonly destination: string;
  readonly tenant: string;
}

/** One call that somebody wants. */
export interface IntendedCall extends Wanted {
  readonly clientToken: string;
  readonly askedAtMs: number;
  /** How often it was asked for. */
  asks: number;
  end: CallEnd | undefined;
  /** When the gateway said that nothing was placed, and to ask again. */
  readonly denials: { readonly code: string; readonly atMs: number }[];
  /** What somebody was told who was acknowledged, and asked once more; undefined where nobody did, or was answered. */
  again?: { readonly contactId: string; readonly isReplay: boolean } | 'refused';
}

export type CallEnd =
  | { readonly is: 'acknowledged'; readonly contactId: string; readonly atMs: number }
  | { readonly is: 'refused'; readonly code: string };

/** What one request came to. */
export type Reply =
  | { readonly is: 'placed'; readonly contactId: string; readonly isReplay: boolean }
  | {
      readonly is: 'error';
      readonly code: string;
      readonly isRetryable: boolean;
      readonly retryAfterMs: number | undefined;
      /** Of refusals by dialing rules. */
      readonly reasons: readonly string[];
    }
  /** No answer, or none that can be read. */
  | { readonly is: 'broken' };

/** Asks for the call once, at the gateway at `url`. */
export type Ask = (url: string, call: IntendedCall) => Promise<Reply>;

/** Codes after which nothing was, or will be, placed: a caller that is told one of them gives the call up. */
const definiteCodes = new Set([
  'LIMIT_EXCEEDED',
  'DUPLICATE_CALL',
  'POLICY_REFUSED',
  'IDEMPOTENCY_CONFLICT',
  'BAD_USER_INPUT',
  'NOT_FOUND',
]);
const pauseMs = 200;

/** A destination of its own for each call; seven digits whose exchange is no service code. */
export function ownDestination(index: number): Wanted {
  return { destination: `+1206${2_000_000 + index}`, tenant: 'acme' };
}

/** Callers who ask for each call until it is settled, as a real client does. */
export class Callers {
  readonly calls: IntendedCall[] = [];
  /** How often anybody was answered so: `placed`, a code with the reasons of refusals, or `broken`. */
  readonly answers = new Map<string, number>();
  readonly #efforts: Promise<void>[] = [];
  #wantsMore = true;
  #gaveUp = false;

  constructor(
    private readonly ask: Ask,
    private readonly urls: () => readonly string[],
    private readonly chance: Chance,
    /** The call that is wanted after so many others. */
    private readonly wanted: (index: number) => Wanted = ownDestination,
  ) {}

  /** So many, each of whom wants one call after another: demand that never ends, and waits no longer than they are many. */
  crowd(count: number): void {
    for (let caller = 0; caller < count; caller += 1) this.#efforts.push(this.#wantOneAfterAnother());
  }

  /** So many more each second, of whom each wants one call: demand that goes on where many are stuck. */
  stream(perSecond: number): void {
    const fromMs = performance.now();
    let begun = 0;
    const timer = setInterval(() => {
      if (!this.#wantsMore) {
        clearInterval(timer);
        return;
      }
      // A busy machine leaves ticks out.
      const due = ((performance.now() - fromMs) * perSecond) / 1_000;
      for (; begun < due; begun += 1) this.#efforts.push(this.#want());
    }, 1_000 / perSecond);
  }

  /** No further calls are wanted; resolves when those under way are settled, or given up after `atMostMs`. */
  async finish(atMostMs: number): Promise<void> {
    this.#wantsMore = false;
    const giveUp = setTimeout(() => (this.#gaveUp = true), atMostMs);
    await Promise.all(this.#efforts);
    clearTimeout(giveUp);
  }

  async #wantOneAfterAnother(): Promise<void> {
    while (this.#wantsMore) await this.#want();
  }

  #want(): Promise<void> {
    const call: IntendedCall = {
      ...this.wanted(this.calls.length),
      clientToken: randomUUID(),
      askedAtMs: Date.now(),
      asks: 0,
      end: undefined,
      denials: [],
    };
    this.calls.push(call);
    return this.#pursue(call);
  }

  async #pursue(call: IntendedCall): Promise<void> {
    while (!call.end && !this.#gaveUp) {
      call.asks += 1;
      const reply = await this.ask(this.chance.one(this.urls()), call);
      const answer = reply.is === 'error' ? [reply.code, ...reply.reasons].join(' ') : reply.is;
      this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
      switch (reply.is) {
        case 'placed':
          call.end = { is: 'acknowledged', contactId: reply.contactId, atMs: Date.now() };
          break;
        case 'broken':
          await sleep(pauseMs);
          break;
        case 'error': {
          const { code, isRetryable, retryAfterMs = pauseMs, reasons } = reply;
          // Nobody is allowed to find out any more what became of a call to a number on a list.
          if (!isRetryable || definiteCodes.has(code) || reasons.includes('DO_NOT_CALL')) {
            call.end = { is: 'refused', code };
          } else {
            if (code !== 'OUTCOME_UNKNOWN') call.denials.push({ code, atMs: Date.now() });
            await sleep(retryAfterMs * this.chance.between(1, 1.2));
          }
        }
      }
    }
  }
}

export interface AskAgainOptions {
  readonly ask: Ask;
  readonly urls: () => readonly string[];
  readonly chance: Chance;
  readonly callersAtOnce: number;
  readonly atMostMs: number;
}

/** Whoever was acknowledged asks once more, as one whose client forgot the answer, until somebody answers. */
export async function askAgain(
  calls: readonly IntendedCall[],
  { ask, urls, chance, callersAtOnce, atMostMs }: AskAgainOptions,
): Promise<void> {
  const untilMs = performance.now() + atMostMs;
  const left = calls.filter(({ end }) => end?.is === 'acknowledged').values();
  const askForRest = async () => {
    for (const call of left) {
      while (call.again === undefined && performance.now() < untilMs) {
        const reply = await ask(chance.one(urls()), call);
        if (reply.is === 'placed') call.again = reply;
        else if (reply.is === 'error' && !reply.isRetryable) call.again = 'refused';
        else await sleep(pauseMs);
      }
    }
  };
  await Promise.all(Array.from({ length: callersAtOnce }, askForRest));
}

const mutation =
  'mutation Call($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id isReplay } }';

interface Data {
  readonly startOutboundVoiceContact?: { readonly id: string; readonly isReplay: boolean } | null;
}

/** Asks a gateway, with the same variables each time; hangs up after `patienceMs`. */
export function askingGateway(token: string, patienceMs: number): Ask {
  return async (url, { destination, clientToken }) => {
    const input = {
      destinationPhoneNumber: destination,
      clientToken,
      contactFlowId: seed.flows.salesOutbound,
      sourcePhoneNumber: seed.numbers.us.number,
    };
    const asked: Asked<Data> = await askOnce(url, { token, query: mutation, variables: { input }, patienceMs });
    const placed = asked?.data?.startOutboundVoiceContact;
    if (placed) return { is: 'placed', contactId: placed.id, isReplay: placed.isReplay };
    const extensions = asked?.errors?.[0]?.extensions;
    if (!extensions) return { is: 'broken' };
    const { code, retryable: isRetryable, retryAfterMs, refusals = [] } = extensions;
    return { is: 'error', code, isRetryable, retryAfterMs, reasons: refusals.map(({ reason }) => reason) };
  };
}
