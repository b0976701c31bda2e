import { AsyncLocalStorage } from 'node:async_hooks';
import { InstanceAccess } from '../../src/access/instances.js';
import { CallLedger } from '../../src/calls/call-ledger.js';
import { CallService } from '../../src/calls/call.service.js';
import { StartOutboundVoiceContactInput } from '../../src/calls/start-outbound-voice-contact.input.js';
import { TrafficType } from '../../src/calls/traffic-type.enum.js';
import type { Connect } from '../../src/connect/connect.js';
import { OutcomeUnknown } from '../../src/connect/errors.js';
import { GatewayError } from '../../src/errors.js';
import { createLog } from '../../src/log.js';
import { createRequestContext } from '../../src/request.js';
import { seed } from '../../src/simulator/seed.js';
import { callInput } from '../support/place-call.js';
import { TestClock } from '../support/test-clock.js';
import { FailoverLedger } from './failover-ledger.js';
import { SteeredLedger, type Step } from './steered-ledger.js';

const log = createLog('silent');
export const windowMs = 60_000;
const rules = {
  deadlineMs: 10_000,
  deadlineMaxMs: 55_000,
  duplicateWindowMs: windowMs,
  maxRepeatCallsPerHour: 5,
  unknownResendMs: 60_000,
  stateSecret: 'secret',
};

/** A request, and what became of it. */
interface Asked {
  /** Names the call that it asks for: its clientToken, and whether it is for another number than all others with that one. */
  readonly call: string;
  readonly expiresAtMs: number;
  /** An attempt of this request rang the phone. */
  rang: boolean;
  answer?: string;
}

/** The request for which something is done. */
const asking = new AsyncLocalStorage<Asked>();

/** That nothing was placed for it. */
const isDenied = (answer: string) => answer !== 'OUTCOME_UNKNOWN' && !answer.startsWith('contact');

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Two replicas, a store and Connect, where nothing happens until it is picked from what may happen next. */
export class SteeredWorld {
  readonly clock = new TestClock();
  readonly accepted: { readonly token: string; readonly atMs: number }[] = [];
  readonly sent: { readonly token: string; readonly atMs: number }[] = [];
  readonly asked: string[] = [];
  readonly answers: { readonly token: string; readonly is: string }[] = [];
  /** What was done or told and must not be. */
  readonly faults: string[] = [];
  readonly #requests: Asked[] = [];
  readonly #store = new FailoverLedger({ clock: this.clock, maxRecords: 100 });
  readonly #steps: Step[] = [];
  readonly #replicas: { readonly ledger: SteeredLedger; readonly calls: CallService }[];

  constructor(private readonly isDivided: boolean) {
    this.#replicas = [this.#replica(), this.#replica()];
  }

  /** Asks for a call with this token, whose caller is authorised for `livesMs` more; `isElsewhere`: with other input, to another number. */
  ask(replica: number, clientToken: string, { isElsewhere = false, livesMs = 1e12 } = {}): void {
    this.asked.push(clientToken);
    const call = isElsewhere ? `${clientToken} elsewhere` : clientToken;
    const input = Object.assign(new StartOutboundVoiceContactInput(), {
      ...callInput({ clientToken, name: call, ...(isElsewhere ? { destinationPhoneNumber: '+12065550131' } : {}) }),
      trafficType: TrafficType.GENERAL,
      allowRepeat: false,
    });
    const asked: Asked = { call, expiresAtMs: this.clock.now() + livesMs, rang: false };
    this.#requests.push(asked);
    const { expiresAtMs } = asked;
    const caller = { subject: 'ann', tenant: 'acme', scopes: new Set<string>(), expiresAtMs };
    const { signal } = new AbortController();
    const { calls, ledger } = this.#replicas[replica]!;
    const answer = (is: string) => {
      if (ledger.isCrashed) return;
      this.answers.push({ token: clientToken, is });
      asked.answer = is;
      if (asked.rang && isDenied(is)) this.faults.push(`${call} rang and was answered ${is}`);
      if (is.startsWith('contact') && is !== `contact of ${call}`) this.faults.push(`${call} was answered ${is}`);
    };
    const context = createRequestContext({ requestId: 'request', caller, log, signal });
    const started = asking.run(asked, () => calls.start(input, context));
    started.then(
      ({ contactId }) => {
        answer(contactId);
      },
      (error: unknown) => {
        answer(error instanceof GatewayError ? error.code : String(error));
      },
    );
  }

