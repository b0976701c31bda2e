import { Directive } from 'type-graphql';

/** Every scope there is, and what it allows. The table in docs/security.md is held to this one by a test. */
export const scopes = {
  'calls:start': 'Place calls, and see what is left of the quota.',
  'calls:campaign': 'Place campaign calls: TrafficType.CAMPAIGN, campaignId, outboundStrategy.',
  'calls:repeat': 'Call a number again that was called moments ago: allowRepeat.',
  'contacts:read': 'Read and follow contacts, without personal data.',
  'contacts:pii': 'Read the personal data of contacts: addresses, attributes, references, names, recordings, agents.',
  'contacts:manage': 'Change, tag, record and end contacts.',
  'directory:read': 'Read queues, flows, agents, phone numbers and instances.',
} as const;

export type Scope = keyof typeof scopes;

/** The SDL of `@authorize`; what it guards is decided for the whole operation before its first resolver runs. */
export const authorizeDirectiveSdl =
  'directive @authorize(scopes: [String!]!) on FIELD_DEFINITION | OBJECT | ENUM_VALUE | INPUT_FIELD_DEFINITION';

/** The use of `@authorize` as it stands behind a field or a value. */
export function authorizeSdl(required: readonly Scope[]): string {
  return `@authorize(scopes: ${JSON.stringify(required)})`;
}

/** Marks a field, input field or object type: an operation that touches it needs **all** of `required`; of an input field, one that says anything but its default. */
export function Authorize(...required: [Scope, ...Scope[]]): PropertyDecorator & MethodDecorator & ClassDecorator {
  return Directive(authorizeSdl(required));
}
