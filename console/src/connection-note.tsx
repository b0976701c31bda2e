import { useSyncExternalStore } from 'react';
import type { ConnectionState, LiveConnection } from './live-connection.js';

const words: Readonly<Record<ConnectionState, string>> = {
  idle: '',
  connecting: 'Connecting…',
  live: 'Live',
  lost: 'Connection lost; trying again…',
  refused: 'Not connected: the token is not accepted',
};

/** How the live connection stands, read out when it changes. */
export function ConnectionNote({ live }: { readonly live: LiveConnection }) {
  const state = useConnectionState(live);
  return (
    <p role="status" className="connection" data-state={state}>
      {words[state]}
    </p>
  );
}

/** The state of `live`, now and after each change. */
export function useConnectionState(live: LiveConnection): ConnectionState {
  return useSyncExternalStore(live.onChange, live.state);
}
