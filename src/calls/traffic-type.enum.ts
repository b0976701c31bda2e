import { registerEnum } from '../graphql/register-enum.js';

/** What kind of outbound traffic a call is, in Amazon Connect's words. */
export const TrafficType = { GENERAL: 'GENERAL', CAMPAIGN: 'CAMPAIGN' } as const;
export type TrafficType = (typeof TrafficType)[keyof typeof TrafficType];

registerEnum(TrafficType, 'TrafficType', {
  description: 'What kind of traffic an outbound call belongs to.',
  values: {
    GENERAL: { description: 'An ordinary call.' },
    CAMPAIGN: {
      description: 'A call of an outbound campaign; the only kind with answering machine detection.',
      authorize: ['calls:campaign'],
    },
  },
});
