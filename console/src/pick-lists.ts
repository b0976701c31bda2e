import { useAllPages, type AllPages } from './all-pages.js';
import type { Choice } from './field.js';
import { problemFrom, type GatewayProblem } from './gateway-problem.js';
import { FlowsDocument, PhoneNumbersDocument, QueuesDocument } from './generated/operations.js';

export interface PickList {
  /** Undefined while they load, empty where they could not be read. */
  readonly choices: readonly Choice[] | undefined;
  /** There are more than are listed. */
  readonly isCut: boolean;
}

export interface PickLists {
  readonly flows: PickList;
  readonly queues: PickList;
  readonly numbers: PickList;
  /** What kept some list from being read, or from being read to its end. */
  readonly problem: GatewayProblem | undefined;
  readonly readOn: () => void;
}

/** What a call can be made of in the caller's default instance. One list that fails leaves the others standing. */
export function usePickLists(): PickLists {
  const flows = useAllPages(FlowsDocument);
  const queues = useAllPages(QueuesDocument);
  const numbers = useAllPages(PhoneNumbersDocument);
  const failed = [flows, queues, numbers].filter(({ error }) => error !== undefined);
  return {
    flows: pickListOf(flows, ({ id, name }) => ({ value: id, name: name ?? id })),
    queues: pickListOf(queues, ({ id, name }) => ({ value: id, name: name ?? id })),
    numbers: pickListOf(numbers, ({ phoneNumber, countryCode }) => ({
      value: phoneNumber ?? '',
      name: [phoneNumber, countryCode].filter(Boolean).join(' '),
    })),
    problem: failed[0] && problemFrom(failed[0].error),
    readOn: () => {
      for (const list of failed) list.readOn();
    },
  };
}

function pickListOf<Row>({ rows, isCut }: AllPages<Row>, choiceOf: (row: Row) => Choice): PickList {
  return { choices: rows?.map(choiceOf).filter(({ value }) => value !== ''), isCut };
}
