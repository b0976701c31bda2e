import type { Contact } from '../contact.js';
import { progressOf } from '../contact.js';
import { refusal } from '../errors.js';
import { operation } from '../operation.js';
import type { Recording, RecordingType } from '../recording.js';
import { recordingSpan } from '../recording-span.js';
import { recordingTracks } from '../recording.js';
import type { Value } from '../shapes.js';
import { choice, required, structure } from '../shapes.js';
import { contactId, instanceId } from '../wire-shapes.js';
import type { World } from '../world.js';

const target = {
  InstanceId: instanceId,
  ContactId: required(contactId),
  InitialContactId: required(contactId),
} as const;

const none: Recording = { askedAtMs: undefined, track: 'ALL', stoppedAtMs: undefined, isSuspended: false };

/** Asks for a recording, once per contact; asked for before an agent joins, it begins when the agent does. */
export const startContactRecording = operation({
  name: 'StartContactRecording',
  input: structure({
    ...target,
    VoiceRecordingConfiguration: required(
      structure({ VoiceRecordingTrack: choice(...recordingTracks), IvrRecordingTrack: choice('ALL') }),
    ),
  }),
  lacks: ['ThrottlingException'],
  handle({ VoiceRecordingConfiguration: { VoiceRecordingTrack, IvrRecordingTrack }, ...input }, world) {
    if ((VoiceRecordingTrack === undefined) === (IvrRecordingTrack === undefined)) {
      throw refusal(
        'InvalidRequestException',
        'Exactly one of VoiceRecordingTrack and IvrRecordingTrack must be given.',
      );
    }
    const contact = liveContact(input, world);
    const type: RecordingType = IvrRecordingTrack === undefined ? 'AGENT' : 'IVR';
    const recording = contact.recordings.get(type) ?? none;
    if (recording.askedAtMs !== undefined || recording.stoppedAtMs !== undefined) {
      throw refusal('InvalidRequestException', 'Recording can be started only once for a contact.');
    }
    change(contact, type, { ...recording, askedAtMs: world.nowMs, track: VoiceRecordingTrack ?? 'ALL' }, world);
    return {};
  },
});

/** Ends a recording for good. */
export const stopContactRecording = changesRecording('StopContactRecording', (recording, nowMs) => ({
  ...recording,
  stoppedAtMs: nowMs,
}));

/** Has a recording hold silence until it is resumed. */
export const suspendContactRecording = changesRecording('SuspendContactRecording', (recording) => {
  if (recording.isSuspended) throw refusal('InvalidRequestException', 'The recording is suspended already.');
  return { ...recording, isSuspended: true };
});

/** Goes on with a recording that is suspended. */
export const resumeContactRecording = changesRecording('ResumeContactRecording', (recording) => {
  if (!recording.isSuspended) throw refusal('InvalidRequestException', 'The recording is not suspended.');
  return { ...recording, isSuspended: false };
});

// What the three operations on a recording under way have in common.
function changesRecording(name: string, changed: (recording: Recording, nowMs: number) => Recording) {
  return operation({
    name,
    input: structure({ ...target, ContactRecordingType: choice('AGENT', 'IVR', 'SCREEN') }),
    lacks: ['InvalidParameterException', 'ThrottlingException'],
    handle({ ContactRecordingType, ...input }, world) {
      const contact = liveContact(input, world);
      const progress = progressOf(contact, world.nowMs);
      // Documented: left out, it is whatever is being recorded.
      const type = ContactRecordingType ?? (progress.withAgent ? 'AGENT' : 'IVR');
      const span = type === 'SCREEN' ? undefined : recordingSpan(contact, type, progress, world.settings.recordings);
      if (type === 'SCREEN' || !span || span.toMs !== undefined) {
        throw refusal('InvalidRequestException', 'The contact is not being recorded.');
      }
      change(contact, type, changed(contact.recordings.get(type) ?? none, world.nowMs), world);
      return {};
    },
  });
}

function liveContact(input: Value<ReturnType<typeof structure<typeof target>>>, world: World): Contact {
  const contact = world.contact(input.InstanceId, input.ContactId);
  // No simulated contact is a transfer, so each is its own first one.
  if (input.InitialContactId !== contact.id) {
    throw refusal('ResourceNotFoundException', 'The contact was not found.');
  }
  if (progressOf(contact, world.nowMs).disconnected) {
    throw refusal('InvalidRequestException', 'The contact has ended.');
  }
  return contact;
}

function change(contact: Contact, type: RecordingType, recording: Recording, world: World): void {
  contact.recordings.set(type, recording);
  world.changed(contact, []);
}
