import { checkAttributes } from '../contact-rules.js';
import { operation } from '../operation.js';
import { required, structure } from '../shapes.js';
import { attributes, contactId, instanceId } from '../wire-shapes.js';

/** Adds and replaces user attributes of a contact, also of one that has ended. */
export const updateContactAttributes = operation({
  name: 'UpdateContactAttributes',
  input: structure({
    InitialContactId: required(contactId),
    InstanceId: instanceId,
    Attributes: required(attributes),
  }),
  lacks: ['ThrottlingException'],
  handle({ InstanceId, InitialContactId, Attributes }, world) {
    checkAttributes(Attributes);
    const contact = world.contact(InstanceId, InitialContactId);
    checkAttributes(new Map([...contact.attributes, ...Attributes]));
    for (const [key, value] of Attributes) contact.attributes.set(key, value);
    world.changed(contact, ['UserDefinedAttributes']);
    return {};
  },
});
