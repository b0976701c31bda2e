import type { Contact, Progress } from './contact.js';
import type { RecordingSpan, RecordingType } from './recording.js';
import type { SimulatorSettings } from './settings.js';

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
