import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { seed } from '../../src/simulator/seed.js';
import type { Chance } from './random.js';

/** One call that somebody wants, to a destination that no other one has. */
export interface IntendedCall {
  readonly destination: string;
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
    }
  /** No answer, or none that can be read. */
  | { readonly is: 'broken' };

/** Asks for the call once, at the gateway at `url`. */
export type Ask = (url: string, call: IntendedCall) => Promise<Reply>;

/** Codes after which nothing was, or will be, placed: a caller that is told one of them gives the call up. */
const definiteCodes = new Set([
  'LIMIT_EXCEEDED',
  'DUPLICATE_CALL',
  'IDEMPOTENCY_CONFLICT',
  'BAD_USER_INPUT',
  'NOT_FOUND',
]);
const pauseMs = 200;

/** Callers who ask for each call until it is settled, as a real client does. */
export class Callers {
  readonly calls: IntendedCall[] = [];
  /** How often anybody was answered so: `placed`, a code, or `broken`. */
  readonly answers = new Map<string, number>();
  readonly #efforts: Promise<void>[] = [];
  #wantsMore = true;
  #gaveUp = false;

  constructor(
    private readonly ask: Ask,
    private readonly urls: () => readonly string[],
    private readonly chance: Chance,
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
      // Seven digits whose exchange is no service code.
      destination: `+1206${2_000_000 + this.calls.length}`,
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
      const answer = reply.is === 'error' ? reply.code : reply.is;
      this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
      switch (reply.is) {
        case 'placed':
          call.end = { is: 'acknowledged', contactId: reply.contactId, atMs: Date.now() };
          break;
        case 'broken':
          await sleep(pauseMs);
          break;
        case 'error': {
          const { code, isRetryable, retryAfterMs = pauseMs } = reply;
          if (!isRetryable || definiteCodes.has(code)) {
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

interface Answer {
  readonly data?: {
    readonly startOutboundVoiceContact?: { readonly id: string; readonly isReplay: boolean } | null;
  } | null;
  readonly errors?: readonly { readonly extensions: { code: string; retryable: boolean; retryAfterMs?: number } }[];
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
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: mutation, variables: { input } }),
        signal: AbortSignal.timeout(patienceMs),
      });
      const { data, errors } = (await response.json()) as Answer;
      const placed = data?.startOutboundVoiceContact;
      if (placed) return { is: 'placed', contactId: placed.id, isReplay: placed.isReplay };
      const extensions = errors?.[0]?.extensions;
      if (!extensions) return { is: 'broken' };
      const { code, retryable: isRetryable, retryAfterMs } = extensions;
      return { is: 'error', code, isRetryable, retryAfterMs };
    } catch {
      return { is: 'broken' };
    }
  };
}
