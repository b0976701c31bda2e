import { registerEnum } from '../graphql/register-enum.js';

/** TrafficType without its scopes: whoever may pause calls need not be somebody who may place them. */
export const PausedTrafficType = { GENERAL: 'GENERAL', CAMPAIGN: 'CAMPAIGN' } as const;
export type PausedTrafficType = (typeof PausedTrafficType)[keyof typeof PausedTrafficType];

registerEnum(PausedTrafficType, 'PausedTrafficType', {
  description: 'What kind of outbound traffic a pause holds.',
  values: { GENERAL: { description: 'Ordinary calls.' }, CAMPAIGN: { description: 'Calls of outbound campaigns.' } },
});
