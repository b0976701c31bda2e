import { registerEnum } from '../graphql/register-enum.js';
import type { WritableReferenceType } from '../graphql/rules/references.rule.js';

/** The kinds of reference that a caller may put on a contact: those that Amazon Connect takes when a voice contact is created. */
export const ContactReferenceInputType = {
  URL: 'URL',
  NUMBER: 'NUMBER',
  STRING: 'STRING',
  DATE: 'DATE',
  EMAIL: 'EMAIL',
} as const satisfies { readonly [T in WritableReferenceType]: T };
export type ContactReferenceInputType = WritableReferenceType;

registerEnum(ContactReferenceInputType, 'ContactReferenceInputType', {
  description: 'What the value of a reference is.',
  values: {
    URL: { description: 'A link that the agent can open, http or https. Example: `https://example.com/order/1`.' },
    NUMBER: { description: 'A decimal number. Example: `12.5`.' },
    STRING: { description: 'Text. Example: `Gold customer`.' },
    DATE: {
      description:
        'An ISO 8601 date, meaning its midnight in UTC, or a time with its offset. Examples: `2030-01-31`, `2030-01-31T09:30:00+01:00`.',
    },
    EMAIL: { description: 'An email address. Example: `ann@example.com`.' },
  },
});
