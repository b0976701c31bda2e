import type { UsedToken } from './client-tokens.js';
import { progressOf } from './contact.js';
import { refusal } from './errors.js';
import type { Delivery } from './operation.js';
import type { OutboundRequest } from './outbound-request.js';
import type { World } from './world.js';

/** The ContactId that a repeated ClientToken stands for, or `undefined` if the request is to place a call. Throws IdempotencyException. */
export function replayOf(request: OutboundRequest, world: World): string | undefined {
  // An empty token is no token.
  if (!request.ClientToken) return undefined;
  const used = world.tokens.find(request.InstanceId, request.ClientToken, world.nowMs);
  if (!used || (used.isInFlight && world.settings.sameTokenInFlight === 'race')) return undefined;
  if (world.settings.tokenOtherInput === 'error' && used.input !== inputOf(request)) {
    throw refusal('IdempotencyException', 'The ClientToken was used with other input.');
  }
  const contact = world.placedContact(used.contactId);
  const hasEnded = progressOf(contact, world.nowMs).disconnected !== undefined;
  if (hasEnded && world.settings.tokenAfterEnd === 'redial') return undefined;
  contact.replays += 1;
  return contact.id;
}

/** Remembers what the request's ClientToken placed, as in flight until the answer is delivered. */
export function rememberToken(request: OutboundRequest, contactId: string, world: World, delivery: Delivery): void {
  if (!request.ClientToken) return;
  const used: UsedToken = { contactId, input: inputOf(request), usedAtMs: world.nowMs, isInFlight: true };
  world.tokens.remember(request.InstanceId, request.ClientToken, used);
  delivery.whenDone = () => {
    used.isInFlight = false;
  };
}

// The request as comparable text: everything but the token; members are in the declared order, maps are sorted.
function inputOf(request: OutboundRequest): string {
  return JSON.stringify({ ...request, ClientToken: undefined }, (_key, value: unknown) =>
    value instanceof Map ? [...(value as Map<string, unknown>)].sort(([a], [b]) => (a < b ? -1 : 1)) : value,
  );
}
