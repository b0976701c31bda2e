import { choice, flag, list, map, required, structure, text } from './shapes.js';
import type { Value } from './shapes.js';

/** The events that can be lost. */
export const eventTypes = [
  'INITIATED',
  'CONNECTED_TO_SYSTEM',
  'QUEUED',
  'CONNECTED_TO_AGENT',
  'DISCONNECTED',
  'COMPLETED',
] as const;

/** The timestamps that events can leave out. */
export const timestamps = [
  'initiationTimestamp',
  'connectedToSystemTimestamp',
  'enqueueTimestamp',
  'connectedToAgentTimestamp',
  'disconnectTimestamp',
  'afterContactWorkStartTimestamp',
  'afterContactWorkEndTimestamp',
] as const;

/** The form of a distortion as the control API takes it. */
export const distortionShape = structure({
  contactId: required(text({ min: 1 })),
  /** No read shows the contact, until a later distortion says otherwise. Its events come. */
  isHidden: flag(),
  /** These events of it are never sent. */
  lostEvents: list(choice(...eventTypes)),
  /** Timestamps that its events leave out, by the type of the event. */
  lostTimestamps: map(choice(...eventTypes), list(choice(...timestamps))),
  /** The reason for which it ends, instead of the planned one. */
  disconnectReason: text({ min: 1 }),
});

/** How what is told of one contact differs from its plan, which is the truth. Holds from the moment an event arrives: also for one on its way. */
export type Distortion = Value<typeof distortionShape>;

/** The event as it arrives, undefined where it is lost. */
export function distorted<E extends { readonly detail: Readonly<Record<string, unknown>> }>(
  envelope: E,
  distortion: Distortion | undefined,
): E | undefined {
  const type = String(envelope.detail.eventType);
  if (distortion?.lostEvents?.some((lost) => lost === type)) return undefined;
  const lost: readonly string[] = [...(distortion?.lostTimestamps ?? [])].find(([of]) => of === type)?.[1] ?? [];
  return lost.length === 0 ? envelope : { ...envelope, detail: without(lost, envelope.detail) };
}

/** In whatever object the members lie. */
function without(names: readonly string[], fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (names.includes(name)) return [];
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      return [[name, isObject ? without(names, value as Record<string, unknown>) : value]];
    }),
  );
}
