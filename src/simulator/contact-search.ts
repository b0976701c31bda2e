import type { Contact } from './contact.js';
import { progressOf } from './contact.js';
import { tagsOnWire } from './contact.wire.js';
import { refusal } from './errors.js';
import { matchesTags } from './search-conditions.js';
import type { Value } from './shapes.js';
import { choice, list, required, structure, text, unread } from './shapes.js';
import { channels, initiationMethods, tagFilter, timeRange } from './wire-shapes.js';

/** The timestamps of a contact that a search can be about. */
export const timestampTypes = [
  'INITIATION_TIMESTAMP',
  'SCHEDULED_TIMESTAMP',
  'CONNECTED_TO_AGENT_TIMESTAMP',
  'DISCONNECT_TIMESTAMP',
] as const;

const matchType = choice('MATCH_ALL', 'MATCH_ANY', 'MATCH_EXACT', 'MATCH_NONE');

/** Everything the model lets a search ask for. */
export const searchCriteria = structure({
  Name: structure({ SearchText: required(list(text({ max: 128 }), { max: 100 })), MatchType: required(matchType) }),
  AgentIds: list(text({ min: 1, max: 256 }), { max: 100 }),
  AgentHierarchyGroups: unread(),
  Channels: list(choice(...channels)),
  ContactAnalysis: unread(),
  InitiationMethods: list(choice(...initiationMethods)),
  QueueIds: list(text(), { max: 100 }),
  RoutingCriteria: unread(),
  AdditionalTimeRange: structure({
    Criteria: required(
      list(
        structure({
          TimeRange: timeRange,
          TimestampCondition: structure({
            Type: required(choice(...timestampTypes, 'ENQUEUE_TIMESTAMP')),
            ConditionType: required(choice('NOT_EXISTS')),
          }),
        }),
      ),
    ),
    MatchType: required(matchType),
  }),
  SearchableContactAttributes: structure({
    Criteria: required(
      list(
        structure({
          Key: required(text({ min: 1, max: 100 })),
          Values: required(list(text({ max: 100 }), { max: 20 })),
        }),
        { max: 15 },
      ),
    ),
    MatchType: matchType,
  }),
  SearchableSegmentAttributes: unread(),
  ActiveRegions: unread(),
  ContactTags: tagFilter,
  AiAgents: unread(),
});

const notSimulated = [
  'AgentHierarchyGroups',
  'ContactAnalysis',
  'RoutingCriteria',
  'SearchableSegmentAttributes',
  'ActiveRegions',
  'AiAgents',
] as const;

interface ContactQuery {
  readonly TimeRange: Value<typeof timeRange>;
  readonly SearchCriteria: Value<typeof searchCriteria> | undefined;
}

/** A timestamp of the contact in epoch milliseconds, if it has one by now. */
export function timestampOf(
  contact: Contact,
  type: (typeof timestampTypes)[number] | 'ENQUEUE_TIMESTAMP',
  nowMs: number,
): number | undefined {
  const { withAgent, disconnected, queued } = progressOf(contact, nowMs);
  switch (type) {
    case 'INITIATION_TIMESTAMP':
      return contact.initiatedAtMs;
    case 'CONNECTED_TO_AGENT_TIMESTAMP':
      return withAgent?.atMs;
    case 'DISCONNECT_TIMESTAMP':
      return disconnected?.atMs;
    case 'ENQUEUE_TIMESTAMP':
      return queued?.atMs;
    case 'SCHEDULED_TIMESTAMP':
      return undefined;
  }
}

/** Throws InvalidRequestException for criteria that an instance with these searchable attributes, or the simulator, cannot search by. */
export function checkSearchable(
  criteria: ContactQuery['SearchCriteria'],
  searchableAttributes: readonly string[],
): void {
  for (const criterion of notSimulated) {
    if (criteria?.[criterion] !== undefined) {
      throw refusal('InvalidRequestException', `The criterion ${criterion} is not simulated.`);
    }
  }
  for (const { Key } of criteria?.SearchableContactAttributes?.Criteria ?? []) {
    if (!searchableAttributes.includes(Key)) {
      throw refusal('InvalidRequestException', `The attribute ${Key} is not configured for contact search.`);
    }
  }
}

/** Whether a contact is what a search asks for. */
export function matchesContact(
  contact: Contact,
  { TimeRange, SearchCriteria = {} }: ContactQuery,
  nowMs: number,
): boolean {
  const { Name, AgentIds, Channels, InitiationMethods, QueueIds, AdditionalTimeRange, ContactTags } = SearchCriteria;
  const { withAgent, queued } = progressOf(contact, nowMs);
  const attributes = SearchCriteria.SearchableContactAttributes;
  return (
    isWithin(contact, TimeRange, nowMs) &&
    holdsOrUnasked(Channels, 'VOICE') &&
    holdsOrUnasked(InitiationMethods, 'API') &&
    holdsOrUnasked(AgentIds, withAgent?.agentId) &&
    holdsOrUnasked(QueueIds, queued?.queueId) &&
    (Name === undefined || matchesName(contact.name, Name)) &&
    matchesTags(tagsOnWire(contact), ContactTags) &&
    combine(
      (attributes?.Criteria ?? []).map(({ Key, Values }) => Values.includes(contact.attributes.get(Key) ?? '\0')),
      attributes?.MatchType,
    ) &&
    combine(
      (AdditionalTimeRange?.Criteria ?? []).map(
        ({ TimeRange: range, TimestampCondition: absent }) =>
          (range === undefined || isWithin(contact, range, nowMs)) &&
          (absent === undefined || timestampOf(contact, absent.Type, nowMs) === undefined),
      ),
      AdditionalTimeRange?.MatchType,
    )
  );
}

function isWithin(contact: Contact, range: Value<typeof timeRange>, nowMs: number): boolean {
  const atMs = timestampOf(contact, range.Type, nowMs);
  return atMs !== undefined && atMs >= range.StartTime * 1_000 && atMs <= range.EndTime * 1_000;
}

function holdsOrUnasked<T extends string>(wanted: readonly T[] | undefined, value: T | undefined): boolean {
  return wanted === undefined || wanted.length === 0 || (value !== undefined && wanted.includes(value));
}

function matchesName(name: string | undefined, wanted: { SearchText: readonly string[]; MatchType: string }): boolean {
  const have = name?.toLowerCase() ?? '';
  const isExact = wanted.MatchType === 'MATCH_EXACT';
  const found = wanted.SearchText.map((text) =>
    isExact ? have === text.toLowerCase() : have.includes(text.toLowerCase()),
  );
  return combine(found, isExact ? 'MATCH_ANY' : wanted.MatchType);
}

function combine(results: readonly boolean[], how = 'MATCH_ALL'): boolean {
  if (results.length === 0) return true;
  if (how === 'MATCH_ANY') return results.includes(true);
  if (how === 'MATCH_NONE') return !results.includes(true);
  return !results.includes(false);
}
