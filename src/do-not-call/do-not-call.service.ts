import { setImmediate } from 'node:timers/promises';
import { sleep, type Clock } from '../clock.js';
import { badUserInput, GatewayError } from '../errors.js';
import {
  addEntry,
  doNotCallSpecs,
  entryIn,
  removeEntry,
  type DoNotCallEntry,
  type DoNotCallKeys,
  type DoNotCallSpec,
  type DoNotCallStep,
} from '../ledger/do-not-call.js';
import type { LedgerStore } from '../ledger/ledger.js';
import { changeOrRefuse, readOrRefuse } from '../ledger/ledger-errors.js';
import { LedgerView } from '../ledger/ledger-view.js';
import { leavesWithinMs } from '../ledger/pauses.js';
import { callerOf, type RequestContext } from '../request.js';
import type { DoNotCallEntryArgs } from './do-not-call-entry.args.js';
import type { AddToDoNotCallListInput, RemoveFromDoNotCallListInput } from './do-not-call-list.input.js';

export interface DoNotCallServiceParts {
  readonly store: LedgerStore;
  readonly clock: Clock;
  /** Undefined where no key is set. */
  readonly keys: DoNotCallKeys | undefined;
  /** The lists that the policy has in this ledger; undefined where the gateway has no policy. */
  readonly listNames: () => readonly string[] | undefined;
}

type Entries = readonly (DoNotCallEntry | undefined)[];
type Change = (specs: readonly DoNotCallSpec[], records: Entries, nowMs: number) => DoNotCallStep<boolean>;

/** So many numbers of one request are changed at once: each is a commit of its own, and calls have theirs beside these. */
const numbersAtOnce = 8;

/** Puts numbers on do-not-call lists, which hold the calls of all tenants, and takes them off. */
export class DoNotCallService {
  constructor(private readonly parts: DoNotCallServiceParts) {}

  /**
   * How many of the numbers were not on the list before; answers once none of them is dialed any more. Can be asked again safely, also after a part of it was done. Throws BAD_USER_INPUT for a list that the policy does not name and for a
   * past end, POLICY_NOT_SET, and where the store does not answer UPSTREAM_UNAVAILABLE or OUTCOME_UNKNOWN.
   */
  async add(input: AddToDoNotCallListInput, context: RequestContext): Promise<number> {
    const { list, phoneNumbers, reason, expiresAt } = input;
    const { subject, tenant } = callerOf(context);
    const keys = this.#keysFor(list, 'input.list');
    if (expiresAt && expiresAt.getTime() <= this.parts.clock.now()) {
      throw badUserInput([{ path: 'input.expiresAt', rule: 'timeRange', message: 'must be later than now' }]);
    }
    const asked = {
      ...(reason ? { reason } : {}),
      ...(expiresAt ? { expiresAtMs: expiresAt.getTime() } : {}),
      by: subject,
    };
    const change: Change = (specs, records, nowMs) => addEntry(specs, records, asked, nowMs);
    const added = await this.#changeEach(keys, list, phoneNumbers, change);
    const facts = { list, added, alreadyThere: phoneNumbers.length - added, reason: asked.reason, subject, tenant };
    context.log.info(facts, 'numbers added to a do-not-call list');
    await sleep(this.parts.clock, leavesWithinMs);
    return added;
  }

  /** How many of the numbers were on the list. Can be asked again safely; throws as `add` does. */
  async remove(input: RemoveFromDoNotCallListInput, context: RequestContext): Promise<number> {
    const { list, phoneNumbers } = input;
    const { subject, tenant } = callerOf(context);
    const keys = this.#keysFor(list, 'input.list');
    const change: Change = (_specs, records, nowMs) => removeEntry(records, nowMs);
    const removed = await this.#changeEach(keys, list, phoneNumbers, change);
    const facts = { list, removed, notThere: phoneNumbers.length - removed, subject, tenant };
    context.log.info(facts, 'numbers removed from a do-not-call list');
    return removed;
  }

  /** The entry of a number; undefined where it is not on the list. */
  async find({ list, phoneNumber }: DoNotCallEntryArgs): Promise<DoNotCallEntry | undefined> {
    const specs = doNotCallSpecs(this.#keysFor(list, 'list'), list, phoneNumber);
    const { nowMs, records } = await readOrRefuse(() => this.parts.store.read(specs.map(({ key }) => key)));
    return entryIn(
      records.map((stored) => stored?.value as DoNotCallEntry | undefined),
      nowMs,
    );
  }

  /** Changes the entries of the numbers, a few at once; how many changes answered true. */
  async #changeEach(
    keys: DoNotCallKeys,
    list: string,
    phoneNumbers: readonly string[],
    change: Change,
  ): Promise<number> {
    const { store } = this.parts;
    const left = phoneNumbers.values();
    let count = 0;
    let hasFailed = false;
    const work = async () => {
      for (const number of left) {
        if (hasFailed) return;
        const specs = doNotCallSpecs(keys, list, number);
        const answer = await new LedgerView(store).apply<readonly DoNotCallEntry[], boolean>(specs, (records, nowMs) =>
          change(specs, records, nowMs),
        );
        if (answer) count += 1;
        // A store in memory answers at once: others get their turn between two numbers.
        await setImmediate();
      }
    };
    const workers = () =>
      Array.from({ length: numbersAtOnce }, async () => {
        try {
          await work();
        } catch (error) {
          hasFailed = true;
          throw error;
        }
      });
    await changeOrRefuse(store, () => Promise.all(workers()));
    return count;
  }

  #keysFor(list: string, path: string): DoNotCallKeys {
    const { keys, listNames } = this.parts;
    const names = listNames();
    if (!names || !keys) {
      throw new GatewayError(
        'POLICY_NOT_SET',
        'This gateway has no policy of dialing rules with do-not-call lists and keys for them, so no call would be held to a list. Have its operator set them.',
      );
    }
    if (names.includes(list)) return keys;
    const message = names.length > 0 ? `must be one of ${names.join(', ')}` : 'is not there: the policy has no list';
    throw badUserInput([{ path, rule: 'isIn', message }]);
  }
}
