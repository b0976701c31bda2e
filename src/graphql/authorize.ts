import { Directive } from 'type-graphql';

/** Every scope there is, and what it allows. A test holds the table in docs/security.md to this one, and to what carries the scopes. */
export const scopes = {
  'calls:start': 'Place calls, and see how many wait for permits.',
  'calls:campaign': 'Place campaign calls, with `calls:start`.',
  'calls:repeat': 'Call a number again within its duplicate-call window, with `calls:start`.',
  'calls:attest': 'Say what you verified of a callee (time zone, state, consent), with `calls:start`.',
  'calls:pause': 'Stop the outbound calls of your tenant, and let them go on.',
  'calls:pause-all':
    'Stop the calls of another tenant or of all, see every pause and who asked for it, with `calls:pause`.',
  'dnc:manage': 'Put numbers on do-not-call lists and take them off, for the calls of all tenants.',
  'contacts:read': 'Read, search and follow contacts without personal data, with their flows and standard queues.',
  'contacts:pii':
    "Read the personal data of contacts and search by it, with `contacts:read`; read agents' own queues, with `contacts:read` or `directory:read`.",
  'contacts:manage': 'Change, tag, record and end contacts.',
  'directory:read': 'Read standard queues, flows, agents with their names, phone numbers and instances.',
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
