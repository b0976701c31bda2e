import { refusal } from '../errors.js';
import { operation } from '../operation.js';
import { map, required, structure, text } from '../shapes.js';
import { contactId, contactTagKey, instanceId } from '../wire-shapes.js';

const maxTags = 6;

/** Puts tags on a contact; a tag that is there already gets the new value. */
export const tagContact = operation({
  name: 'TagContact',
  input: structure({
    ContactId: required(contactId),
    InstanceId: instanceId,
    Tags: required(map(contactTagKey, text({ max: 256 }), { min: 1, max: maxTags })),
  }),
  handle({ InstanceId, ContactId, Tags }, world) {
    const contact = world.contact(InstanceId, ContactId);
    if (new Set([...contact.tags.keys(), ...Tags.keys()]).size > maxTags) {
      throw refusal('InvalidRequestException', `A contact can have at most ${maxTags} tags.`);
    }
    for (const [key, value] of Tags) contact.tags.set(key, value);
    world.changed(contact, ['Tags']);
    return {};
  },
});
