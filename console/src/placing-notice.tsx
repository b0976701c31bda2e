import type { Ref } from 'react';
import type { FollowedCall } from './call-card.js';
import { ErrorNotice } from './error-notice.js';
import type { Placing } from './place-call.js';

interface Props {
  readonly ref: Ref<HTMLDivElement>;
  readonly placing: Placing;
  /** Paths of the fields whose problems stand beside their inputs. */
  readonly shownPaths: readonly string[];
  readonly follow: (call: FollowedCall) => void;
}

/** Why a call was not placed, and every way on from there; nothing where there is no problem. */
export function PlacingNotice({ ref, placing, shownPaths, follow }: Props) {
  const { call, problem } = placing;
  if (!call || !problem) return null;
  const { code, retryable, requestId, contactId } = problem;
  return (
    <ErrorNotice key={requestId} ref={ref} problem={problem} shownPaths={shownPaths} retry={placing.retry}>
      {contactId !== undefined && (
        <button
          type="button"
          onClick={() => {
            follow({ id: contactId, destination: call.destinationPhoneNumber });
          }}
        >
          Follow that call
        </button>
      )}
      {code === 'DUPLICATE_CALL' && (
        <button
          type="button"
          onClick={() => {
            placing.place(call, { allowRepeat: true });
          }}
        >
          Call again all the same
        </button>
      )}
      {code === 'OUTCOME_UNKNOWN' && !retryable && (
        <button
          type="button"
          onClick={() => {
            placing.placeAnew(call);
          }}
        >
          Call all the same
        </button>
      )}
    </ErrorNotice>
  );
}
