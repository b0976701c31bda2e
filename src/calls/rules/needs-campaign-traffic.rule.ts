import { Checked } from '../../graphql/rules/checked.js';
import type { AnswerMachineDetectionConfigInput } from '../answer-machine-detection-config.input.js';
import { TrafficType } from '../traffic-type.enum.js';

/** Answering machine detection may be on only where the same object's `trafficType` is CAMPAIGN: Amazon Connect refuses it otherwise. */
export function NeedsCampaignTraffic(): PropertyDecorator {
  return Checked('needsCampaignTraffic', (value, owner) => {
    const { enableAnswerMachineDetection } = value as AnswerMachineDetectionConfigInput;
    const { trafficType } = owner as { readonly trafficType?: TrafficType };
    if (enableAnswerMachineDetection !== true || trafficType === TrafficType.CAMPAIGN) return [];
    return [
      {
        path: 'enableAnswerMachineDetection',
        rule: 'needsCampaignTraffic',
        message: 'needs trafficType CAMPAIGN; leave it out or false for an ordinary call',
      },
    ];
  });
}
