import { operation } from '../operation.js';
import { required, structure } from '../shapes.js';
import { contactId, instanceId } from '../wire-shapes.js';

/** The user attributes of a contact. */
export const getContactAttributes = operation({
  name: 'GetContactAttributes',
  input: structure({ InstanceId: instanceId, InitialContactId: required(contactId) }),
  lacks: ['InvalidParameterException', 'ThrottlingException'],
  handle({ InstanceId, InitialContactId }, world) {
    return { Attributes: Object.fromEntries(world.contact(InstanceId, InitialContactId).attributes) };
  },
});
