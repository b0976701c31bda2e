import { ApolloProvider } from '@apollo/client/react';
import { useRef, useState } from 'react';
import { CallCard, type FollowedCall } from './call-card.js';
import { ConnectionNote } from './connection-note.js';
import { FollowForm } from './follow-form.js';
import { createGatewayClient } from './gateway-client.js';
import type { PageConfig } from './page-config.js';
import { PlaceCallForm } from './place-call-form.js';
import { TokenForm } from './token-form.js';

/** The whole page: who asks, the call to place, and the calls that are followed. */
export function Console({ config }: { readonly config: PageConfig }) {
  const [token, setToken] = useState(config.token);
  const [gateway, setGateway] = useState(() => createGatewayClient(config.token));
  const [calls, setCalls] = useState<readonly FollowedCall[]>([]);
  const callsHeading = useRef<HTMLHeadingElement>(null);

  const replaceToken = (replacement: string) => {
    // Another bearer sees other things: nothing that was read for the last one is kept.
    setGateway(createGatewayClient(replacement));
    setToken(replacement);
  };
  const follow = (call: FollowedCall) => {
    setCalls((followed) => {
      const known = followed.find(({ id }) => id === call.id);
      return [{ ...known, ...call }, ...followed.filter((other) => other !== known)];
    });
  };
  const putAway = (id: string) => {
    setCalls((followed) => followed.filter((call) => call.id !== id));
    callsHeading.current?.focus();
  };

  return (
    <ApolloProvider client={gateway.apollo}>
      <header className="top">
        <h1>outdial console</h1>
        <TokenForm token={token} replaceToken={replaceToken} />
      </header>
      <main className="page">
        <section aria-labelledby="place-heading" className="panel">
          <h2 id="place-heading">Place a call</h2>
          <PlaceCallForm destinations={config.destinations} follow={follow} />
        </section>
        <section aria-labelledby="calls-heading">
          <div className="section-head">
            <h2 id="calls-heading" ref={callsHeading} tabIndex={-1}>
              Calls
            </h2>
            <ConnectionNote live={gateway.live} />
          </div>
          {calls.length === 0 && <p className="empty">No call yet. Place one, and watch it here to its end.</p>}
          {calls.map((call) => (
            <CallCard
              key={call.id}
              call={call}
              live={gateway.live}
              putAway={() => {
                putAway(call.id);
              }}
            />
          ))}
          <FollowForm follow={follow} />
        </section>
      </main>
    </ApolloProvider>
  );
}
