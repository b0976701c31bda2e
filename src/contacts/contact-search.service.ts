import { SearchContactsCommand, type SearchCriteria } from '@aws-sdk/client-connect';
import type { Connect } from '../connect/connect.js';
import { answerTo, pageFrom, type Page, type PageRequest } from '../graphql/connection.js';
import type { QueueService } from '../queues/queue.service.js';
import { callerOf, type RequestContext } from '../request.js';
import { searchedDetailsFrom } from './contact-details.js';
import type { ContactService } from './contact.service.js';
import type { Contact } from './contact.type.js';
import type { SearchContactsInput } from './search-contacts.input.js';

export class ContactSearchService {
  constructor(
    private readonly connect: Connect,
    private readonly contacts: ContactService,
    private readonly queues: QueueService,
  ) {}

  /** A page of the contacts that fit. Throws FORBIDDEN for a search by a queue that the caller may not know. What SearchContacts does not tell of a contact is read when asked for: one request each. */
  async search(
    instanceId: string,
    input: SearchContactsInput,
    request: PageRequest,
    context: RequestContext,
  ): Promise<Page<Contact>> {
    await this.queues.checkSearchable(instanceId, input.queueIds ?? [], context);
    const { type, startTime, endTime } = input.timeRange;
    const sort = input.sort ?? { field: 'INITIATION_TIMESTAMP', order: 'DESCENDING' };
    const { Contacts = [], NextToken } = await answerTo(
      request,
      this.connect.send(
        new SearchContactsCommand({
          InstanceId: instanceId,
          TimeRange: { Type: type, StartTime: startTime, EndTime: endTime },
          SearchCriteria: criteriaFrom(input),
          MaxResults: request.first,
          NextToken: request.after,
          Sort: { FieldName: sort.field, Order: sort.order },
        }),
        callerOf(context),
      ),
    );
    const items = Contacts.flatMap((row) => {
      if (row.Id === undefined) return [];
      return [this.contacts.contact({ instanceId, id: row.Id }, context, searchedDetailsFrom(row))];
    });
    return pageFrom(request, { items, nextToken: NextToken });
  }
}

/** An empty list is no filter, as a form sends it where nothing is chosen. */
function criteriaFrom({ channels, initiationMethods, queueIds, agentIds, name, attributes }: SearchContactsInput) {
  const criteria: SearchCriteria = {};
  if (channels?.length) criteria.Channels = channels.filter((channel) => channel !== 'UNKNOWN');
  if (initiationMethods?.length) {
    criteria.InitiationMethods = initiationMethods.filter((method) => method !== 'UNKNOWN');
  }
  if (queueIds?.length) criteria.QueueIds = queueIds;
  if (agentIds?.length) criteria.AgentIds = agentIds;
  if (name) criteria.Name = { SearchText: name.searchText, MatchType: name.match };
  if (attributes?.length) {
    criteria.SearchableContactAttributes = {
      Criteria: attributes.map(({ key, values }) => ({ Key: key, Values: values })),
      MatchType: 'MATCH_ALL',
    };
  }
  return criteria;
}
