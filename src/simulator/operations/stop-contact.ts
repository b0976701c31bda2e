import { stopCall } from '../call-plan.js';
import { progressOf } from '../contact.js';
import { refusal } from '../errors.js';
import { operation } from '../operation.js';
import { required, structure, text } from '../shapes.js';
import { contactId, instanceId } from '../wire-shapes.js';

/** Ends a call now, whatever it is doing. */
export const stopContact = operation({
  name: 'StopContact',
  input: structure({
    ContactId: required(contactId),
    InstanceId: instanceId,
    DisconnectReason: structure({ Code: text() }),
  }),
  lacks: ['ThrottlingException'],
  handle({ InstanceId, ContactId, DisconnectReason }, world) {
    if (DisconnectReason !== undefined) {
      throw refusal('InvalidRequestException', 'DisconnectReason can be given by outbound campaigns only.');
    }
    const contact = world.findContact(InstanceId, ContactId);
    const hasEnded = contact && progressOf(contact, world.nowMs).disconnected !== undefined;
    if (!contact || (hasEnded && world.settings.stopOfEnded === 'not-found')) {
      throw refusal('ContactNotFoundException', 'The contact with the specified ID does not exist or is not active.');
    }
    if (!hasEnded) {
      world.replan(contact, stopCall(contact.plan, world.nowMs, world.settings.timings.afterContactWorkMs));
    }
    return {};
  },
});
