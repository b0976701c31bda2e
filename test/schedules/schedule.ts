import 'reflect-metadata';
import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { InstanceAccess } from '../../src/access/instances.js';
import { callKeyFor, connectTokenFor } from '../../src/calls/call-keys.js';
import { CallLedger } from '../../src/calls/call-ledger.js';
import { CallService } from '../../src/calls/call.service.js';
import { StartOutboundVoiceContactInput } from '../../src/calls/start-outbound-voice-contact.input.js';
import { TrafficType } from '../../src/calls/traffic-type.enum.js';
import { Connect } from '../../src/connect/connect.js';
import { PermitQueue } from '../../src/connect/permit-queue.js';
import type { RateLimiter } from '../../src/coordination/rate-limiter.js';
import { GatewayError } from '../../src/errors.js';
import type { CallRecord, CallTransitions } from '../../src/ledger/call-record.js';
import type { LedgerStore } from '../../src/ledger/ledger.js';
import { createLog } from '../../src/log.js';
import { createRequestContext } from '../../src/request.js';
import type { Choices } from './choices.js';
import { SharedLimiter, SteeredLimiter } from './steered-limiter.js';
import { SharedStore } from './shared-store.js';
import { SteeredLedger } from './steered-ledger.js';
import { drawnOdds, longestWayMs, mishaps, upsets, type Surroundings } from './surroundings.js';
import { Telephone } from './telephone.js';
import { Process, VirtualTime } from './virtual-time.js';
import { Wire } from './wire.js';
import { Witness, type Answer, type Ask, type MeantCall } from './witness.js';

/** What is planted to see whether it is found. */
export interface Planted {
  readonly transitions?: CallTransitions;
  readonly ledger?: (store: LedgerStore) => LedgerStore;
  readonly rateLimiter?: (limiter: RateLimiter) => RateLimiter;
}

export interface ScheduleSettings {
  readonly replicas: number;
  readonly callers: number;
  readonly planted?: Planted;
  /** Told what happens, in order. */
  readonly tell?: (atMs: number, who: string, words: string) => void;
}

/** What became of a schedule. */
export interface ScheduleResult {
  readonly faults: readonly string[];
  readonly choices: readonly number[];
  readonly asks: number;
  readonly rings: number;
  readonly steps: number;
  /** The store lost something that it had acknowledged. */
  readonly hasForgotten: boolean;
}

interface Replica {
  readonly process: Process;
  readonly calls: CallService;
  readonly ledger: SteeredLedger;
}

const log = createLog('silent');
const secret = 'a secret of these tests';
const instanceId = 'e0000000-0000-4000-8000-000000000001';
const contactFlowId = 'f0000000-0000-4000-8000-000000000001';
const access = new InstanceAccess({ defaultInstanceId: instanceId, instanceIds: [instanceId] });
// Of a numbering plan that is read fast: those of the United States took a fifth of all the time.
const numbers = ['+4522345678', '+4522345679'] as const;
const tokens = ['one', 'two', 'three'] as const;
const mostSteps = 20_000;

const asking = new AsyncLocalStorage<Ask>();
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** All that its tokens, numbers and inputs make; the first input goes to the first number. */
const meantCalls = new Map<string, MeantCall>();
function meant(clientToken: string, numberIndex: number, isOther = false): MeantCall {
  const number = numbers[numberIndex]!;
  const name = `call ${clientToken} to ${numberIndex === 0 ? 'P' : 'Q'}${isOther ? ' with other input' : ''}`;
  const known = meantCalls.get(name);
  if (known) return known;
  const call = {
    name,
    clientToken,
    number,
    key: callKeyFor(secret, { tenant: 'acme', instanceId, clientToken }),
    connectToken: connectTokenFor({ tenant: 'acme', instanceId, clientToken, destinationPhoneNumber: number }),
  };
  meantCalls.set(name, call);
  return call;
}

/** One schedule: replicas, callers, stores and Connect, on one time, where the choices say all that happens. */
class Schedule {
  readonly #time = new VirtualTime();
  readonly #surroundings: Surroundings;
  readonly #witness: Witness;
  readonly #store: SharedStore;
  readonly #limiter: SharedLimiter;
  readonly #telephone: Telephone;
  readonly #replicas: Replica[] = [];
  readonly #signals: { readonly signal: AbortSignal; readonly process: Process }[] = [];
  readonly #rules;
  readonly #isDivided: boolean;
  #started = 0;
  #steps = 0;

