import type {
  AudioQualityMetricsInfo,
  Contact,
  ContactSearchSummary,
  EndpointInfo,
  SegmentAttributeValue,
} from '@aws-sdk/client-connect';
import type { EnteredQueue } from '../queues/queue.service.js';
import { tagsFrom, type Tag } from '../graphql/tag.type.js';
import type {
  AudioQuality,
  ContactAttribute,
  ContactCampaign,
  ContactEndpoint,
  ContactRecording,
  ContactReference,
  CustomerVoiceActivity,
  DisconnectDetails,
  QualityMetrics,
  SegmentAttribute,
} from './contact-parts.type.js';
import { hadAgent, hasCome, standardQueueIdOf, toFacts, type ContactFacts } from './timeline/contact-facts.js';
import { factsFrom, hasLaterQueue, momentFrom, reportFrom } from './timeline/contact-report.js';
import { stateOf, type ContactState } from './timeline/contact-state.js';
import type { ContactSnapshot } from './timeline/follower.js';

/** What is known of a contact, in the words of the schema: its state, merged from all sources, and what DescribeContact alone tells. */
export interface ContactDetails extends ContactState {
  readonly arn: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly scheduledTimestamp: Date | null;
  readonly lastUpdateTimestamp: Date | null;
  readonly disconnectDetails: DisconnectDetails | null;
  readonly customerVoiceActivity: CustomerVoiceActivity | null;
  readonly customerEndpoint: ContactEndpoint | null;
  readonly systemEndpoint: ContactEndpoint | null;
  readonly customerId: string | null;
  readonly campaign: ContactCampaign | null;
  readonly queuePriority: number | null;
  readonly queueTimeAdjustmentSeconds: number | null;
  readonly qualityMetrics: QualityMetrics | null;
  readonly recordings: readonly ContactRecording[] | null;
  readonly segmentAttributes: readonly SegmentAttribute[] | null;
  readonly tags: readonly Tag[] | null;
  readonly agentId: string | null;
  readonly initialContactId: string | null;
  readonly previousContactId: string | null;
  readonly relatedContactId: string | null;
  /** Null where Connect left them out, which does not mean that there are none. */
  readonly attributes: readonly ContactAttribute[] | null;
}

/** What somebody told of a contact without DescribeContact: a part of it, and the references, which that never tells. */
export type KnownDetails = Partial<ContactDetails> & {
  readonly references?: readonly ContactReference[];
  /** Whether an earlier request had placed the call. */
  readonly isReplay?: boolean;
};

/** What facts alone tell, without asking Connect: also that something has not come. Worked out once for each snapshot, which may be told to thousands. */
export function knownFrom(snapshot: Told): KnownDetails {
  const known = knownBySnapshot.get(snapshot) ?? knownDetailsOf(snapshot);
  knownBySnapshot.set(snapshot, known);
  return known;
}

type Told = Pick<ContactSnapshot, 'facts' | 'isLost'>;

const knownBySnapshot = new WeakMap<Told, KnownDetails>();

function knownDetailsOf({ facts, isLost }: Told): KnownDetails {
  const state = stateOf(facts, { isLost });
  const { initiationMethod, rawInitiationMethod, channel, initiationTimestamp, queue, ...rest } = state;
  // Every contact has these: where no fact tells them, Connect can.
  const always = Object.entries({ initiationMethod, rawInitiationMethod, channel, initiationTimestamp });
  return {
    ...rest,
    ...Object.fromEntries(always.filter(([, value]) => value !== null)),
    // Facts name no queue that is not known to be a standard one; Connect may, to whoever may know it.
    ...(queue || !hasCome(facts, 'enqueueTimestamp') ? { queue } : {}),
    ...(hadAgent(facts) ? {} : { agentId: null }),
  };
}

/** What is told of a contact that DescribeContact does not find: where it is, by the facts. */
export function hiddenDetailsFrom({ facts, isLost }: Told): ContactDetails {
  return { ...detailsFrom({}, facts), ...stateOf(facts, { isLost }) };
}

