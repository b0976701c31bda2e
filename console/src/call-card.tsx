import { useApolloClient, useFragment, useMutation, useSubscription } from '@apollo/client/react';
import { useCallback, useEffect, useId, useRef, useState } from 'react';
import { CallSteps } from './call-steps.js';
import { CallTimeline } from './call-timeline.js';
import { useConnectionState } from './connection-note.js';
import { ErrorNotice } from './error-notice.js';
import { problemFrom } from './gateway-problem.js';
import {
  EndCallDocument,
  FollowCallDocument,
  FollowedCallFragmentDoc,
  type FollowedCallFragment,
} from './generated/operations.js';
import type { LiveConnection } from './live-connection.js';
import { outcomeWords, statusWords } from './words.js';

/** A call on this page; what is known beside its id depends on where it was placed. */
export interface FollowedCall {
  readonly id: string;
  readonly instanceId?: string;
  readonly destination?: string;
  /** An earlier request with the same clientToken had placed it. */
  readonly isReplay?: boolean;
}

interface Props {
  readonly call: FollowedCall;
  readonly live: LiveConnection;
  readonly putAway: () => void;
}

/** One call as it is now, moved by its subscription alone; takes the focus when it is asked for. */
export function CallCard({ call, live, putAway }: Props) {
  const headingId = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const focusHeading = () => heading.current?.focus();
  useEffect(focusHeading, [call]);
  /** For what may go away by itself, with the end of the call: the focus in it moves to the heading, not to nowhere. */
  const keepFocus = useCallback(
    (element: HTMLElement | null) => () => {
      if (element?.contains(document.activeElement)) heading.current?.focus();
    },
    [],
  );

  // With another token the call is followed by another client, from its beginning.
  const client = useApolloClient();
  const [completedBy, setCompletedBy] = useState<typeof client>();
  const followed = useSubscription(FollowCallDocument, {
    variables: { id: call.id, instanceId: call.instanceId ?? null },
    // One field that Connect does not answer is no reason to show nothing.
    errorPolicy: 'all',
    onComplete: () => {
      setCompletedBy(client);
    },
  });
  const isUnknown = followed.data?.contactUpdated === null && !followed.error;
  const known = useContact(call.id, call.instanceId ?? followed.data?.contactUpdated?.instanceId);
  // What is no longer there is not shown as it once was.
  const contact = isUnknown ? undefined : known;
  const isOver = completedBy === client && !followed.error;
  const connection = useConnectionState(live);
  const isStale = contact !== undefined && !isOver && (connection === 'lost' || connection === 'refused');

  const [endCall, ending] = useMutation(EndCallDocument);
  const end = () => {
    if (ending.loading) return;
    const variables = { input: { contactId: call.id, instanceId: call.instanceId ?? null } };
    // Its failure is shown from `ending.error`.
    endCall({ variables }).catch(() => undefined);
  };
  const followAgain = () => {
    setCompletedBy(undefined);
    focusHeading();
    followed.restart();
  };
  const status = contact?.status ?? undefined;
  const { contactFlow, queue } = contact ?? {};
  const surroundings = [contactFlow?.name, queue?.name && `${queue.name} queue`].filter(Boolean);
  const canEnd = !isUnknown && !isOver && status !== 'ENDED' && status !== 'AFTER_CONTACT_WORK';

  const followProblem = followed.error && problemFrom(followed.error);
  const endProblem = ending.error && problemFrom(ending.error);

  return (
    <article className="panel call" aria-labelledby={headingId}>
      <h3 id={headingId} ref={heading} tabIndex={-1}>
        {call.destination ? `Call to ${call.destination}` : 'Call'}
      </h3>
      {call.isReplay && <p className="hint">An earlier request had placed it already; no second phone rang.</p>}
      <p role="status" className="call-status">
        {isUnknown ? 'There is no such contact for this token' : contact ? statusSentence(contact) : 'Looking…'}
      </p>
      {surroundings.length > 0 && <p className="hint">{surroundings.join(' · ')}</p>}
      {isStale && <p className="stale">Not up to date: this is how it stood when the connection was lost.</p>}
      {contact && <CallSteps status={contact.status} timeline={contact.timeline ?? []} />}
      {contact && <CallTimeline timeline={contact.timeline ?? []} isLive={!isOver && !isStale && status !== 'ENDED'} />}
      {followProblem && (
        <ErrorNotice key={followProblem.requestId} problem={followProblem} retry={followAgain}>
          {followProblem.retryable ? undefined : (
            <button type="button" onClick={followAgain}>
              Follow again
            </button>
          )}
        </ErrorNotice>
      )}
      {canEnd && endProblem && (
        <ErrorNotice key={endProblem.requestId} ref={keepFocus} problem={endProblem} retry={end} />
      )}
      <div className="actions">
        {canEnd && (
          <button ref={keepFocus} type="button" className="danger" aria-disabled={ending.loading} onClick={end}>
            {ending.loading ? 'Ending…' : 'End call'}
          </button>
        )}
        <button type="button" onClick={putAway}>
          Hide
        </button>
        <p className="hint">
          Contact <code className="selectable">{call.id}</code>
        </p>
      </div>
    </article>
  );
}

/** What the cache holds of a contact: events and answers of mutations alike write to it. */
function useContact(id: string, instanceId: string | undefined): FollowedCallFragment | undefined {
  const { complete, data } = useFragment({
    fragment: FollowedCallFragmentDoc,
    from: instanceId === undefined ? null : { __typename: 'Contact', id, instanceId },
  });
  return complete && instanceId !== undefined ? data : undefined;
}

function statusSentence({ status, outcome }: FollowedCallFragment): string {
  if (!status) return 'Its status could not be read';
  return status === 'ENDED' && outcome ? `Ended: ${outcomeWords[outcome]}` : statusWords[status];
}
