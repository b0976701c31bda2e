import { InstanceAccess } from '../../src/access/instances.js';
import { CallLedger } from '../../src/calls/call-ledger.js';
import { CallService } from '../../src/calls/call.service.js';
import { StartOutboundVoiceContactInput } from '../../src/calls/start-outbound-voice-contact.input.js';
import { TrafficType } from '../../src/calls/traffic-type.enum.js';
import type { Connect } from '../../src/connect/connect.js';
import { OutcomeUnknown } from '../../src/connect/errors.js';
import { GatewayError } from '../../src/errors.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { createLog } from '../../src/log.js';
import { createRequestContext } from '../../src/request.js';
import { seed } from '../../src/simulator/seed.js';
import { callInput } from '../support/place-call.js';
import { TestClock } from '../support/test-clock.js';
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

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Two replicas, a store and Connect, where nothing happens until it is picked from what may happen next. */
export class SteeredWorld {
  readonly clock = new TestClock();
  readonly accepted: { readonly token: string; readonly atMs: number }[] = [];
  readonly sent: { readonly token: string; readonly atMs: number }[] = [];
  readonly asked: string[] = [];
  readonly answers: { readonly token: string; readonly is: string }[] = [];
  readonly #store = new MemoryLedger({ clock: this.clock, maxRecords: 100 });
  readonly #steps: Step[] = [];
  readonly #replicas: { readonly ledger: SteeredLedger; readonly calls: CallService }[];

  constructor(private readonly isDivided: boolean) {
    this.#replicas = [this.#replica(), this.#replica()];
  }

  ask(replica: number, clientToken: string): void {
    this.asked.push(clientToken);
    const input = Object.assign(new StartOutboundVoiceContactInput(), {
      ...callInput({ clientToken, name: clientToken }),
      trafficType: TrafficType.GENERAL,
      allowRepeat: false,
    });
    const caller = { subject: 'ann', tenant: 'acme', scopes: new Set<string>(), expiresAtMs: Number.MAX_SAFE_INTEGER };
    const { signal } = new AbortController();
    const { calls, ledger } = this.#replicas[replica]!;
    const answer = (is: string) => {
      if (!ledger.isCrashed) this.answers.push({ token: clientToken, is });
    };
    const context = createRequestContext({ requestId: 'request', caller, log, signal });
    calls.start(input, context).then(
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
    this.sent.push({ token, atMs: clock.now() });
    return new Promise((resolve, reject) => {
      const accept = () => {
        if (!this.accepted.some((one) => one.token === token)) this.accepted.push({ token, atMs: clock.now() });
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
