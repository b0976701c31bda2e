import { contactOnWire } from '../contact.wire.js';
import { operation } from '../operation.js';
import { required, structure } from '../shapes.js';
import { contactId, instanceId } from '../wire-shapes.js';

/** Everything about one contact as it stands now, live or ended. */
export const describeContact = operation({
  name: 'DescribeContact',
  input: structure({ InstanceId: instanceId, ContactId: required(contactId) }),
  handle({ InstanceId, ContactId }, world) {
    const contact = world.contact(InstanceId, ContactId);
    const showsRinging = contact.trafficType === 'CAMPAIGN' || world.settings.ringStartTimestamp === 'always';
    const { nowMs, directory } = world;
    const { recordings } = world.settings;
    return { Contact: contactOnWire(contact, { nowMs, directory, showsRinging, recordings }) };
  },
});
