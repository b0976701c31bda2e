import { checkSearchable, matchesContact, searchCriteria, timestampOf, timestampTypes } from '../contact-search.js';
import { progressOf } from '../contact.js';
import { epochSeconds, segmentAttributesOnWire, tagsOnWire } from '../contact.wire.js';
import type { Contact } from '../contact.js';
import { refusal } from '../errors.js';
import { operation } from '../operation.js';
import type { Value } from '../shapes.js';
import { choice, required, structure, text, whole } from '../shapes.js';
import { instanceId, timeRange } from '../wire-shapes.js';
import type { World } from '../world.js';

const maxWindowHours = 1_345;

const input = structure({
  InstanceId: instanceId,
  TimeRange: required(timeRange),
  SearchCriteria: searchCriteria,
  MaxResults: whole({ min: 1, max: 100 }),
  NextToken: text({ min: 1, max: 100_000 }),
  Sort: structure({
    FieldName: required(choice(...timestampTypes, 'INITIATION_METHOD', 'CHANNEL', 'EXPIRY_TIMESTAMP')),
    Order: required(choice('ASCENDING', 'DESCENDING')),
  }),
});

/** The contacts of a span of time that match; newest first unless sorted. What it shows of each is less than DescribeContact does. */
export const searchContacts = operation({
  name: 'SearchContacts',
  input,
  handle(request, world) {
    const { InstanceId, TimeRange, SearchCriteria, MaxResults, NextToken, Sort } = request;
    const hours = (TimeRange.EndTime - TimeRange.StartTime) / 3_600;
    if (hours < 0) throw refusal('InvalidParameterException', 'EndTime must not be before StartTime.');
    if (TimeRange.Type === 'INITIATION_TIMESTAMP' && hours > maxWindowHours) {
      throw refusal('InvalidParameterException', `The time range must not exceed ${maxWindowHours} hours.`);
    }
    checkSearchable(SearchCriteria, world.directory.instance(InstanceId).searchableAttributes);
    const isListed = (contact: Contact): boolean =>
      world.settings.searchLiveContacts === 'listed' || progressOf(contact, world.nowMs).disconnected !== undefined;
    const contacts = world
      .visibleContacts(InstanceId)
      .filter((contact) => isListed(contact) && matchesContact(contact, { TimeRange, SearchCriteria }, world.nowMs));
    sort(contacts, Sort, world.nowMs);
    const page = world.pager.page(contacts, {
      nextToken: NextToken,
      size: MaxResults ?? 100,
      scope: ['SearchContacts', InstanceId, TimeRange, SearchCriteria, Sort],
    });
    return {
      Contacts: page.items.map((contact) => summary(contact, world)),
      NextToken: page.nextToken,
      TotalCount: contacts.length,
    };
  },
});

// By a timestamp; the method and channel are the same for all. A contact without the timestamp comes last.
function sort(contacts: Contact[], order: Value<typeof input>['Sort'], nowMs: number): void {
  const field = timestampTypes.find((type) => type === order?.FieldName) ?? 'INITIATION_TIMESTAMP';
  const sign = order?.Order === 'ASCENDING' ? 1 : -1;
  const key = (contact: Contact): number => timestampOf(contact, field, nowMs) ?? sign * Infinity;
  contacts.sort((a, b) => (key(a) === key(b) ? 0 : sign * (key(a) - key(b))));
}

function summary(contact: Contact, { directory, nowMs }: World): object {
  const { queued, withAgent, disconnected } = progressOf(contact, nowMs);
  return {
    Arn: directory.arn(contact.instanceId, `contact/${contact.id}`),
    Id: contact.id,
    InitialContactId: contact.id,
    InitiationMethod: 'API',
    Channel: 'VOICE',
    QueueInfo: queued && { Id: queued.queueId, EnqueueTimestamp: epochSeconds(queued.atMs) },
    AgentInfo: withAgent && { Id: withAgent.agentId, ConnectedToAgentTimestamp: epochSeconds(withAgent.atMs) },
    InitiationTimestamp: epochSeconds(contact.initiatedAtMs),
    DisconnectTimestamp: disconnected && epochSeconds(disconnected.atMs),
    Name: contact.name,
    SegmentAttributes: segmentAttributesOnWire(contact),
    Tags: tagsOnWire(contact),
  };
}
