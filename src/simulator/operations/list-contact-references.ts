import { refusal } from '../errors.js';
import { operation } from '../operation.js';
import { choice, list, required, structure, text } from '../shapes.js';
import { contactId, instanceId, referenceTypes } from '../wire-shapes.js';

// The member of the answer's union that carries each type a voice contact can have.
const unionMember: Readonly<Record<string, string>> = {
  URL: 'Url',
  NUMBER: 'Number',
  STRING: 'String',
  DATE: 'Date',
  EMAIL: 'Email',
};

/** The references of a contact that have one of the given types, all in one answer. */
export const listContactReferences = operation({
  name: 'ListContactReferences',
  input: structure({
    InstanceId: instanceId,
    ContactId: required(contactId),
    ReferenceTypes: required(list(choice(...referenceTypes), { max: 6 })),
    NextToken: text(),
  }),
  handle({ InstanceId, ContactId, ReferenceTypes, NextToken }, world) {
    if (NextToken !== undefined) throw refusal('InvalidParameterException', 'NextToken must be null.');
    const summaries = [...world.contact(InstanceId, ContactId).references]
      .filter(([, { Type }]) => ReferenceTypes.some((type) => type === Type))
      .map(([name, { Type, Value }]) => ({ [unionMember[Type]!]: { Name: name, Value } }));
    return { ReferenceSummaryList: summaries };
  },
});
