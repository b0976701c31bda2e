import type { ErrorType } from './errors.js';
import type { Members, Structure, Value } from './shapes.js';
import type { World } from './world.js';

/** How the answer of one request travels; operations and faults change it. */
export interface Delivery {
  /** Milliseconds of the simulator's clock until the answer is sent. */
  delayMs: number;
  /** The connection breaks instead of the answer. */
  isLost: boolean;
  /** Nothing is ever answered. */
  hangs: boolean;
  /** Runs when the answer was sent or its connection ended, even before there is an answer; may run twice. */
  whenDone: () => void;
}

/** One operation of the API: the form of its input and what it does with it. */
export interface Operation<M extends Members = Members> {
  readonly name: string;
  readonly input: Structure<M>;
  /** Errors of the service's model that this operation lacks; their nearest relatives take their place. */
  readonly lacks?: readonly ErrorType[];
  /** The operation applies the rate limit itself, at its own place among its checks. */
  readonly throttlesItself?: true;
  /** Carries the operation out and returns its output. Throws `ServiceError`. */
  handle(input: Value<Structure<M>>, world: World, delivery: Delivery): object;
}

/** Declares an operation; its input's type follows from the declared form. */
export function operation<const M extends Members>(declared: Operation<M>): Operation<M> {
  return declared;
}
