import { operation } from '../operation.js';
import { list, required, structure } from '../shapes.js';
import { contactId, contactTagKey, instanceId } from '../wire-shapes.js';

/** Takes tags off a contact; a tag that is not there is no mistake. */
export const untagContact = operation({
  name: 'UntagContact',
  input: structure({
    ContactId: required(contactId),
    InstanceId: instanceId,
    TagKeys: required(list(contactTagKey, { min: 1, max: 6 })),
  }),
  handle({ InstanceId, ContactId, TagKeys }, world) {
    const contact = world.contact(InstanceId, ContactId);
    const removed = TagKeys.filter((key) => contact.tags.delete(key));
    world.changed(contact, removed.length > 0 ? ['Tags'] : []);
    return {};
  },
});
