import { DEPRECATED_GRAPHQL_WS_PROTOCOL as obsolete, GRAPHQL_TRANSPORT_WS_PROTOCOL as spoken } from 'graphql-ws';

/**
 * The subprotocol that a handshake answers: ours where it is offered, else the first of those that are. A client that is answered none of
 * what it offered fails the connection (browsers too) and reads 1006, which says nothing; this way it reads the code and the reason that
 * the socket is closed with right away.
 */
export function answeredSubprotocol(offered: ReadonlySet<string>): string | false {
  if (offered.has(spoken)) return spoken;
  const [first = false] = offered;
  return first;
}

/** What a client is to do whose socket has another subprotocol than ours, or none. */
export function refusedSubprotocol(answered: string): string {
  return answered === obsolete
    ? `Subprotocol ${obsolete} is obsolete: offer ${spoken}, as the client of the npm package graphql-ws does.`
    : `Offer the subprotocol ${spoken}, as the client of the npm package graphql-ws does.`;
}
