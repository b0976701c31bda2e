import { checkReferences } from '../contact-rules.js';
import { refusal } from '../errors.js';
import { operation } from '../operation.js';
import { required, structure, text } from '../shapes.js';
import { contactId, endpoint, instanceId, references, segmentAttributes } from '../wire-shapes.js';

const externalAudioOnly = ['QueueInfo', 'UserInfo', 'CustomerEndpoint', 'SystemEndpoint'] as const;
const changeableSegmentAttributes = ['connect:ContactExpiry'];

/** Changes name, description, references or expiry of a contact, live or ended; references are added and replaced by name. */
export const updateContact = operation({
  name: 'UpdateContact',
  input: structure({
    InstanceId: instanceId,
    ContactId: required(contactId),
    Name: text({ max: 1_024 }),
    Description: text({ max: 4_096 }),
    References: references,
    SegmentAttributes: segmentAttributes,
    QueueInfo: structure({ Id: text() }),
    UserInfo: structure({ UserId: text({ min: 1, max: 256 }) }),
    CustomerEndpoint: endpoint,
    SystemEndpoint: endpoint,
  }),
  handle(request, world) {
    const { InstanceId, ContactId, Name, Description, References, SegmentAttributes } = request;
    const external = externalAudioOnly.filter((member) => request[member] !== undefined);
    if (external.length > 0) {
      throw refusal(
        'InvalidRequestException',
        `${external.join(', ')} can be updated for external audio contacts only.`,
      );
    }
    if ([Name, Description, References, SegmentAttributes].every((member) => member === undefined)) {
      throw refusal('InvalidRequestException', 'At least one field to update must be given.');
    }
    for (const key of SegmentAttributes?.keys() ?? []) {
      if (!changeableSegmentAttributes.includes(key)) {
        throw refusal('InvalidParameterException', `The segment attribute ${key} cannot be updated.`);
      }
    }
    const contact = world.contact(InstanceId, ContactId);
    checkReferences(new Map([...contact.references, ...(References ?? [])]));
    for (const [name, reference] of References ?? []) contact.references.set(name, reference);
    for (const [key, value] of SegmentAttributes ?? []) contact.segmentAttributes.set(key, value);
    contact.name = Name ?? contact.name;
    contact.description = Description ?? contact.description;
    // No event tells of a new name, description or reference.
    world.changed(contact, SegmentAttributes?.size ? ['Segment Attributes'] : []);
    return {};
  },
});
