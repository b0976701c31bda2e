import type { Transition } from './call-plan.js';
import type { Distortion } from './distortion.js';
import type { Recording, RecordingType } from './recording.js';

/** A reference as it was given. */
export interface Reference {
  readonly Type: string;
  readonly Value?: string;
}

/** A contact: what was asked for when it was placed, its plan, and what was changed since. Its state at a moment is computed. */
export interface Contact {
  readonly id: string;
  /** Which of the account's contacts it is, counted from 1 in the order of placing. */
  readonly ordinal: number;
  readonly instanceId: string;
  readonly initiatedAtMs: number;
  readonly destination: string;
  readonly callerId: string;
  readonly flowId: string;
  readonly clientToken: string | undefined;
  readonly trafficType: 'GENERAL' | 'CAMPAIGN';
  readonly campaignId: string | undefined;
  readonly relatedContactId: string | undefined;
  /** The root of the tree this contact belongs to. */
  readonly associationId: string;
  readonly outboundStrategy: unknown;
  readonly attributes: Map<string, string>;
  readonly references: Map<string, Reference>;
  readonly tags: Map<string, string>;
  readonly segmentAttributes: Map<string, unknown>;
  name: string | undefined;
  description: string | undefined;
  /** Fixed when the call was placed; replaced only by an intervention such as a stop. */
  plan: readonly Transition[];
  /** What was asked for about its recordings. */
  readonly recordings: Map<RecordingType, Recording>;
  /** How what is told of it differs from the plan. */
  distortion: Distortion | undefined;
  /** The last change from outside. */
  changedAtMs: number;
  /** How many events told of a change from outside. */
  dataUpdates: number;
  /** How often this contact's id was answered again to a repeated ClientToken. */
  replays: number;
}

type Happened<K extends Transition['kind']> = Extract<Transition, { kind: K }> | undefined;

/** What has happened to a contact up to a moment. */
export interface Progress {
  readonly ringing: Happened<'ringing'>;
  readonly answered: Happened<'answered'>;
  readonly detected: Happened<'detected'>;
  readonly queued: Happened<'queued'>;
  readonly withAgent: Happened<'with-agent'>;
  readonly disconnected: Happened<'disconnected'>;
  readonly completed: Happened<'completed'>;
  /** When anything about the contact last changed. */
  readonly lastChangeMs: number;
}

/** What of the contact's plan has happened by `nowMs`. */
export function progressOf(contact: Contact, nowMs: number): Progress {
  return progressIn(
    contact.plan.filter(({ atMs }) => atMs <= nowMs),
    contact.changedAtMs,
  );
}

/** What these transitions amount to. */
export function progressIn(past: readonly Transition[], changedAtMs: number): Progress {
  const last = <K extends Transition['kind']>(kind: K): Happened<K> =>
    past.find((transition): transition is Extract<Transition, { kind: K }> => transition.kind === kind);
  return {
    ringing: last('ringing'),
    answered: last('answered'),
    detected: last('detected'),
    queued: last('queued'),
    withAgent: last('with-agent'),
    disconnected: last('disconnected'),
    completed: last('completed'),
    lastChangeMs: Math.max(changedAtMs, ...past.map(({ atMs }) => atMs)),
  };
}
