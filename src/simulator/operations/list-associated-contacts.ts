import { progressOf } from '../contact.js';
import { epochSeconds } from '../contact.wire.js';
import { operation } from '../operation.js';
import { required, structure, text, whole } from '../shapes.js';
import { contactId, instanceId } from '../wire-shapes.js';

/** The whole tree of contacts that one contact belongs to, oldest first, that contact included. */
export const listAssociatedContacts = operation({
  name: 'ListAssociatedContacts',
  input: structure({
    InstanceId: instanceId,
    ContactId: required(contactId),
    MaxResults: whole({ min: 1, max: 100 }),
    NextToken: text(),
  }),
  handle({ InstanceId, ContactId, MaxResults, NextToken }, world) {
    const { associationId } = world.contact(InstanceId, ContactId);
    const tree = world.visibleContacts(InstanceId).filter((contact) => contact.associationId === associationId);
    const page = world.pager.page(tree, {
      nextToken: NextToken,
      size: MaxResults ?? 100,
      scope: ['ListAssociatedContacts', InstanceId, ContactId],
    });
    const summaries = page.items.map((contact) => {
      const { disconnected } = progressOf(contact, world.nowMs);
      return {
        ContactId: contact.id,
        ContactArn: world.directory.arn(InstanceId, `contact/${contact.id}`),
        InitiationTimestamp: epochSeconds(contact.initiatedAtMs),
        DisconnectTimestamp: disconnected && epochSeconds(disconnected.atMs),
        InitialContactId: contact.id,
        RelatedContactId: contact.relatedContactId,
        InitiationMethod: 'API',
        Channel: 'VOICE',
      };
    });
    return { ContactSummaryList: summaries, NextToken: page.nextToken };
  },
});