  /** The replica dies where it is, and another starts in its place. */
  restart(replica: number): void {
    this.#replicas[replica]!.ledger.isCrashed = true;
    this.#replicas[replica] = this.#replica();
  }

  /** Another store takes over, which lacks the last commits. */
  failover(pick: number): Promise<void> {
    return this.#store.failover(pick);
  }

  /** One of what may happen next; that time passes always may. */
  async step(pick: number): Promise<void> {
    const { clock } = this;
    const choices = this.#steps.flatMap(({ outcomes, settle }) =>
      outcomes.map((outcome) => () => {
        settle(outcome);
      }),
    );
    const tick = (ms: number) => () => {
      clock.advance(ms);
    };
    const all = [...choices, tick(10), tick(400), tick(1_500), tick(4_000)];
    all[pick % all.length]!();
    await turn();
  }

  /** From here on everything goes well, until no lease and no hold is left. */
  async settle(): Promise<void> {
    for (let round = 0; round < 30; round += 1) {
      do {
        for (const { settle } of [...this.#steps]) settle('done');
        await turn();
      } while (this.#steps.length > 0);
      this.clock.advance(round < 25 ? 500 : 20_000);
    }
  }

  #replica(): { readonly ledger: SteeredLedger; readonly calls: CallService } {
    const { clock } = this;
    const ledger = new SteeredLedger(this.#store, this.#steps, this.isDivided);
    const connect = {
      acquirePermit: () => Promise.resolve(),
      startOutboundVoiceContact: ({ Name }: { Name: string }) => this.#send(Name, ledger),
    } as unknown as Connect;
    const access = new InstanceAccess({ defaultInstanceId: seed.instanceId, instanceIds: [seed.instanceId] });
    const callLedger = new CallLedger({ store: ledger, clock, log, rules });
    return { ledger, calls: new CallService({ connect, access, ledger: callLedger, clock, random: () => 1, rules }) };
  }

  #send(token: string, from: SteeredLedger): Promise<string> {
    const { clock } = this;
    if (from.isCrashed) return new Promise(() => undefined);
    const asked = asking.getStore()!;
    // Of several requests, one may have been about to send when it died.
    if (asked.expiresAtMs <= clock.now() && this.#requests.filter(({ call }) => call === token).length === 1) {
      if (this.sent.every((one) => one.token !== token)) this.faults.push(`${token} was sent without authority`);
    }
    this.sent.push({ token, atMs: clock.now() });
    return new Promise((resolve, reject) => {
      const accept = () => {
        if (!this.accepted.some((one) => one.token === token)) {
          this.accepted.push({ token, atMs: clock.now() });
          asked.rang = true;
          if (isDenied(asked.answer ?? 'contact')) this.faults.push(`${token} was answered ${asked.answer} and rings`);
        }
        return `contact of ${token}`;
      };
      const settle = (outcome: string) => {
        cancel();
        this.#steps.splice(this.#steps.indexOf(step), 1);
        if (outcome === 'done') resolve(accept());
        else if (outcome === 'refused') reject(new GatewayError('BAD_USER_INPUT', 'refused'));
        else {
          if (outcome === 'lost') accept();
          reject(new OutcomeUnknown('lost'));
        }
      };
      const step: Step = { outcomes: ['done', 'done', 'done', 'lost', 'unsent', 'refused'], settle };
      this.#steps.push(step);
      const cancel = clock.after(9_999, () => {
        settle('unsent');
      });
    });
  }
}
