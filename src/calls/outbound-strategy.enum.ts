import { registerEnum } from '../graphql/register-enum.js';

/** Who is brought onto the call first, in Amazon Connect's words. */
export const OutboundStrategyType = { AGENT_FIRST: 'AGENT_FIRST' } as const;
export type OutboundStrategyType = (typeof OutboundStrategyType)[keyof typeof OutboundStrategyType];

registerEnum(OutboundStrategyType, 'OutboundStrategyType', {
  description: 'Who is brought onto the call first.',
  values: { AGENT_FIRST: { description: 'The agent, before the customer is dialed.' } },
});

/** What an agent may do with a contact under preview, in Amazon Connect's words. */
export const AllowedUserAction = { CALL: 'CALL', DISCARD: 'DISCARD' } as const;
export type AllowedUserAction = (typeof AllowedUserAction)[keyof typeof AllowedUserAction];

registerEnum(AllowedUserAction, 'AllowedUserAction', {
  description: 'What an agent may do with a contact under preview.',
  values: { CALL: { description: 'Dial the customer.' }, DISCARD: { description: 'Drop the contact without a call.' } },
});
