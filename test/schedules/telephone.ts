import {
  ConnectServiceException,
  type StartOutboundVoiceContactCommand,
  type StartOutboundVoiceContactCommandInput,
} from '@aws-sdk/client-connect';
import { NeverSent } from '../../src/aws-request-handler.js';
import type { ConnectClients } from '../../src/connect/client.js';
import { longestWayMs, slowWayMs, shortWayMs, stallsMs, type Surroundings } from './surroundings.js';
import type { Process } from './virtual-time.js';
import type { Ask, Ring } from './witness.js';

export const requestTimeoutMs = 10_000;

interface Known {
  readonly contactId: string;
  readonly name: string;
  readonly forgottenAtMs: number;
}

function refusal(name: string, httpStatusCode: number): ConnectServiceException {
  return new ConnectServiceException({
    name,
    $fault: httpStatusCode < 500 ? 'client' : 'server',
    message: name,
    $metadata: { httpStatusCode },
  });
}

/** Amazon Connect: it remembers a ClientToken until a drawn moment after it was first used. */
export class Telephone {
  readonly #known = new Map<string, Known>();
  #count = 0;

  constructor(
    private readonly surroundings: Surroundings,
    /** For how long at least it remembers a token. */
    private readonly remembersMs: number,
    private readonly hooks: { readonly sent: (ask: Ask) => void; readonly rang: (ring: Ring) => void },
  ) {}

  /** The client of one replica, whose request is made for the ask that `asking` names. */
  clientsOf(process: Process, die: () => void, asking: () => Ask): ConnectClients {
    const send = ({ input }: StartOutboundVoiceContactCommand) => this.#send(process, die, asking(), input);
    const writes = { send, config: { credentials: () => Promise.resolve({}) } };
    return { writes, reads: writes } as unknown as ConnectClients;
  }

  #send(
    process: Process,
    die: () => void,
    ask: Ask,
    input: StartOutboundVoiceContactCommandInput,
  ): Promise<{ ContactId?: string }> {
    const { time, choices, connectOdds, tell } = this.surroundings;
    if (process.isDead) return new Promise(() => undefined);
    const mishap = choices.rare(connectOdds);
    const say = (words: string) => {
      tell(process.name, () => `sends ${ask.call.name} for caller ${ask.caller}${words}`);
    };
    if (mishap === 'dies before') {
      die();
      return new Promise(() => undefined);
    }
    if (mishap === 'never sent') {
      say(', and finds no connection');
      return Promise.reject(new NeverSent('no connection'));
    }
    // A stall before it leaves, and the connection to the stores, change nothing here.
    this.hooks.sent(ask);
    const sentAtMs = time.nowMs;
    say(mishap === undefined || mishap === 'is cut off' || mishap === 'stalls before' ? '' : ` (${mishap})`);
    return new Promise((resolve, reject) => {
      const cancel = time.at(time.nowMs + requestTimeoutMs, process, () => {
        tell(process.name, () => `hears nothing from Connect of ${ask.call.name} in time`);
        reject(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
      });
      const answer = (settle: () => void) => {
        if (mishap === 'lost answer') return;
        const wayMs = mishap === 'slow answer' ? 2 * slowWayMs(choices) : shortWayMs(choices);
        time.at(time.nowMs + wayMs, process, () => {
          cancel();
          settle();
        });
      };
      const refuse = (error: Error) => {
        tell('Connect', () => `answers ${error.name} of ${ask.call.name}`);
        answer(() => {
          ask.refusedAtMs = time.nowMs;
          reject(error);
        });
      };
      const arrive = () => {
        if (mishap === 'throttled') refuse(refusal('TooManyRequestsException', 429));
        else if (mishap === 'refused') refuse(refusal('InvalidParameterException', 400));
        else if (mishap === 'failed') refuse(refusal('InternalServiceException', 500));
        else {
          const contactId = this.#place(ask, input, sentAtMs);
          if (contactId === undefined) refuse(refusal('IdempotencyException', 409));
          else if (mishap === 'failed though placed') refuse(refusal('InternalServiceException', 500));
          else {
            answer(() => {
              resolve(mishap === 'no contact id' ? {} : { ContactId: contactId });
            });
          }
        }
      };
      if (mishap === 'lost request') return;
      let wayMs = mishap === 'slow request' ? choices.of([400, 2_500, 6_000, longestWayMs - 1]) : shortWayMs(choices);
      if (mishap === 'stalls after') process.pause(choices.of(stallsMs));
      time.at(time.nowMs + wayMs, undefined, arrive);
      if (mishap === 'doubled') {
        wayMs = Math.min(longestWayMs - 1, wayMs + slowWayMs(choices));
        time.at(time.nowMs + wayMs, undefined, arrive);
      }
      if (mishap === 'dies after') die();
    });
  }

  /** The contact id of the token, which may be new; undefined where the token was used with other input. */
  #place(ask: Ask, input: StartOutboundVoiceContactCommandInput, sentAtMs: number): string | undefined {
    const { time, choices, tell } = this.surroundings;
    const { ClientToken: connectToken = '', Name: name = '' } = input;
    const known = this.#known.get(connectToken);
    if (known && known.forgottenAtMs > time.nowMs) {
      if (known.name !== name) return undefined;
      tell('Connect', () => `knows ${ask.call.name} already: ${known.contactId}`);
      return known.contactId;
    }
    const contactId = `contact ${(this.#count += 1)}`;
    const forgottenAtMs = time.nowMs + this.remembersMs + choices.of([86_400_000, 0, 1_000, 20_000, 90_000]);
    this.#known.set(connectToken, { contactId, name, forgottenAtMs });
    tell('Connect', () => `rings the phone of ${ask.call.name}: ${contactId}`);
    this.hooks.rang({ contactId, connectToken, ask, atMs: time.nowMs, sentAtMs });
    return contactId;
  }
}
