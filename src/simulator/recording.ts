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
