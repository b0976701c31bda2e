import type { Contact, Progress } from './contact.js';
import type { SimulatorSettings } from './settings.js';

/** What is recorded: the talk with the agent, or what goes before it. */
export const recordingTypes = ['AGENT', 'IVR'] as const;

/** What a recording is of. */
export type RecordingType = (typeof recordingTypes)[number];

/** Which sides of the talk are recorded. */
export const recordingTracks = ['FROM_AGENT', 'TO_AGENT', 'ALL'] as const;

type RecordingTrack = (typeof recordingTracks)[number];

/** What was asked for about one recording of a contact. */
export interface Recording {
  /** Whether it was asked for at all; a flow may record by itself. */
  readonly askedAtMs: number | undefined;
  readonly track: RecordingTrack;
  readonly stoppedAtMs: number | undefined;
  readonly isSuspended: boolean;
}

/** A recording that has begun. */
export interface RecordingSpan {
  readonly type: RecordingType;
  readonly track: RecordingTrack;
  readonly fromMs: number;
  /** Open while it goes on. */
  readonly toMs: number | undefined;
}

/**
 * From when to when a contact is recorded as far as it has come, or `undefined` if that has not begun: before its part of the call nothing does, nor what is
 * asked for after it.
 */
export function recordingSpan(
  contact: Contact,
  type: RecordingType,
  { answered, withAgent, disconnected }: Progress,
  setting: SimulatorSettings['recordings'],
): RecordingSpan | undefined {
  const recording = contact.recordings.get(type);
  const isByFlow = type === 'AGENT' && setting === 'by-flow';
  const [begins, ends] = type === 'AGENT' ? [withAgent, disconnected] : [answered, withAgent ?? disconnected];
  if (!begins || (!isByFlow && recording?.askedAtMs === undefined)) return undefined;
  const fromMs = Math.max(begins.atMs, isByFlow ? 0 : (recording?.askedAtMs ?? 0));
  if (ends && fromMs >= ends.atMs) return undefined;
  return { type, track: recording?.track ?? 'ALL', fromMs, toMs: recording?.stoppedAtMs ?? ends?.atMs };
}
