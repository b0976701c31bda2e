import { useEffect, useId, useRef, useState } from 'react';
import { maxRows } from './all-pages.js';
import type { FollowedCall } from './call-card.js';
import { ErrorNotice } from './error-notice.js';
import { Field, Select } from './field.js';
import { LineToConnect } from './line-to-connect.js';
import type { Suggestion } from './page-config.js';
import { usePickLists, type PickList } from './pick-lists.js';
import { usePlaceCall, type Call } from './place-call.js';
import { PlacingNotice } from './placing-notice.js';

const emptyDraft = { destinationPhoneNumber: '', contactFlowId: '', queueId: '', sourcePhoneNumber: '' };
type Draft = Readonly<typeof emptyDraft>;
type Name = keyof Draft;

/** The call that the form describes; what was left open is not sent. */
function callFrom({ destinationPhoneNumber, contactFlowId, queueId, sourcePhoneNumber }: Draft): Call {
  return {
    destinationPhoneNumber,
    contactFlowId,
    queueId: queueId === '' ? null : queueId,
    sourcePhoneNumber: sourcePhoneNumber === '' ? null : sourcePhoneNumber,
  };
}

/** What a list shows as chosen; what was chosen with another token may not be on it. */
function listed(value: string, { choices }: PickList): string {
  return choices?.some((choice) => choice.value === value) ? value : '';
}

function hintFor(what: string, { isCut }: PickList): string {
  return isCut ? `${what} The first ${maxRows} are listed.` : what;
}

interface Props {
  readonly destinations: readonly Suggestion[];
  readonly follow: (call: FollowedCall) => void;
}

const whereLeftOut: Readonly<Partial<Record<Name, string>>> = {
  destinationPhoneNumber: 'Write the number to call.',
  contactFlowId: 'Choose a flow.',
  sourcePhoneNumber: 'Choose a queue or a caller id: one of them gives the number that the customer sees.',
};

/** Takes a call, has it placed, and hands the placed one to `follow`. */
export function PlaceCallForm({ destinations, follow }: Props) {
  const [entered, setEntered] = useState<Draft>(emptyDraft);
  /** Fields touched since the gateway complained. */
  const [touched, setTouched] = useState<readonly Name[]>([]);
  const placing = usePlaceCall({
    asking: () => {
      // What was pressed may vanish with the notice it stands in.
      button.current?.focus();
      setTouched([]);
    },
    placed: ({ id, instanceId, isReplay }, { destinationPhoneNumber }) => {
      setEntered((latest) => ({ ...latest, destinationPhoneNumber: '' }));
      follow({ id, instanceId, destination: destinationPhoneNumber, isReplay: isReplay === true });
    },
  });
  const { problem, isPlacing } = placing;
  const lists = usePickLists();
  const draft: Draft = {
    destinationPhoneNumber: entered.destinationPhoneNumber,
    contactFlowId: listed(entered.contactFlowId, lists.flows),
    queueId: listed(entered.queueId, lists.queues),
    sourcePhoneNumber: listed(entered.sourcePhoneNumber, lists.numbers),
  };
  const form = useRef<HTMLFormElement>(null);
  const notice = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const suggestionsId = useId();

  useEffect(() => {
    if (!problem) return;
    const invalid = form.current?.querySelector<HTMLElement>('[aria-invalid=true]');
    if (invalid) invalid.focus();
    else notice.current?.scrollIntoView({ block: 'nearest' });
  }, [problem]);

  const bind = (name: Name) => ({
    value: draft[name],
    change: (value: string) => {
      setEntered({ ...entered, [name]: value });
      setTouched([...touched, name]);
    },
  });
  const problemOf = (name: Name) => {
    const told = problem?.fields.find(({ path }) => path === `input.${name}`)?.message;
    if (told === undefined || touched.includes(name)) return undefined;
    // The gateway speaks of its API; of what was left out a form can speak better.
    return draft[name] === '' ? (whereLeftOut[name] ?? told) : told;
  };
  const destination = bind('destinationPhoneNumber');

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        placing.place(callFrom(draft));
      }}
    >
      <Field
        label="Number to call"
        hint="In E.164 form, such as +12065550100."
        problem={problemOf('destinationPhoneNumber')}
      >
        {(control) => (
          <input
            {...control}
            type="tel"
            autoComplete="off"
            list={suggestionsId}
            value={destination.value}
            onChange={(event) => {
              destination.change(event.target.value);
            }}
          />
        )}
      </Field>
      <datalist id={suggestionsId}>
        {destinations.map(({ number, what }) => (
          <option key={number} value={number} label={what} />
        ))}
      </datalist>
      <Field
        label="Flow"
        hint={hintFor('What runs once the call is answered.', lists.flows)}
        problem={problemOf('contactFlowId')}
      >
        {(control) => (
          <Select control={control} {...bind('contactFlowId')} nothing="Choose a flow" choices={lists.flows.choices} />
        )}
      </Field>
      <Field
        label="Queue"
        hint={hintFor('The customer sees its number, unless you choose one.', lists.queues)}
        problem={problemOf('queueId')}
      >
        {(control) => (
          <Select control={control} {...bind('queueId')} nothing="No queue" choices={lists.queues.choices} />
        )}
      </Field>
      <Field
        label="Caller id"
        hint={hintFor('The number that the customer sees.', lists.numbers)}
        problem={problemOf('sourcePhoneNumber')}
      >
        {(control) => (
          <Select
            control={control}
            {...bind('sourcePhoneNumber')}
            nothing={draft.queueId === '' ? 'Choose a number' : "The queue's number"}
            choices={lists.numbers.choices}
          />
        )}
      </Field>
      {lists.problem && (
        <ErrorNotice
          key={lists.problem.requestId}
          problem={lists.problem}
          title="The lists could not be read"
          retry={lists.readOn}
        />
      )}
      <div className="submit">
        <button ref={button} type="submit" className="primary" aria-disabled={isPlacing}>
          {isPlacing ? 'Placing…' : 'Place call'}
        </button>
        {!problem && <LineToConnect isWaiting={isPlacing} />}
      </div>
      <PlacingNotice
        ref={notice}
        placing={placing}
        shownPaths={Object.keys(emptyDraft).map((name) => `input.${name}`)}
        follow={follow}
      />
    </form>
  );
}
