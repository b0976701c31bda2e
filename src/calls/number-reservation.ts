import type { RecordSpec } from '../ledger/ledger-view.js';
import {
  closeWindow,
  enterWindow,
  leaveWindow,
  prolongEntry,
  windowSpec,
  type WindowEntered,
  type WindowRecord,
  type WindowStep,
} from '../ledger/duplicate-window.js';
import type { IntendedCall } from './intended-call.js';

export interface NumberRules {
  /** How long a number is not called again after a call; 0 switches the window off. */
  readonly duplicateWindowMs: number;
  /** How many calls with `allowRepeat` one number gets within an hour. */
  readonly maxRepeatCallsPerHour: number;
  /** How long a call with an unknown outcome may be sent again. */
  readonly unknownResendMs: number;
}

type Window = WindowRecord | undefined;

/**
 * What one call reserves of its number: held before the call is sent, closed once it was placed or may have been, released where it provably was not. Each
 * is a transition of the number's duplicate-call window, which is left as it is where the window is switched off.
 */
export class NumberReservation {
  readonly spec: RecordSpec<WindowRecord>;

  constructor(
    private readonly call: Pick<IntendedCall, 'windowKey' | 'windowEntry' | 'allowRepeat'>,
    private readonly rules: NumberRules,
  ) {
    this.spec = windowSpec(call.windowKey);
  }

  /** Holds the number for the effort `owner`, which takes no longer than `effortMs` besides its resends, so that only a crash lets the hold run out. */
  hold(window: Window, owner: string, effortMs: number, nowMs: number): WindowStep<WindowEntered> {
    const { windowEntry: call, allowRepeat } = this.call;
    const { maxRepeatCallsPerHour: maxRepeats, unknownResendMs } = this.rules;
    // Where the window is off repeats are counted all the same.
    if (this.#isOff && !allowRepeat) return { record: window, answer: { entered: true } };
    const holdMs = this.#isOff ? 0 : effortMs + unknownResendMs;
    return enterWindow(window, { call, owner, holdMs, allowRepeat, maxRepeats }, nowMs);
  }

  /** An attempt before the caller's deadline needs no longer hold than the call's own, which outlasts it by `unknownResendMs`. */
  get coversFirstAttempts(): boolean {
    return this.rules.duplicateWindowMs <= this.rules.unknownResendMs;
  }

  /**
   * The effort `owner` is about to send the call, within `withinMs`: should nobody live to tell what became of it, no other call is admitted before the window
   * is over. The hold alone is too short for that where the call is resent, or its window is longer than calls with an unknown outcome are resent.
   */
  prolong(window: Window, owner: string, withinMs: number, nowMs: number): WindowStep<void> {
    if (this.#isOff) return { record: window, answer: undefined };
    const holdMs = withinMs + this.rules.duplicateWindowMs;
    return prolongEntry(window, { call: this.call.windowEntry, owner, holdMs }, nowMs);
  }

  closePlaced(window: Window, contactId: string, nowMs: number): WindowStep<void> {
    return this.#close(window, { windowMs: this.rules.duplicateWindowMs, contactId }, nowMs);
  }

  /** The outcome has been unknown for `unknownForMs`, and nobody works on the call any more: as long as somebody may ask for it again, it may yet ring. */
  closeUnknown(window: Window, unknownForMs: number, nowMs: number): WindowStep<void> {
    const { duplicateWindowMs, unknownResendMs } = this.rules;
    return this.#close(window, { windowMs: Math.max(duplicateWindowMs, unknownResendMs - unknownForMs) }, nowMs);
  }

  /** The outcome is unknown, and for at least `windowMs` somebody works on the call. */
  keepUnknown(window: Window, windowMs: number, nowMs: number): WindowStep<void> {
    return this.#close(window, { windowMs }, nowMs);
  }

  release(window: Window, owner: string, nowMs: number): WindowStep<void> {
    return leaveWindow(window, { call: this.call.windowEntry, owner }, nowMs);
  }

  get #isOff(): boolean {
    return this.rules.duplicateWindowMs === 0;
  }

  #close(window: Window, closing: { windowMs: number; contactId?: string }, nowMs: number): WindowStep<void> {
    if (this.#isOff) return { record: window, answer: undefined };
    return closeWindow(window, { call: this.call.windowEntry, ...closing }, nowMs);
  }
}
