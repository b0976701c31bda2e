import { choice, flag, required, structure, text, whole } from './shapes.js';
import type { Value } from './shapes.js';

/** The form of a fault as the control API takes it. */
export const faultShape = structure({
  /** The operation it hits, such as `DescribeContact`. */
  operation: required(text({ min: 1 })),
  /** How many requests it hits. Default 1. */
  times: whole({ min: 1 }),
  /** Answers this status instead, with `type` (default InternalServiceException) and `message`. */
  status: whole({ min: 400, max: 599 }),
  type: text(),
  message: text(),
  /** With `status`: the operation is carried out first, and then answered with the error. Default false. */
  carriedOut: flag(),
  /** Milliseconds of the simulator's clock between carrying out and answering. */
  delayMs: whole({ min: 0 }),
  /** Breaks the connection instead of answering, before or after carrying the operation out. */
  destroySocket: choice('before', 'after'),
  /** Never answers, before or after carrying the operation out. */
  hang: choice('before', 'after'),
});

/** Something that goes wrong with the next requests of one operation. */
export type Fault = Value<typeof faultShape>;

/** The faults in waiting, used up in the order in which they were injected. */
export class Faults {
  private waiting: { readonly fault: Fault; left: number }[] = [];

  inject(fault: Fault): void {
    this.waiting.push({ fault, left: fault.times ?? 1 });
  }

  /** The fault that hits this request, if any; it is then used up by one. */
  take(operation: string): Fault | undefined {
    const next = this.waiting.find(({ fault }) => fault.operation === operation);
    if (!next) return undefined;
    next.left -= 1;
    if (next.left === 0) this.waiting = this.waiting.filter((one) => one !== next);
    return next.fault;
  }

  clear(): void {
    this.waiting = [];
  }
}
