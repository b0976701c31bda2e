import { shortWayMs, slowWayMs, stallsMs, type Surroundings } from './surroundings.js';
import type { Process } from './virtual-time.js';

export interface WireParts {
  readonly surroundings: Surroundings;
  readonly process: Process;
  /** The replica dies. */
  readonly die: () => void;
  /** The replica has no connection to the stores for so long. */
  readonly cutOff: (forMs: number) => void;
}

interface Request<T> {
  readonly to: string;
  /** Done on the other side when the request arrives. */
  readonly arrives: () => Promise<T>;
  readonly timeoutMs: number;
  readonly timedOut: () => Error;
}

/** The way from one replica to a store, on which a request or its answer may be late, lost or doubled, and during which the replica may stall or die. */
export class Wire {
  isCut = false;
  readonly #cut = new Set<() => void>();

  constructor(private readonly parts: WireParts) {}

  send<T>({ to, arrives, timeoutMs, timedOut }: Request<T>): Promise<T> {
    const { surroundings, process, die, cutOff } = this.parts;
    const { time, choices, odds, tell } = surroundings;
    if (process.isDead) return new Promise(() => undefined);
    const mishap = choices.rare(odds);
    const say = (words: string) => {
      tell(process.name, () => words);
    };
    if (mishap === 'dies before') {
      die();
      return new Promise(() => undefined);
    }
    if (mishap === 'is cut off') cutOff(choices.of([50, 400, 1_500, 4_000, 9_000]));
    return new Promise((resolve, reject) => {
      let cancel: () => void = () => undefined;
      const giveUp = () => {
        cancel();
        this.#cut.delete(giveUp);
        reject(timedOut());
      };
      this.#cut.add(giveUp);
      cancel = time.at(time.nowMs + timeoutMs, process, () => {
        say(`hears nothing from ${to} in time`);
        giveUp();
      });
      if (this.isCut) {
        giveUp();
        return;
      }
      const arrive = () => {
        const answering = (settle: () => void) => {
          if (mishap === 'lost answer') return;
          const wayMs = mishap === 'slow answer' ? slowWayMs(choices) : shortWayMs(choices);
          time.at(time.nowMs + wayMs, process, () => {
            cancel();
            this.#cut.delete(giveUp);
            settle();
          });
        };
        arrives().then(
          (answer) => {
            answering(() => {
              resolve(answer);
            });
          },
          (error: unknown) => {
            answering(() => {
              // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the other side threw
              reject(error);
            });
          },
        );
      };
      if (mishap === 'lost request') {
        say(`asks ${to}, and the request is lost`);
        return;
      }
      if (mishap === 'lost answer') say(`asks ${to}; the answer will be lost`);
      let wayMs = mishap === 'slow request' ? slowWayMs(choices) : shortWayMs(choices);
      if (mishap === 'stalls before' || mishap === 'stalls after') {
        const forMs = choices.of(stallsMs);
        process.pause(forMs);
        say(
          `stands still for ${forMs} ms, ${mishap === 'stalls before' ? 'about to ask' : 'just after it asked'} ${to}`,
        );
        if (mishap === 'stalls before') wayMs += forMs;
      } else if (mishap?.startsWith('slow')) say(`asks ${to}, with a ${mishap}`);
      time.at(time.nowMs + wayMs, undefined, arrive);
      if (mishap === 'doubled') {
        say(`asks ${to}; the request arrives twice`);
        time.at(time.nowMs + wayMs + slowWayMs(choices), undefined, arrive);
      }
      if (mishap === 'dies after') die();
    });
  }

  /** All that is under way gets no answer, though it may arrive. */
  cut(): void {
    this.isCut = true;
    for (const giveUp of [...this.#cut]) giveUp();
  }
}
