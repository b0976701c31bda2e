import { createHash } from 'node:crypto';
import type { Contact } from './contact.js';
import { progressOf } from './contact.js';
import type { Progress } from './contact.js';
import type { Directory, Instance } from './directory.js';
import { recordingSpan } from './recording-span.js';
import { recordingTypes } from './recording.js';
import type { RecordingSpan } from './recording.js';
import type { SimulatorSettings } from './settings.js';

/** A moment as the wire carries it: seconds since the epoch, with a fraction. */
export function epochSeconds(atMs: number): number {
  return atMs / 1_000;
}

const secondsOf = (transition: { readonly atMs: number } | undefined): number | undefined =>
  transition && epochSeconds(transition.atMs);

/** What DescribeContact shows of a contact at a moment; members without a value are `undefined` and so left out of the JSON. */
export function contactOnWire(
  contact: Contact,
  at: {
    readonly nowMs: number;
    readonly directory: Directory;
    readonly showsRinging: boolean;
    readonly recordings: SimulatorSettings['recordings'];
  },
): object {
  const progress = progressOf(contact, at.nowMs);
  const { answered, detected, queued, withAgent, disconnected, lastChangeMs } = progress;
  const instance = at.directory.instance(contact.instanceId);
  return {
    Arn: at.directory.arn(contact.instanceId, `contact/${contact.id}`),
    Id: contact.id,
    InitialContactId: contact.id,
    RelatedContactId: contact.relatedContactId,
    ContactAssociationId: contact.associationId,
    InitiationMethod: 'API',
    Channel: 'VOICE',
    Name: contact.name,
    Description: contact.description,
    InitiationTimestamp: epochSeconds(contact.initiatedAtMs),
    RingStartTimestamp: at.showsRinging ? secondsOf(progress.ringing) : undefined,
    ConnectedToSystemTimestamp: secondsOf(answered),
    DisconnectTimestamp: secondsOf(disconnected),
    LastUpdateTimestamp: epochSeconds(lastChangeMs),
    DisconnectReason: disconnected?.reason,
    AnsweringMachineDetectionStatus: detected?.status,
    CustomerVoiceActivity:
      detected?.greetingStartMs === undefined
        ? undefined
        : {
            GreetingStartTimestamp: epochSeconds(detected.greetingStartMs),
            GreetingEndTimestamp: epochSeconds(detected.atMs),
          },
    CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: contact.destination },
    SystemEndpoint: { Type: 'TELEPHONE_NUMBER', Address: contact.callerId },
    QueueInfo: queued && { Id: queued.queueId, EnqueueTimestamp: epochSeconds(queued.atMs) },
    QueuePriority: queued && 5,
    AgentInfo: withAgent && agentInfo(withAgent, progress),
    QualityMetrics:
      withAgent && disconnected
        ? { Agent: { Audio: { QualityScore: qualityScore(contact.id), PotentialQualityIssues: [] } } }
        : undefined,
    Recordings: recordingsOnWire(contact, progress, instance, at.recordings),
    Campaign: contact.campaignId === undefined ? undefined : { CampaignId: contact.campaignId },
    OutboundStrategy: contact.outboundStrategy,
    Attributes: Object.fromEntries(contact.attributes),
    SegmentAttributes: segmentAttributesOnWire(contact),
    Tags: tagsOnWire(contact),
  };
}

/** All tags of a contact: the service's own and the ones that were put on it. */
export function tagsOnWire(contact: Contact): Record<string, string> {
  return {
    'aws:connect:instanceId': contact.instanceId,
    'aws:connect:systemEndpoint': contact.callerId,
    ...Object.fromEntries(contact.tags),
  };
}

/** All segment attributes of a contact. */
export function segmentAttributesOnWire(contact: Contact): object {
  return {
    'connect:Subtype': { ValueString: 'connect:Telephony' },
    'connect:Direction': { ValueString: 'OUTBOUND' },
    ...Object.fromEntries(contact.segmentAttributes),
  };
}

function agentInfo(withAgent: NonNullable<Progress['withAgent']>, { disconnected, completed }: Progress): object {
  const connected = epochSeconds(withAgent.atMs);
  const left = secondsOf(disconnected);
  const done = secondsOf(completed);
  const inState = (state: string, start: number, end: number | undefined): object => ({
    State: state,
    StateStartTimestamp: start,
    StateEndTimestamp: end,
  });
  return {
    Id: withAgent.agentId,
    ConnectedToAgentTimestamp: connected,
    AgentPauseDurationInSeconds: 0,
    AgentInitiatedHoldDuration: 0,
    DeviceInfo: { PlatformName: 'Chrome', PlatformVersion: '140.0', OperatingSystem: 'Windows' },
    VoiceEnhancementMode: 'NONE',
    AfterContactWorkStartTimestamp: left,
    AfterContactWorkEndTimestamp: done,
    AfterContactWorkDuration: left !== undefined && done !== undefined ? Math.round(done - left) : undefined,
    StateTransitions: [
      inState('CONNECTED', connected, left),
      ...(left === undefined ? [] : [inState('DISCONNECTED', left, done)]),
    ],
  };
}

// Differs between contacts, stays the same for one.
function qualityScore(contactId: string): number {
  return 3.5 + (createHash('sha256').update(contactId).digest()[0]! % 15) / 10;
}

// A recording is there to be had when it has come to its end.
function recordingsOnWire(
  contact: Contact,
  progress: Progress,
  instance: Instance,
  setting: SimulatorSettings['recordings'],
): readonly object[] | undefined {
  const spans = recordingTypes.map((type) => recordingSpan(contact, type, progress, setting));
  const shown = spans.flatMap((span) =>
    span?.toMs === undefined ? [] : [recordingOnWire(span, instance, contact.id)],
  );
  return shown.length > 0 ? shown : undefined;
}

const participants = { ALL: 'ALL', FROM_AGENT: 'AGENT', TO_AGENT: 'CUSTOMER' } as const;

function recordingOnWire({ type, track, fromMs, toMs }: RecordingSpan, instance: Instance, contactId: string): object {
  const day = new Date(fromMs).toISOString().slice(0, 10).replaceAll('-', '/');
  const folder = type === 'AGENT' ? 'CallRecordings' : 'CallRecordings/ivr';
  return {
    StorageType: 'S3',
    Location: `amazon-connect-recordings/connect/${instance.alias}/${folder}/${day}/${contactId}.wav`,
    MediaStreamType: 'AUDIO',
    ParticipantType: participants[track],
    StartTimestamp: epochSeconds(fromMs),
    StopTimestamp: epochSeconds(toMs!),
    Status: 'AVAILABLE',
  };
}