/** What DescribeContact tells; where the contact is, by the `facts`: those that this tells unless more are known. */
export function detailsFrom(
  contact: Contact,
  facts: ContactFacts = toFacts(factsFrom(reportFrom(contact))),
): ContactDetails {
  return {
    ...stateOf(facts, { queue: queueFrom(contact, facts) }),
    arn: contact.Arn ?? null,
    name: contact.Name ?? null,
    description: contact.Description ?? null,
    scheduledTimestamp: momentFrom(contact.ScheduledTimestamp),
    lastUpdateTimestamp: momentFrom(contact.LastUpdateTimestamp),
    disconnectDetails: contact.DisconnectDetails
      ? { potentialDisconnectIssue: contact.DisconnectDetails.PotentialDisconnectIssue ?? null }
      : null,
    customerVoiceActivity: contact.CustomerVoiceActivity
      ? {
          greetingStartTimestamp: momentFrom(contact.CustomerVoiceActivity.GreetingStartTimestamp),
          greetingEndTimestamp: momentFrom(contact.CustomerVoiceActivity.GreetingEndTimestamp),
        }
      : null,
    customerEndpoint: endpointFrom(contact.CustomerEndpoint),
    systemEndpoint: endpointFrom(contact.SystemEndpoint),
    customerId: contact.CustomerId ?? null,
    campaign: contact.Campaign ? { campaignId: contact.Campaign.CampaignId ?? null } : null,
    queuePriority: contact.QueuePriority ?? null,
    queueTimeAdjustmentSeconds: contact.QueueTimeAdjustmentSeconds ?? null,
    qualityMetrics: contact.QualityMetrics
      ? {
          agentAudio: audioFrom(contact.QualityMetrics.Agent?.Audio),
          customerAudio: audioFrom(contact.QualityMetrics.Customer?.Audio),
        }
      : null,
    recordings: contact.Recordings?.map(recordingFrom) ?? null,
    segmentAttributes: contact.SegmentAttributes
      ? Object.entries(contact.SegmentAttributes).map(([key, value]) => ({ key, value: segmentValueFrom(value) }))
      : null,
    tags: contactTagsFrom(contact.Tags),
    agentId: contact.AgentInfo?.Id ?? null,
    initialContactId: contact.InitialContactId ?? null,
    previousContactId: contact.PreviousContactId ?? null,
    relatedContactId: contact.RelatedContactId ?? null,
    attributes: attributesFrom(contact.Attributes),
  };
}

/** Undefined where the facts tell it: because they name the same queue, or another one later, or Connect tells none. */
function queueFrom(contact: Contact, facts: ContactFacts): EnteredQueue | undefined {
  const id = contact.QueueInfo?.Id;
  const named = standardQueueIdOf(facts);
  if (id === undefined || id === named || (named !== null && hasLaterQueue(facts, contact))) return undefined;
  return { id, isStandard: false };
}

const searchedMembers = [
  'arn',
  'initiationMethod',
  'rawInitiationMethod',
  'channel',
  'name',
  'initiationTimestamp',
  'enqueueTimestamp',
  'disconnectTimestamp',
  'scheduledTimestamp',
  'segmentAttributes',
  'tags',
  'queue',
  'agentId',
  'initialContactId',
  'previousContactId',
] as const satisfies readonly (keyof ContactDetails)[];

/** What a row of SearchContacts tells: of these members as much as DescribeContact would. */
export function searchedDetailsFrom(row: ContactSearchSummary): KnownDetails {
  const details = detailsFrom(row);
  return Object.fromEntries(searchedMembers.map((member) => [member, details[member]]));
}

/** Null for a map that is not there or empty: DescribeContact may leave attributes out, GetContactAttributes does not. */
export function attributesFrom(attributes: Readonly<Record<string, string>> | undefined): ContactAttribute[] | null {
  const entries = Object.entries(attributes ?? {});
  return entries.length > 0 ? entries.map(([key, value]) => ({ key, value })) : null;
}

function endpointFrom(endpoint: EndpointInfo | undefined): ContactEndpoint | null {
  if (!endpoint) return null;
  return {
    type: endpoint.Type ?? null,
    address: endpoint.Address ?? null,
    displayName: endpoint.DisplayName ?? null,
  };
}

function audioFrom(audio: AudioQualityMetricsInfo | undefined): AudioQuality | null {
  if (!audio) return null;
  return { qualityScore: audio.QualityScore ?? null, potentialQualityIssues: audio.PotentialQualityIssues ?? [] };
}

function recordingFrom(recording: NonNullable<Contact['Recordings']>[number]): ContactRecording {
  return {
    storageType: recording.StorageType ?? null,
    location: recording.Location ?? null,
    mediaStreamType: recording.MediaStreamType ?? null,
    participantType: recording.ParticipantType ?? null,
    status: recording.Status ?? null,
    deletionReason: recording.DeletionReason ?? null,
    startTimestamp: momentFrom(recording.StartTimestamp),
    stopTimestamp: momentFrom(recording.StopTimestamp),
  };
}

function segmentValueFrom(value: SegmentAttributeValue): unknown {
  if (value.ValueMap) {
    return Object.fromEntries(Object.entries(value.ValueMap).map(([key, inner]) => [key, segmentValueFrom(inner)]));
  }
  if (value.ValueList) return value.ValueList.map(segmentValueFrom);
  return value.ValueString ?? value.ValueInteger ?? value.ValueArn ?? null;
}

/**
 * Of the tags that Connect sets itself only the instance: others repeat addresses (`aws:connect:systemEndpoint`,
 * `aws:connect:transferredFromEndpoint`), where no rule on addresses would guard them, and newer ones may tell who had the contact.
 */
function contactTagsFrom(tags: Readonly<Record<string, string>> | undefined): Tag[] | null {
  return tagsFrom(tags)?.filter(({ key }) => !key.startsWith('aws:') || key === 'aws:connect:instanceId') ?? null;
}
