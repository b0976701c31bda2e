import { useApolloClient, useMutation } from '@apollo/client/react';
import { useEffect, useMemo, useState } from 'react';
import { CallIntents } from './call-intents.js';
import { problemFrom, type GatewayProblem } from './gateway-problem.js';
import {
  PlaceCallDocument,
  type PlaceCallMutation,
  type StartOutboundVoiceContactInput,
} from './generated/operations.js';

/** What makes a call the call that it is. */
export type Call = Readonly<Omit<StartOutboundVoiceContactInput, 'clientToken' | 'allowRepeat'>>;
export type PlacedContact = NonNullable<PlaceCallMutation['startOutboundVoiceContact']>;

/** How a call goes that has not been placed yet. */
export interface Placing {
  /** The call that was asked for last. */
  readonly call: Call | undefined;
  readonly isPlacing: boolean;
  /** Another object for each failure. */
  readonly problem: GatewayProblem | undefined;
  /** Places `call` once, however often it is asked to: each try of one call carries the same clientToken. Never rejects. */
  readonly place: (call: Call, options?: { readonly allowRepeat: boolean }) => void;
  /** Asks again for the very same thing. */
  readonly retry: () => void;
  /** Gives up an earlier try of which nobody knows, and dials: from here on it is another call, which a person decides on. */
  readonly placeAnew: (call: Call) => void;
}

interface Listener {
  /** A call is asked for, for the first time or again. */
  readonly asking: () => void;
  readonly placed: (contact: PlacedContact, call: Call) => void;
}

/** Places calls, and tells `listener` how it goes. */
export function usePlaceCall(listener: Listener): Placing {
  const client = useApolloClient();
  const [intents] = useState(() => new CallIntents());
  const [asked, setAsked] = useState<{ readonly call: Call; readonly allowRepeat: boolean }>();
  const [placeCall, { loading: isPlacing, error, reset }] = useMutation(PlaceCallDocument);
  const problem = useMemo(() => error && problemFrom(error), [error]);
  // What was answered to another token is no longer of interest.
  useEffect(reset, [client, reset]);

  const place = async (call: Call, { allowRepeat } = { allowRepeat: false }) => {
    listener.asking();
    setAsked({ call, allowRepeat });
    const clientToken = intents.clientTokenFor(call);
    try {
      const { data } = await placeCall({ variables: { input: { ...call, clientToken, allowRepeat } } });
      if (!data?.startOutboundVoiceContact) return;
      intents.end(call);
      listener.placed(data.startOutboundVoiceContact, call);
    } catch (failure) {
      // It is shown as `problem`.
      if (problemFrom(failure).code === 'IDEMPOTENCY_CONFLICT') intents.end(call);
    }
  };
  const placeOnce: Placing['place'] = (call, options) => {
    if (!isPlacing) void place(call, options);
  };
  return {
    call: asked?.call,
    isPlacing,
    problem,
    place: placeOnce,
    retry: () => {
      if (asked) placeOnce(asked.call, asked);
    },
    placeAnew: (call) => {
      intents.end(call);
      placeOnce(call, { allowRepeat: true });
    },
  };
}