  constructor(
    private readonly choices: Choices,
    private readonly settings: ScheduleSettings,
  ) {
    const time = this.#time;
    const { tell } = settings;
    const unknownResendMs = choices.of([60_000, 20_000]);
    const duplicateWindowMs = choices.of([unknownResendMs, 15_000, 90_000, 0]);
    const quota = choices.of([
      { ratePerSecond: 2, burst: 5 },
      { ratePerSecond: 1, burst: 2 },
      { ratePerSecond: 5, burst: 10 },
    ]);
    const maxWaitingPerSubject = choices.of([undefined, 2]);
    const connectRemembers = choices.of([true, true, true, true, true, true, true, false]);
    this.#isDivided = choices.of([false, false, false, true]);
    const odds = drawnOdds(choices, mishaps);
    const [storeForgets, storeCopies] = choices.of([
      [0, 0],
      [0, 0],
      [0, 30],
      [30, 0],
    ] as const);
    this.#surroundings = {
      time,
      choices,
      odds,
      connectOdds: [...drawnOdds(choices, mishaps), ...drawnOdds(choices, upsets)].map(
        ([name, permille]) => [name, permille * 4] as const,
      ),
      forgets: { store: storeForgets, copies: storeCopies, coordination: choices.of([0, 0, 0, 0, 10]) },
      tell: tell
        ? (who, words) => {
            tell(time.nowMs - 1_000_000, who, words());
          }
        : () => undefined,
    };
    this.#rules = {
      deadlineMs: 10_000,
      deadlineMaxMs: 55_000,
      duplicateWindowMs,
      maxRepeatCallsPerHour: choices.of([5, 1]),
      unknownResendMs,
      stateSecret: secret,
    };
    this.#witness = new Witness(this.#surroundings, { duplicateWindowMs, unknownResendMs, quota, connectRemembers });
    this.#store = new SharedStore(this.#surroundings, {
      committed: (writes) => {
        this.#witness.committed(writes);
      },
      lost: () => {
        this.#witness.storeLost();
      },
      undone: ({ key, record }) => {
        this.#witness.undone(key, record);
      },
    });
    this.#limiter = new SharedLimiter(
      this.#surroundings,
      { quota, maxWaitingPerSubject },
      {
        granted: () => {
          this.#witness.granted();
        },
        lost: () => {
          this.#witness.coordinationKeeps = false;
        },
      },
    );
    const remembersMs = connectRemembers ? unknownResendMs + longestWayMs : 0;
    this.#telephone = new Telephone(this.#surroundings, remembersMs, {
      sent: (ask) => {
        this.#witness.sent(ask);
      },
      rang: (ring) => {
        this.#witness.rang(ring);
      },
    });
    for (let index = 0; index < settings.replicas; index += 1) this.#start(index);
  }

  async run(): Promise<ScheduleResult> {
    const witness = this.#witness;
    let open = this.settings.callers;
    for (let caller = 1; caller <= this.settings.callers; caller += 1) {
      void this.#caller(caller).finally(() => (open -= 1));
    }
    await this.#until(() => open === 0);
    // From here on nothing goes wrong.
    Object.assign(this.#surroundings, { odds: [], connectOdds: [], forgets: { store: 0, copies: 0, coordination: 0 } });
    await this.#rest('after the last caller');
    await this.#askAtTheEnd();
    const [{ made }, { asks, rings, faults }] = [this.choices, witness];
    return {
      faults,
      choices: made,
      asks: asks.length,
      rings: rings.length,
      steps: this.#steps,
      hasForgotten: !witness.storeKeeps,
    };
  }

  /** That nothing is taken, forgotten or left over. */
  async #askAtTheEnd(): Promise<void> {
    const witness = this.#witness;
    this.#time.nowMs += 400_000;
    const placed = [...meantCalls.values()].flatMap((call) => {
      const contactId = witness.storeKeeps ? witness.recorded(call) : undefined;
      const isOfCall = witness.rings.some((ring) => ring.contactId === contactId && ring.ask.call === call);
      return contactId !== undefined && isOfCall ? [call] : [];
    });
    const probes = [...placed, meant('four', 0), meant('five', 1)];
    for (const call of probes) {
      const answering = this.#ask(0, call, { maxWaitInSeconds: 55 });
      let answer: Answer | undefined;
      void answering.then((told) => (answer = told));
      await this.#until(() => answer !== undefined);
      if (answer?.contactId === undefined) witness.fault(`at the end ${call.name} is answered ${answer?.code}`);
    }
    await this.#rest('at the end');
  }

  /** Until nobody works on anything any more. */
  async #rest(when: string): Promise<void> {
    const untilMs = this.#time.nowMs + 400_000;
    for (; this.#time.nowMs < untilMs; await turn()) {
      this.#steps += 1;
      if (!this.#time.next()) break;
    }
    const witness = this.#witness;
    if (this.#time.nowMs >= untilMs) witness.fault(`${when} timers are left over`);
    for (const { ledger, process } of this.#replicas) {
      if (!process.isDead && ledger.listening > 0) witness.fault(`${when} ${process.name} still listens to the ledger`);
    }
    for (const { caller, answer, process, isDeparted } of witness.asks) {
      if (!answer && !process.isDead && !isDeparted()) witness.fault(`${when} caller ${caller} has no answer`);
    }
    if (this.#signals.some(({ signal, process }) => !process.isDead && getEventListeners(signal, 'abort').length > 0)) {
      witness.fault(`${when} somebody still listens for a caller to leave`);
    }
  }

  async #until(done: () => boolean): Promise<void> {
    await turn();
    while (!done()) {
      this.#steps += 1;
      if (this.#steps > mostSteps || !this.#time.next()) {
        this.#witness.fault(this.#steps > mostSteps ? 'it goes on and on' : 'nothing happens any more');
        return;
      }
      await turn();
    }
  }

  /** Asks as the pages tell it to. */
  async #caller(caller: number): Promise<void> {
    const { choices } = this;
    const time = this.#time;
    let call = meant(
      choices.of([tokens[0], tokens[0], ...tokens]),
      choices.of([0, 0, 0, 1]),
      choices.of([false, false, false, true]),
    );
    let allowsRepeat = choices.of([false, false, false, true]);
    await time.wait(choices.of([0, 5, 100, 800, 3_000, 5_500, 9_000, 30_000]));
    for (let left = choices.of([3, 2, 1, 4, 5]); left > 0; left -= 1) {
      const answer = await this.#ask(caller, call, {
        allowsRepeat,
        maxWaitInSeconds: choices.of([undefined, 3, 5, 20]),
        livesMs: choices.of([1e9, 1e9, 1e9, 1e9, 4_000]),
        leavesAfterMs: choices.of([undefined, undefined, undefined, undefined, undefined, undefined, undefined, 2_000]),
      });
      const { contactId, code, isRetryable, retryAfterMs = 0 } = answer;
      if (contactId !== undefined && choices.of([true, false])) return;
      if (code === 'OUTCOME_UNKNOWN' && isRetryable === false) {
        if (!choices.of([false, true])) return;
        call = meant(`${call.clientToken} anew`, numbers.indexOf(call.number as (typeof numbers)[number]));
        allowsRepeat = true;
      } else if (
        code !== undefined &&
        isRetryable === false &&
        code !== 'DUPLICATE_CALL' &&
        code !== 'UNAUTHENTICATED'
      ) {
        if (choices.of([true, true, false])) return;
      }
      await time.wait(
        retryAfterMs + choices.of([0, 300, 4_000, 12_000, 25_000, 40_000, 58_000, 66_000, 90_000, 200_000]),
      );
    }
  }

  async #ask(
    caller: number,
    call: MeantCall,
    how: {
      readonly allowsRepeat?: boolean;
      readonly maxWaitInSeconds?: number | undefined;
      readonly livesMs?: number;
      readonly leavesAfterMs?: number | undefined;
    },
  ): Promise<Answer> {
    const { choices } = this;
    const time = this.#time;
    const { allowsRepeat = false, maxWaitInSeconds, livesMs = 1e9, leavesAfterMs } = how;
    const running = this.#replicas.filter(({ process }) => !process.isDead);
    const replica = running[choices.below(this.settings.replicas) % running.length];
    if (!replica) {
      await time.wait(1_000);
      return {};
    }
    const { process, calls } = replica;
    const departing = new AbortController();
    const { signal } = departing;
    this.#signals.push({ signal, process });
    const waitMs = (maxWaitInSeconds ?? 10) * 1_000;
    this.#surroundings.tell(
      `caller ${caller}`,
      () => `asks ${process.name} for ${call.name}${allowsRepeat ? ' with allowRepeat' : ''}, and waits ${waitMs} ms`,
    );
    return new Promise((resolve) => {
      time.at(time.nowMs, process, () => {
        const expiresAtMs = process.clock.now() + livesMs;
        const ask: Ask = {
          caller,
          call,
          process,
          allowsRepeat,
          askedAtMs: time.nowMs,
          deadlineAtMs: time.nowMs + waitMs,
          pausedBeforeMs: process.pausedMs,
          isDeparted: () => signal.aborted,
          isAuthorised: () => process.clock.now() < expiresAtMs,
        };
        this.#witness.asks.push(ask);
        const input = Object.assign(new StartOutboundVoiceContactInput(), {
          destinationPhoneNumber: call.number,
          contactFlowId,
          sourcePhoneNumber: '+12065550199',
          clientToken: call.clientToken,
          name: call.name,
          trafficType: TrafficType.GENERAL,
          allowRepeat: allowsRepeat,
          maxWaitInSeconds,
        });
        const subject = caller % 2 === 0 ? 'ann' : 'bob';
        const who = { subject, tenant: 'acme', scopes: new Set<string>(), expiresAtMs };
        const context = createRequestContext({ requestId: 'request', caller: who, log, signal });
        const answer = (told: Answer) => {
          if (process.isDead) return;
          this.#surroundings.tell(process.name, () => `answers caller ${caller}: ${told.contactId ?? told.code}`);
          this.#witness.answered(ask, told);
          resolve(told);
        };
        asking
          .run(ask, () => calls.start(input, context))
          .then(
            ({ contactId }) => {
              answer({ contactId });
            },
            (error: unknown) => {
              if (!(error instanceof GatewayError)) answer({ code: String(error), isRetryable: false });
              else {
                const { code, retryable: isRetryable, retryAfterMs } = error;
                answer({ code, isRetryable, retryAfterMs });
              }
            },
          );
        if (leavesAfterMs !== undefined) {
          time.at(time.nowMs + leavesAfterMs, process, () => {
            if (ask.answer) return;
            this.#surroundings.tell(`caller ${caller}`, () => 'goes away');
            departing.abort();
            resolve({});
          });
        }
        // Whoever hears nothing at all, as where the replica died, gives up a while after the deadline.
        time.at(time.nowMs + waitMs + 5_000, undefined, () => {
          resolve({});
        });
      });
      time.at(time.nowMs + waitMs + 5_000, undefined, () => {
        resolve({});
      });
    });
  }

  /** A new process in this place. */
  #start(index: number): void {
    const { choices, settings } = this;
    const surroundings = this.#surroundings;
    const time = this.#time;
    const { planted = {}, replicas } = settings;
    const name = `replica ${'ABCDE'[index]}${this.#started < replicas ? '' : String(this.#started)}`;
    this.#started += 1;
    const process = new Process(name, time, choices.of([0, 500_000, -300_000]));
    const die = () => {
      surroundings.tell(name, () => 'dies');
      process.isDead = true;
      this.#store.replicas.delete(ledger);
      time.at(time.nowMs + choices.of([500, 6_000]), undefined, () => {
        this.#start(index);
      });
    };
    const cutOff = (forMs: number) => {
      if (wire.isCut) return;
      surroundings.tell(name, () => `is cut off from the stores for ${forMs} ms`);
      wire.cut();
      time.at(time.nowMs + forMs, process, () => {
        ledger.comeUp();
      });
    };
    const wire = new Wire({ surroundings, process, die, cutOff });
    const ledger = new SteeredLedger({
      store: this.#store,
      wire,
      process,
      surroundings,
      isDivided: this.#isDivided,
      asked: (writes) => {
        const ask = asking.getStore();
        if (ask) ask.ledgerAskedAtMs = time.nowMs;
        for (const { key, next } of writes) {
          const owner = key.kind === 'call' ? (next?.value as CallRecord | undefined)?.owner : undefined;
          const isOfAnother = this.#witness.asks.some((one) => one !== ask && one.owner === owner);
          if (ask && owner !== undefined && key.id === ask.call.key && !isOfAnother) ask.owner ??= owner;
        }
      },
    });
    const limiter = new SteeredLimiter({
      shared: this.#limiter,
      wire,
      process,
      surroundings,
      permitted: () => {
        this.#witness.permitted(process);
      },
    });
    const { clock } = process;
    const clients = this.#telephone.clientsOf(process, die, () => asking.getStore()!);
    const permits = new PermitQueue(planted.rateLimiter?.(limiter) ?? limiter, clock);
    const connect = new Connect(clients, permits, clock);
    const callLedger = new CallLedger({
      store: planted.ledger?.(ledger) ?? ledger,
      clock,
      log,
      rules: this.#rules,
      maxUnknownCalls: 100,
      ...(planted.transitions ? { transitions: planted.transitions } : {}),
    });
    const random = () => choices.below(100) / 100;
    const calls = new CallService({ connect, access, ledger: callLedger, clock, random, rules: this.#rules });
    this.#replicas[index] = { process, calls, ledger };
  }
}

export function runSchedule(choices: Choices, settings: ScheduleSettings): Promise<ScheduleResult> {
  return new Schedule(choices, settings).run();
}
